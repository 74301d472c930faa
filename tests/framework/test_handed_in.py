"""What suites know of a submission without its process: files that are no code, and the student's own numbers."""

import itertools
import json
import re
import sys
from pathlib import Path

import pytest
from programs import run_autograder, run_pytest
from toys import grade_toy, write_toy

from autograder.assignment import load
from autograder.errors import AssignmentError, AutograderError
from autograder.grading.story import grade
from autograder.results.gradescope import document
from autograder.variants import ALPHABET, EXAMPLE, generator, letters_of, variant_code

SECRET = b"a secret of the course, not to be told"
SUITE = """
def test_reads_the_answers(handed_in):
    assert handed_in("answers.toml") == b"a = 1\\n"

def test_knows_the_variant(variant):
    assert variant is not None, "there is no variant"
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
both_modes = pytest.mark.parametrize("mode", [pytest.param("auto", marks=linux), "off"])


def write_assignment(folder: Path, answers: bytes | None = b"a = 1\n", top: str = "") -> None:
    """Write an assignment of one suite and a submission of modules.py and answers.toml."""
    write_toy(folder, SUITE)
    path = folder / "assignment.toml"
    path.write_text(top + path.read_text().replace('files = ["modules.py"]', 'files = ["modules.py", "answers.toml"]'))
    if answers is not None:
        (folder / "sub/answers.toml").write_bytes(answers)


@both_modes
def test_a_suite_reads_a_file_that_was_handed_in(tmp_path, mode):
    write_assignment(tmp_path)
    assert grade_toy(tmp_path, mode)["test_reads_the_answers"].status == "passed"


@both_modes
def test_a_file_that_is_missing_fails_the_test_by_its_name(tmp_path, mode):
    write_assignment(tmp_path, None)
    record = grade_toy(tmp_path, mode)["test_reads_the_answers"]
    assert record.status == "failed"
    assert "answers.toml" in record.reason and "missing" in record.reason


def test_plain_pytest_finds_the_file_where_the_modules_lie(tmp_path):
    write_assignment(tmp_path)
    printed = run_pytest(tmp_path / "sub", "-c", "/dev/null", "../tests").out
    assert "1 failed, 1 passed" in printed
    assert "there is no variant" in printed
    (tmp_path / "sub/answers.toml").unlink()
    printed = run_pytest(tmp_path / "sub", "-c", "/dev/null", "../tests").out
    assert "answers.toml is missing: run the tests in the folder that contains it" in printed


def test_the_variant_is_that_of_the_student_and_of_the_secret(tmp_path):
    write_assignment(tmp_path, top="variants = true\n")
    (tmp_path / "variants.secret").write_bytes(SECRET + b"\n")
    outcome = grade(load(tmp_path), [tmp_path / "sub"], "off", students=["s123"])
    assert [record.status for record in outcome.records] == ["passed", "passed"]
    code = variant_code(SECRET, ["s123"])
    assert f"The code of your own numbers is {code}" in document(outcome)["output"]
    assert document(outcome)["extra_data"]["variant"] == code


def test_variants_need_a_secret_and_a_student(tmp_path):
    write_assignment(tmp_path, top="variants = true\n")
    with pytest.raises(AssignmentError, match=r"variants\.secret: No such file.*make one with"):
        grade(load(tmp_path), [tmp_path / "sub"], "off", students=["s123"])
    (tmp_path / "variants.secret").write_bytes(SECRET)
    with pytest.raises(AutograderError, match="pass --student ID"):
        grade(load(tmp_path), [tmp_path / "sub"], "off")
    (tmp_path / "variants.secret").write_bytes(b"short")
    with pytest.raises(AutograderError, match="5 bytes"):
        grade(load(tmp_path), [tmp_path / "sub"], "off", students=["s123"])


def test_the_command_takes_the_student_from_gradescopes_metadata(tmp_path):
    write_assignment(tmp_path, top="variants = true\n")
    (tmp_path / "variants.secret").write_bytes(SECRET)
    users = [{"id": 7, "name": "B", "email": "B@school.edu", "sid": None}, {"id": 3, "name": "A", "email": "", "sid": "42"}]
    (tmp_path / "metadata.json").write_text(json.dumps({"id": 1, "users": users}))
    code = variant_code(SECRET, ["b@school.edu", "42"])
    for who in (["--metadata", "metadata.json"], ["--student", "42", "--student", "b@school.edu"]):
        done = run_autograder("grade", "sub", "--sandbox", "off", *who, cwd=tmp_path)
        assert done.status == 0 and code in done.out


@pytest.mark.parametrize("content", ["", "[]", '{"users": []}', '{"users": [{"name": "A"}]}', '{"users": [3]}'])
def test_metadata_that_name_nobody_are_an_error_with_the_file(tmp_path, content):
    write_assignment(tmp_path, top="variants = true\n")
    (tmp_path / "metadata.json").write_text(content)
    done = run_autograder("grade", "sub", "--sandbox", "off", "--metadata", "metadata.json", cwd=tmp_path)
    assert done.status == 3
    assert done.err.startswith("autograder: ") and "metadata" in done.err


def test_a_code_depends_on_who_hands_in_and_not_on_how_it_is_written():
    code = variant_code(SECRET, ["s1", "s2"])
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}", code)
    assert code == variant_code(SECRET, [" S2", "s1", "s1"])
    others = [["s1"], ["s2"], ["s1s2"], ["s1", "s3"]]
    assert len({code, *(variant_code(SECRET, ids) for ids in others), variant_code(SECRET[::-1], ["s1", "s2"])}) == 6


def test_codes_of_a_large_course_are_all_different():
    assert len({variant_code(SECRET, [f"s{student}"]) for student in range(5000)}) == 5000


def test_a_generator_forgives_slips_of_the_pen_and_nothing_else():
    numbers = generator("1Q0K-M4XD-9B3TD").random(3).tolist()
    assert generator(" lqok m4xd9b3td").random(3).tolist() == numbers
    for text in ("", "1Q0K-M4XD", "1Q0K-M4XD-9B3T", "1Q0K-M4XD-9B3TU", "1Q0K-M4XD-9B3TD-1"):
        with pytest.raises(ValueError, match="is not a code"):
            generator(text)
    with pytest.raises(ValueError, match="at least one wrong letter"):
        generator("1Q0K-M4XD-9B3VD")


def test_every_wrong_letter_and_every_two_that_changed_places_are_found():
    for number in range(20):
        code = variant_code(SECRET, [f"s{number}"]).replace("-", "")
        wrong = {code[:place] + letter + code[place + 1 :] for place in range(len(code)) for letter in ALPHABET}
        for one, other in itertools.combinations(range(len(code)), 2):
            letters = list(code)
            letters[one], letters[other] = letters[other], letters[one]
            wrong.add("".join(letters))
        for each in wrong - {code}:
            with pytest.raises(ValueError, match="at least one wrong letter"):
                letters_of(each)


def test_the_example_of_the_documents_is_nobodys_code():
    for text in (EXAMPLE, EXAMPLE.lower().replace("-", " ")):
        with pytest.raises(ValueError, match="is only an example of a code; your code is at the top of each of your results"):
            generator(text)
