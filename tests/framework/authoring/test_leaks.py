"""What the handout zip must not give away: planted leaks are refused with file and line, and nothing else is."""

import re

import pytest
from handing_out import write

from autograder.assignment import load
from autograder.authoring.handout_zip import handout_files
from autograder.authoring.leaks.search import leaks
from autograder.authoring.skeleton import build_skeleton
from autograder.errors import AssignmentError

PUBLIC, SUPPORT, NOTES = "tests/public/cases.py", "reference/tools.py", "tests/public/notes.txt"
SHARE = "share = (checked(x) - smallest) / (largest - smallest)"


@pytest.fixture
def folder(tmp_path):
    write(tmp_path)
    build_skeleton(tmp_path / "reference", tmp_path / "student")
    return tmp_path


def refused(folder):
    """Return the lines about leaks with which the zip is refused."""
    with pytest.raises(AssignmentError, match=r"^the handout zip is not built, because it would give away") as caught:
        handout_files(load(folder))
    return str(caught.value).split("\n")[1:-1]


def add(folder, name, text):
    """Add text to a file, or make it; return the number of the first line of the text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    path.write_text(before + text, encoding="utf-8")
    return before.count("\n") + 1


def test_a_clean_assignment_is_not_refused(folder):
    assert "rescaling.py" in handout_files(load(folder))


# What is planted: the file of the assignment, the text, the file of the zip (the same without a folder that is not in it),
# the line after the beginning of the text, and what is said of it.
PLANTED = {
    "a line of a solution in a support file": (SUPPORT, f"\n{SHARE}\n", 1, "1.1, reference/rescaling.py:10"),
    "a line of a solution in a public suite": (PUBLIC, f"\n\ndef shares(x):\n    {SHARE}\n", 3, "solution of 1.1"),
    "a solution with other spaces and quotes": (SUPPORT, "share=( checked( x )-smallest )/(largest-smallest)\n", 0, "solution"),
    "a solution that is broken into other lines": (
        SUPPORT,
        "\nshare = (\n    checked(x)  # from 0 to 1\n    - smallest\n) / (largest - smallest)\n",
        1,
        "solution of 1.1",
    ),
    "a solution in a comment": (SUPPORT, f"\n# {SHARE}\n", 1, "solution of 1.1"),
    "a solution in a comment over two lines": (
        PUBLIC,
        "\n# share = (checked(x) - smallest)\n#     / (largest - smallest)\n",
        1,
        "solution of 1.1",
    ),
    "a solution in a docstring": (PUBLIC, f'\n\ndef hint():\n    """Try {SHARE}."""\n', 3, "solution of 1.1"),
    "a solution in a string": (PUBLIC, f'\n\nHINT = "{SHARE}"\n', 2, "solution of 1.1"),
    "a solution in a session": (PUBLIC, f'\n\n"""For example:\n\n>>> {SHARE}\n"""\n', 4, "solution"),
    "a part of a solution inside of another line": (
        PUBLIC,
        "\n\nextremes = [(x.min(axis=0), x.max(axis=0)) for x in ()]\n",
        2,
        "solution of 1.1",
    ),
    "a solution in a text file of a suite": (NOTES, f"How it is done:\n{SHARE}\n", 1, "solution of 1.1"),
    "a copy of a hidden helper": (
        PUBLIC,
        "\n\ndef all_between(x, low, high):\n"
        "    outside = [value for value in x.ravel().tolist() if not low <= value <= high]\n"
        '    assert not outside, f"{len(outside)} values lie outside"\n',
        3,
        "tests/hidden/hidden_checks.py:6",
    ),
    "a line of a hidden test": (
        PUBLIC,
        "\n# first, second = got[0].tolist(), [round(value, 6) for value in got[:, 0].tolist()]\n",
        1,
        "tests/hidden/test_rescaling_hidden.py:15",
    ),
    "the expected value of a hidden test in a docstring": (
        PUBLIC,
        '\n\ndef hint():\n    """The second one is about -6.66667e-1."""\n',
        3,
        "6.66667e-1 stands in tests/hidden/test_rescaling_hidden.py:17",
    ),
    "the expected values of a hidden test": (PUBLIC, "\n\nVALUES = [-1.0, -0.666667, 1.0, 0]\n", 2, "hidden.py:17"),
    "the numbers of a hidden test": (PUBLIC, "\n\nCOLUMNS = [[3, 7, 1], [4, 11, 5], [9, 8, 2]]\n", 2, "hidden.py:6"),
    "an answer beside its question": (NOTES, "Answers\n1.1b: (c)\n", 1, "the answer to 1.1b"),
    "an answer in a comment of a suite": (PUBLIC, "\n# the answer to 1.1a is 0.3417\n", 1, "the answer to 1.1a"),
    "an answer without its question": (PUBLIC, "\nMEAN = 0.3417\n", 1, "answer to 1.1a, reference/answers.toml:2"),
    "the beginning of a marker": (SUPPORT, '\n"""begin solution"""\n', 1, "marker"),
    "the end of a marker": (PUBLIC, "\n# END SOLUTION\n", 1, "marker"),
    "the secret of the variants": (PUBLIC, '\nSEED = "c0ffee5a1ad0f00dba5eba11"\n', 1, "secret of the variants"),
    "a suite that imports the reference": (PUBLIC, "\nimport reference.rescaling\n", 1, "imports reference"),
    "a suite that imports of the reference": (PUBLIC, "\nfrom reference import rescaling\n", 1, "imports reference"),
    "one that imports a hidden helper": (PUBLIC, "\nimport hidden_checks\n", 1, "imports hidden_checks"),
    "a suite that opens the reference": (
        PUBLIC,
        '\nfrom pathlib import Path\n\nSOLUTION = Path(__file__).parents[2] / "reference" / "rescaling.py"\n',
        3,
        "'reference' names reference",
    ),
    "a suite that opens a hidden suite": (PUBLIC, '\nopen("../tests/hidden/x.npy")\n', 1, "names tests/hidden"),
    "what Python has left": ("tests/public/cases.pyc", "code\n", 0, "has left this file"),
    "what git has left": ("tests/public/.git/config", "[core]\n", 0, "has left this file"),
    "what an editor has left": ("tests/public/cases.py~", "x = 1\n", 0, "has left this file"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "said"), PLANTED.values(), ids=PLANTED)
def test_a_leak_is_refused_with_file_and_line(folder, name, text, line, said):
    first = add(folder, name, text)
    build_skeleton(folder / "reference", folder / "student")
    lines = refused(folder)
    place = f"{name.removeprefix('reference/')}:{first + line}: "
    assert [text for text in lines if text.startswith(place) and said in text], "\n".join(lines)
    assert all(text.startswith(place) for text in lines), "\n".join(lines)


def test_a_solution_that_was_commented_out_above_its_region_is_refused_in_the_skeleton(folder):
    path = folder / "reference/rescaling.py"
    path.write_text(path.read_text().replace("    # BEGIN", f"    # {SHARE}\n    # BEGIN"))
    build_skeleton(folder / "reference", folder / "student")
    (line,) = refused(folder)
    assert line == f'rescaling.py:9: "# {SHARE}" stands in the solution of 1.1, reference/rescaling.py:11'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"```python\n{SHARE}\n```", "solution of 1.1, reference/rescaling.py:10"),
        (f"The line `{SHARE}` does it.", "solution of 1.1, reference/rescaling.py:10"),
        ("| question | answer |\n| --- | --- |\n| 1.1b | c |", "the answer to 1.1b"),
        ("It comes to $0.3417$.", "0.3417 stands in the answer to 1.1a, reference/answers.toml:2"),
    ],
)
def test_a_leak_in_the_text_of_the_handout_is_refused_in_its_page(folder, text, said):
    add(folder, "handout/handout.md", f"\n{text}\n")
    lines = refused(folder)
    assert [line for line in lines if re.match(r"handout\.html:[1-9][0-9]*: ", line) and said in line], lines


def test_a_leak_in_what_a_page_says_of_a_picture_is_refused(folder):
    add(folder, "handout/two.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')
    add(folder, "handout/handout.md", f'\n![It shows {SHARE}](two.svg "A picture.")\n')
    (line,) = refused(folder)
    assert line.startswith("handout.html:") and "solution of 1.1" in line


def test_files_of_the_reference_and_of_hidden_suites_are_refused_under_any_name(folder):
    assignment = load(folder)
    solution = (folder / "reference/rescaling.py").read_bytes()
    helper = (folder / "tests/hidden/hidden_checks.py").read_bytes()
    (folder / "tests/hidden/expected.npy").write_bytes(b"\0\1\2")
    found = leaks(
        assignment,
        {"docs/a.txt": solution, "docs/b.txt": helper, "c.npy": b"\0\1\2", "reference/c.txt": b"", "tests/hidden/d.txt": b""},
    )
    said = [str(leak) for leak in found]
    assert "docs/a.txt:1: is a copy of reference/rescaling.py" in said
    assert "docs/b.txt:1: is a copy of tests/hidden/hidden_checks.py" in said
    assert "c.npy:1: is a copy of tests/hidden/expected.npy" in said
    assert "reference/c.txt:1: lies in reference, which students do not get" in said
    assert "tests/hidden/d.txt:1: lies in tests/hidden, which students do not get" in said


def test_a_public_suite_may_have_files_of_the_same_names_as_a_hidden_one(folder):
    add(folder, "tests/public/hidden_checks.py", '"""Other checks."""\n')
    add(folder, "tests/public/cases.py", "\nimport hidden_checks\n")
    assert "tests/public/hidden_checks.py" in handout_files(load(folder))


def test_where_the_assignment_lies_is_refused(folder):
    line = add(folder, PUBLIC, f'\nFOLDER = "{folder}"\n')
    assert refused(folder) == [f"tests/public/cases.py:{line + 1}: holds where the assignment lies on this machine"]


def test_a_secret_is_found_in_a_file_that_is_no_text(folder):
    secret = (folder / "variants.secret").read_bytes().strip()
    (leak,) = leaks(load(folder), {"data.npy": b"\0\n\xff" + secret})
    assert str(leak) == "data.npy:2: holds the secret of the variants, variants.secret"


def test_a_line_that_is_allowed_is_not_refused_and_others_still_are(folder):
    add(folder, PUBLIC, f"\n\ndef shares(x, smallest, largest):\n    {SHARE}\n    return share\n")
    (folder / "assignment.toml").write_text(
        f'{(folder / "assignment.toml").read_text()}\n[leaks]\nallowed = ["{SHARE}"]\n', encoding="utf-8"
    )
    assert "tests/public/cases.py" in handout_files(load(folder))
    add(folder, PUBLIC, "\n\n# return low + share * (high - low)\n")
    (line,) = refused(folder)
    assert "solution of 1.1, reference/rescaling.py:11" in line


def test_what_running_tests_leaves_in_a_suite_is_left_out(folder):
    add(folder, "tests/public/__pycache__/cases.cpython-311.pyc", "code")
    add(folder, "tests/public/.pytest_cache/README.md", "cache")
    assert not [name for name in handout_files(load(folder)) if "cache" in name]


@pytest.mark.parametrize(
    "text",
    [
        "\ns = (checked(x) - a) / (b - a)\n",  # other names
        "\nreturned = share * (high - low)\n",  # a part of a short line
    ],
)
def test_what_is_said_not_to_be_found_is_not_found(folder, text):
    assert leaks(load(folder), {"notes.py": text.encode()}) == []
