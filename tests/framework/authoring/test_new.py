"""`autograder new`: what it makes is an assignment that works, or there is nothing."""

import html
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from programs import run_autograder

from autograder.assignment import load
from autograder.authoring import new as module
from autograder.authoring.check.sources import source_faults
from autograder.authoring.handout import render
from autograder.authoring.handout_zip import handout_files
from autograder.authoring.new import make
from autograder.errors import AutograderError
from autograder.grading.story import grade
from autograder.variants import variant_code

FILES = [
    ".gitignore",
    "README.md",
    "assignment.toml",
    "handout/handout.md",
    "handout/style.css",
    "reference/functions.py",
    "student/functions.py",
    "tests/hidden/test_functions_hidden.py",
    "tests/public/test_functions.py",
]


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_assignment_is_sound_and_says_what_it_wrote(tmp_path):
    assert make(tmp_path / "softmax") == FILES == sorted(content(tmp_path / "softmax"))
    assert source_faults(load(tmp_path / "softmax")) == []


@pytest.mark.parametrize(("submission", "points"), [("reference", 4), ("student", 0)])
def test_the_reference_gets_everything_and_the_skeleton_nothing(tmp_path, submission, points):
    make(tmp_path / "softmax")
    outcome = grade(load(tmp_path / "softmax"), [tmp_path / "softmax" / submission], "off")
    assert outcome.score == (points, 4)
    assert {record.status for record in outcome.records} == {"passed" if points else "failed"}
    assert outcome.notes == []


VARIANTS = [
    ".gitignore",
    "README.md",
    "assignment.toml",
    "handout/handout.md",
    "handout/style.css",
    "reference/answers.toml",
    "reference/questions.py",
    "student/answers.toml",
    "student/questions.py",
    "tests/hidden/answer_key.py",
    "tests/hidden/test_answers_hidden.py",
    "tests/public/test_answers.py",
    "variants.secret",
]


@pytest.fixture
def neuron(tmp_path):
    assert make(tmp_path / "neuron", template=module.VARIANTS) == VARIANTS
    return load(tmp_path / "neuron")


def test_one_with_numbers_of_ones_own_has_a_new_secret_for_its_owner_alone(neuron, tmp_path):
    make(tmp_path / "other", template=module.VARIANTS)
    assert len(neuron.secret()) == 64 and neuron.secret() != load(tmp_path / "other").secret()
    assert (neuron.folder / "variants.secret").stat().st_mode & 0o777 == 0o600
    assert "variants.secret" in (neuron.folder / ".gitignore").read_text().split()
    assert source_faults(neuron) == []


@pytest.mark.slow
def test_the_handout_of_one_with_numbers_of_ones_own_can_be_made_and_says_where_the_code_goes(neuron):
    files = handout_files(neuron)
    assert "## Your own numbers" in files["README.md"].decode() and "variants.secret" not in files


@pytest.mark.parametrize(("submission", "points"), [("reference", 4), ("student", 0)])
def test_by_the_numbers_that_all_have_the_reference_gets_everything_and_the_skeleton_nothing(neuron, submission, points):
    done = run_autograder("grade", submission, "--sandbox", "off", cwd=neuron.folder)
    assert done.status == 0, done.err
    assert f"{points} of 4 points" in done.out and "graded with the common numbers" in done.out
    other = neuron.folder / "handed_in"
    other.mkdir()
    (other / "answers.toml").write_bytes((neuron.folder / submission / "answers.toml").read_bytes())
    assert (
        "pass --student ID, or --metadata FILE"
        in run_autograder("grade", "handed_in", "--sandbox", "off", cwd=neuron.folder).err
    )


def test_each_student_is_graded_by_numbers_of_ones_own(neuron, tmp_path):
    for student in ("s1", "s2", "s3"):
        code = variant_code(neuron.secret(), [student])
        right = solved(neuron, code)
        graded = {}
        for name, lines in (
            ("right", right),
            ("carried", right | {"1.1a": right["1.1a"] + 1}),
            ("default", solved(neuron, "")),
        ):
            folder = tmp_path / student / name
            folder.mkdir(parents=True)
            text = "".join(f"{key} = {value}\n" for key, value in lines.items())
            (folder / "answers.toml").write_text(f'variant = "{code}"\n{text}')
            graded[name] = grade(neuron, [folder], "off", students=[student]).score[0]
        assert graded["right"] == 4 and graded["carried"] == 3 and graded["default"] <= 2


