"""What honest students break: each is graded, costs its own tests and no others, and is told with file, line and remedy."""

import re
import sys
import textwrap
import zipfile

import pytest
from files import write_files
from toys import SHOWN, Graded, grade_toy

from autograder.assignment import load
from autograder.grading.story import grade

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

IMPORTS = "from gradescope_utils.autograder_utils.decorators import weight\n"
TEST = """
@weight(1)
def test_{name}():
    import {name}
    assert {name}.double(3) == 6
"""
RIGHT = b"def double(x):\n    return 2 * x\n"


def assignment(folder, names, limits="test_seconds = 5"):
    """Write an assignment that asks for these modules, with a test of one point for each."""
    suite = "from gradescope_utils.autograder_utils.decorators import weight\n" + "".join(
        TEST.format(name=name) for name in names
    )
    files = ", ".join(f'"{name}.py"' for name in names)
    settings = (
        f'title = "Toy"\n[submission]\nfiles = [{files}]\n[[suites]]\npath = "tests"\n{SHOWN}\n'
        f"[limits]\n{limits}\n[sandbox]\npreload = []\n"
    )
    write_files(folder, {"tests/test_toy.py": suite, "assignment.toml": settings})


def handed_in(folder, sources):
    """Write and grade files, name -> content."""
    write_files(folder / "sub", sources)
    return grade_toy(folder)


