"""`autograder codes`: the code of each student of a course, as their gradings give it."""

import pytest
from programs import run_autograder
from toys import write_toy

from autograder.assignment import load
from autograder.authoring.codes import course_codes
from autograder.errors import AssignmentError, UsageError
from autograder.variants import variant_code

SECRET = b"a secret of the course, not to be told"


@pytest.fixture
def course(tmp_path):
    write_toy(tmp_path, "def test_first():\n    pass\n")
    settings = tmp_path / "assignment.toml"
    settings.write_text("variants = true\n" + settings.read_text())
    (tmp_path / "variants.secret").write_bytes(SECRET + b"\n")
    return tmp_path


def codes(course, text):
    content = text if isinstance(text, bytes) else text.encode()
    (course / "roster.csv").write_bytes(content)
    lines = course_codes(load(course), course / "roster.csv").splitlines()
    assert lines[0] == "id,code"
    return dict(line.rsplit(",", 1) for line in lines[1:])


def test_without_a_head_the_first_column_has_the_ids(course):
    assert codes(course, "s1,Ada\n\ns2,Bo\n") == {name: variant_code(SECRET, [name]) for name in ("s1", "s2")}
    assert list(codes(course, "s2\ns1")) == ["s2", "s1"]


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_gradescopes_roster_gives_the_id_or_else_the_address(course, between, start):
    rows = [
        ["First Name", "Last Name", "SID", "Email", "Role"],
        ["Ada", "L", "42", "a@x.edu", "Student"],
        ["Bo", "M", "", "b@x.edu", "Student"],
    ]
    text = start + "\r\n".join(between.join(row) for row in rows)
    assert codes(course, text) == {"42": variant_code(SECRET, ["42"]), "b@x.edu": variant_code(SECRET, ["b@x.edu"])}


def test_a_group_has_one_code_together(course):
    found = codes(course, "id,group\ns1,A\ns2,B\ns3,A\ns4,\n")
    assert found["s1"] == found["s3"] == variant_code(SECRET, ["s3", "s1"])
    assert (found["s2"], found["s4"]) == (variant_code(SECRET, ["s2"]), variant_code(SECRET, ["s4"]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no students"),
        ("sid,email\n", "names no students"),
        ("sid,email\ns1,\n,\n\n,  ,x\n", "line 5: this line has neither an id"),
        ("s1\ns2\nS1\n", "line 3: S1 is listed already"),
        ("Müller".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_named_with_its_line(course, text, words):
    with pytest.raises(UsageError, match=words):
        codes(course, text)


def test_a_list_that_is_not_there_and_an_assignment_without_codes_are_named(course):
    with pytest.raises(UsageError, match=r"nowhere\.csv: No such file"):
        course_codes(load(course), course / "nowhere.csv")
    settings = course / "assignment.toml"
    settings.write_text(settings.read_text().replace("variants = true", "variants = false"))
    with pytest.raises(AssignmentError, match="lacks variants = true"):
        codes(course, "s1")


def test_the_command_prints_them_or_writes_a_file_for_its_owner_alone(course):
    (course / "roster.csv").write_text("s1\ns2\n")
    done = run_autograder("codes", "roster.csv", cwd=course)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == ["id,code", f"s1,{variant_code(SECRET, ['s1'])}", f"s2,{variant_code(SECRET, ['s2'])}"]
    written = run_autograder("codes", "roster.csv", "--out", "codes.csv", cwd=course)
    assert (written.status, written.out) == (0, "wrote codes.csv: 2 students\n")
    assert (course / "codes.csv").read_text() == done.out
    assert (course / "codes.csv").stat().st_mode & 0o777 == 0o600
    assert run_autograder("codes", "nowhere.csv", cwd=course).status == 2


def test_grading_by_a_code_of_the_list_gives_that_students_numbers(course):
    code = codes(course, "s1\n")["s1"]
    assert code in run_autograder("grade", "sub", "--sandbox", "off", "--student", "S1", cwd=course).out