def solved(neuron, code):
    """The right answers as a student writes them."""
    names = runpy.run_path(str(neuron.folder / "tests/hidden/answer_key.py"))
    numbers = runpy.run_path(str(neuron.folder / "reference/questions.py"))["draw"](code)
    answers = names["answer_key"](numbers)({})
    return {key: list(map(float, value)) if isinstance(value, tuple) else float(value) for key, value in answers.items()}


@pytest.mark.slow
def test_its_suites_run_in_plain_pytest_too(tmp_path):
    make(tmp_path / "softmax")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "../tests"]
    done = subprocess.run(command, cwd=tmp_path / "softmax/reference", capture_output=True, text=True, timeout=60)
    assert "4 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "title"),
    [("softmax", "Softmax"), ("week-1_softmax", "Week 1 softmax"), ("3.mlps", "3 mlps")],
)
def test_without_a_title_it_is_made_of_the_folders_name(tmp_path, name, title):
    make(tmp_path / name)
    assert load(tmp_path / name).title == title


@pytest.mark.parametrize(
    "title",
    ['Say "softmax" \\ twice', "Prices: $5 and $6", "C# *and* <b>_more_</b>", "1 Softmax", "Größe und Formen", "1.1 & 1.2"],
)
def test_a_title_of_any_characters_is_shown_as_it_is(tmp_path, title):
    make(tmp_path / "softmax", title)
    assignment = load(tmp_path / "softmax")
    assert assignment.title == title
    (heading,) = re.findall(r"<h1[^>]*>(.*)</h1>", render(assignment.folder / "handout/handout.md"))
    assert html.unescape(heading) == title


def test_an_empty_folder_is_used_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "softmax").mkdir()
    monkeypatch.chdir(tmp_path / "softmax")
    assert make(Path()) == FILES
    assert load(Path()).title == "Softmax"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("full", "full is not empty: it holds a, b, c and 1 more; name a folder that is new"),
        ("file", "file is not a folder; name one that is new"),
        ("nowhere/softmax", "nowhere does not exist; make it first"),
        ("my softmax", "'my softmax' cannot be the name of an assignment's folder"),
        ("-softmax", "'-softmax' cannot be the name"),
        (".softmax", "'.softmax' cannot be the name"),
        ("größe", "'größe' cannot be the name"),
    ],
)
def test_a_place_that_will_not_do_is_refused_and_left_alone(tmp_path, name, words):
    (tmp_path / "full").mkdir()
    for file in ("full/a", "full/b", "full/c", "full/d", "file"):
        (tmp_path / file).write_text(file)
    before = content(tmp_path)
    with pytest.raises(AutograderError) as caught:
        make(tmp_path / name)
    assert words in str(caught.value)
    assert content(tmp_path) == before and not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "a\x00b"])
def test_a_title_that_is_no_line_of_text_is_refused(tmp_path, title):
    with pytest.raises(AutograderError, match="cannot be a title; give one line of text"):
        make(tmp_path / "softmax", title)
    assert not (tmp_path / "softmax").exists()


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("error", "raised", "words"),
    [
        (
            OSError(28, "No space left on device"),
            AutograderError,
            "cannot be written: No space left on device; nothing was made",
        ),
        (KeyboardInterrupt(), KeyboardInterrupt, None),
    ],
)
def test_what_fails_half_way_leaves_nothing_behind(tmp_path, monkeypatch, there, error, raised, words):
    def fail(*arguments):
        raise error

    monkeypatch.setattr(module, "build_skeleton", fail)  # all else is written by then
    if there:
        (tmp_path / "softmax").mkdir()
    with pytest.raises(raised, match=words):
        make(tmp_path / "softmax")
    assert [path.name for path in tmp_path.rglob("*")] == (["softmax"] if there else [])