# Files as editors, systems and copying leave them: name of the module -> (content, what is said, whether it costs the point)
NOTHING = ""
SOURCES = {
    "byte_order_mark": (b"\xef\xbb\xbf" + RIGHT, NOTHING, 1),
    "windows_lines": (RIGHT.replace(b"\n", b"\r\n"), NOTHING, 1),
    "old_mac_lines": (RIGHT.replace(b"\n", b"\r"), NOTHING, 1),
    "utf16": (RIGHT.decode().encode("utf-16"), "utf16.py: The file is saved as UTF-16. Save it with the encoding UTF-8", 0),
    "nul": (RIGHT + b"\0", "nul.py, line 3, column 1: There is a NUL byte here; .* Delete it", 0),
    "latin1": (
        RIGHT + b"name = 'caf\xe9'\n",
        r"latin1.py, line 3, column 12: The byte 0xe9 .* Save the file with the encoding UTF-8",
        0,
    ),
    "no_break_space": (
        RIGHT.replace(b"    r", "\u00a0   r".encode()),
        r"no_break_space.py, line 2, column 1: U\+00A0 NO-BREAK SPACE is not allowed in code; type an ordinary space",
        0,
    ),
    "smart_quotes": (
        RIGHT + "name = \u201cdouble\u201d\n".encode(),
        r"smart_quotes.py, line 3, column 8: U\+201C LEFT DOUBLE QUOTATION MARK is not allowed in code; type a plain \"",
        0,
    ),
    "zero_width_space": (
        "\u200b".encode() + RIGHT,
        r"zero_width_space.py, line 1, column 1: U\+200B ZERO WIDTH SPACE is not allowed in code; delete it",
        0,
    ),
    "mixed_tabs": (
        b"def double(x):\n        y = x\n\treturn 2 * y\n",
        "mixed_tabs.py, line 3, column 1: The indentation mixes tabs and spaces. Indent every line with spaces only",
        0,
    ),
    "bidi": (
        "# \u202e back\n".encode() + RIGHT,
        r"bidi.py, line 1, column 3: U\+202E RIGHT-TO-LEFT OVERRIDE can make code look different from what it does; delete it",
        1,
    ),
    "homoglyph": (
        "def double(\u0445):\n    return 2 * x\n".encode(),
        r'homoglyph.py, line 1, column 12: The name "\u0445" holds U\+0445 CYRILLIC SMALL LETTER HA, .* type a plain x',
        0,
    ),
    "letters_of_mathematics": ("def double(\u03c1):\n    \u03b1 = 2\n    return \u03b1 * \u03c1\n".encode(), NOTHING, 1),
    "russian_comment": ("# \u0445 \u0440\u0430\u0441\u0442\u0451\u0442\n".encode() + RIGHT, NOTHING, 1),
    "merge_conflict": (
        b"<<<<<<< HEAD\n" + RIGHT + b"=======\n" + RIGHT + b">>>>>>> theirs\n",
        "merge_conflict.py, line 1, column 1: A merge conflict was left in the file. Keep one of the two versions",
        0,
    ),
    "notebook_command": (b"%matplotlib inline\n" + RIGHT, "notebook_command.py, line 1, column 1: .* Delete the line", 0),
    "renamed_notebook": (b'{"cells": [], "nbformat": 4}', "renamed_notebook.py: .* Export it as a Python script", 0),
    "saved_as_word": (b"\xd0\xcf\x11\xe0rest", "saved_as_word.py: The file is a Word document, .* Hand in the source", 0),
    "empty": (b"\n", "empty.py: The file is empty. Save your work", 0),
    "unfinished": (RIGHT + b"print((1\n", r"unfinished.py, line 3, column 7: .* '\(' was never closed. Correct it", 0),
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    folder.chmod(0o755)
    assignment(folder, SOURCES)
    return handed_in(folder, {f"{name}.py": content for name, (content, _, _) in SOURCES.items()})


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_as_an_editor_leaves_it_costs_its_own_test_or_none_and_is_explained(sources, name):
    _, said, points = SOURCES[name]
    record = sources[f"test_{name}"]
    remarks = [remark for remark in sources.outcome.remarks if remark.startswith(f"{name}.py")]
    assert (record.status, record.score) == ("passed" if points else "failed", points)
    assert len(remarks) == bool(said)
    if said:
        assert re.search(said, remarks[0], re.S)
        assert points or re.search(said, record.reason, re.S) or name == "homoglyph"


# What works on the author's computer alone: name -> (source, points, what the test's output says, what the remark says)
USES = {
    "asks": (
        "def double(x):\n    return int(input()) * x\n", 0,
        r'EOFError.*\nNobody answers input\(\).* Take the value as an argument(.|\n)*"asks.py", line 2', "",
    ),
    "trains": (
        "import time\nfor epoch in range(10**9):\n    time.sleep(1)\n\ndef double(x):\n    return 2 * x\n", 0,
        "stopped after 4 s of waiting",
        r'trains.py, line 2: This runs whenever the file is imported, before every test\. Put it below if __name__',
    ),
    "unguarded": (
        "def double(x):\n    return 2 * x\n\ndef main():\n    print('training')\n\nmain()\n", 1, "training",
        "unguarded.py, line 7: This runs whenever the file is imported",
    ),
    "shows": (
        "import matplotlib.pyplot as plt\n\ndef double(x):\n    plt.plot([x])\n    plt.show()\n    return 2 * x\n", 1, "", "",
    ),
    "reads": (
        "data = open('data/train.csv').read()\n\ndef double(x):\n    return 2 * x\n", 0,
        r"FileNotFoundError.*train.csv.*\nYour code is graded in a folder that holds.*\n(.|\n)*\"reads.py\", line 1", "",
    ),
    "names_its_user": (
        "import getpass, os\n\ndef double(x):\n    return 2 * x * bool(getpass.getuser() and os.path.expanduser('~'))\n",
        1, "", "",
    ),
    "prints": (
        "def double(x):\n    for _ in range(100):\n        print('z' * 1_000_000)\n    return 2 * x\n", 1,
        r"z+\n\[\.\.\. \d+ (characters|bytes) left out \.\.\.\]\nz+", "",
    ),
    "downloads": (
        "from urllib.request import urlopen\n\ndef double(x):\n    urlopen('http://192.0.2.1')\n    return 2 * x\n",
        0, r"URLError.*\nThere is no network where your code is graded(.|\n)*\"downloads.py\", line 4", "",
    ),
    "wants_a_library": (
        "import tensorflow_of_tomorrow\n\ndef double(x):\n    return 2 * x\n", 0,
        r"ModuleNotFoundError.*\nIt is not installed where your code is graded(.|\n)*\"wants_a_library.py\", line 1", "",
    ),
    "logs": (
        "def double(x):\n    open('../../log.txt', 'a').write('x')\n    return 2 * x\n", 0,
        r"PermissionError.*\nYour code may write into the folder it runs in(.|\n)*\"logs.py\", line 2", "",
    ),
    "remembers": ("def double(x):\n    open('log.txt', 'a').write('x')\n    return 2 * x\n", 1, "", ""),
    "exits": ("def double(x):\n    return 2 * x\n\nif True:\n    exit()\n", 0, r'importing exits.py ends the program', ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def uses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("uses")
    folder.chmod(0o755)
    assignment(folder, USES, limits="test_seconds = 2\nwall_seconds = 4")
    return handed_in(folder, {f"{name}.py": source.encode() for name, (source, *_) in USES.items()})


@pytest.mark.slow
@pytest.mark.parametrize("name", USES)
def test_what_works_on_the_authors_computer_alone_costs_its_own_test_or_none_and_is_explained(uses, name):
    _, points, output, remark = USES[name]
    record = uses[f"test_{name}"]
    remarks = [found for found in uses.outcome.remarks if found.startswith(f"{name}.py")]
    assert (record.status, record.score) == ("passed" if points else "failed", points), record.output()
    assert re.search(output, record.output())
    assert len(remarks) == bool(remark)
    assert re.search(remark, "\n".join(remarks))
    assert len(record.output()) <= 100_000


@pytest.mark.slow
def test_code_that_assumes_a_gpu_is_told_how_to_choose_the_device(tmp_path):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    tmp_path.chmod(0o755)
    assignment(tmp_path, ["gpu"], limits="test_seconds = 60")
    source = b"import torch\n\n\ndef double(x):\n    return (2 * torch.tensor(x).cuda()).item()\n"
    record = handed_in(tmp_path, {"gpu.py": source})["test_gpu"]
    assert record.score == 0
    assert re.search(
        r"There is no GPU where your code is graded\. Choose the device by(.|\n)*\"gpu.py\", line 5", record.reason
    )


# Names and places


@pytest.fixture
def two(tmp_path):
    """An assignment that asks for two modules."""
    tmp_path.chmod(0o755)
    assignment(tmp_path, ["modules", "other"])
    return tmp_path


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("modules (1).py", 'modules.py: The file is missing. Found "modules (1).py": rename the right one to modules.py'),
        ("modules.ipynb", 'Found the notebook "modules.ipynb": export it as a Python script .* named modules.py'),
    ],
)
def test_a_file_with_another_name_is_missing_and_the_message_says_what_to_rename(two, found, said):
    graded = handed_in(two, {found: RIGHT, "other.py": RIGHT})
    assert graded.verdicts() == {"test_modules": ("failed", 0, 1), "test_other": ("passed", 1, 1)}
    assert re.search(said.replace("(1)", r"\(1\)"), graded["test_modules"].reason)


def test_a_file_with_other_case_counts_and_is_remarked(two):
    graded = handed_in(two, {"Modules.py": RIGHT, "other.py": RIGHT})
    assert graded.outcome.score == (2, 2)
    (remark,) = graded.outcome.remarks
    assert remark.startswith('modules.py: It was found as "Modules.py" and taken; upper and lower case matter')
    assert remark.endswith("Rename it")


def test_a_zip_with_enclosing_folders_and_what_macos_adds_counts_in_full(two):
    with zipfile.ZipFile(two / "hw1.zip", "w") as archive:
        for name in ("modules.py", "other.py"):
            archive.writestr(f"Jane Doe/hw1/{name}", RIGHT)
            archive.writestr(f"__MACOSX/Jane Doe/hw1/._{name}", b"\x00\x05\x16\x07")
        archive.writestr("Jane Doe/.DS_Store", b"\x00\x00\x00\x01Bud1")
    outcome = grade(load(two), [two / "hw1.zip"])
    assert outcome.score == (2, 2) and outcome.remarks == []


def test_files_named_like_libraries_shadow_nothing_and_are_remarked(two):
    source = textwrap.dedent(
        """
        import code, random, types
        import numpy

        def double(x):
            return int(numpy.float64(2) * x) + 0 * random.randint(0, 1) + 0 * len(types.__name__ + code.__name__)
        """
    )
    shadows = ("random", "types", "code", "numpy", "torch")
    files = {f"{name}.py": b"raise ImportError('the wrong one')\n" for name in shadows}
    graded: Graded = handed_in(two, {"modules.py": source.encode(), "other.py": RIGHT, **files})
    assert graded.outcome.score == (2, 2)
    remarks = "\n".join(graded.outcome.remarks)
    for name in ("random", "types", "code"):
        assert f"{name}.py: The file has the name of Python's own module {name} and hides it on your computer" in remarks
    assert "numpy.py: The file has the name of the library numpy and hides it on your computer" in remarks
    assert remarks.count("rename it") >= 4
