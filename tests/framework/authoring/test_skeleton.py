"""The skeleton: what a region becomes, what is left alone, and every way to get a marker wrong."""

import ast
from pathlib import Path

import pytest

from autograder.authoring.markers import Task, tasks
from autograder.authoring.skeleton import build_skeleton, check_skeleton, render
from autograder.errors import AssignmentError

REFERENCE = '''\
"""Layers.

Shapes: S samples.
"""

import math

import numpy as np  # the library


class Linear:
    """Affine map."""

    def forward(self, x):
        """Return Y."""
        # this comment stays
        # BEGIN SOLUTION 1.1 one matrix product, "quoted"
        self.x = x

        def helper(y):
            return y

        # this comment goes
        return helper(
    x
        )
        # END SOLUTION

    def backward(self, dout):
        y = 0
        if math.pi:
            # BEGIN SOLUTION 1.2 two products
            y = """
# a line of text that is no code
"""
            # END SOLUTION
        return y  # stays
'''

SKELETON = '''\
# Generated from reference/layers.py by "autograder build skeleton"; the tasks are the TODOs.
"""Layers.

Shapes: S samples.
"""

import math

import numpy as np  # the library


class Linear:
    """Affine map."""

    def forward(self, x):
        """Return Y."""
        # this comment stays
        # TODO 1.1: one matrix product, "quoted"
        raise NotImplementedError("TODO 1.1: Linear.forward")

    def backward(self, dout):
        y = 0
        if math.pi:
            # TODO 1.2: two products
            raise NotImplementedError("TODO 1.2: Linear.backward")
        return y  # stays
'''


def in_function(*lines: str) -> str:
    return "def f(x):\n" + "".join(f"    {line}\n" if line else "\n" for line in lines)


def refusal(source: str, name: str = "reference/a.py") -> str:
    with pytest.raises(AssignmentError) as caught:
        render(source, name)
    return str(caught.value)


# What a region becomes


def test_a_region_becomes_a_todo_and_an_error_and_the_rest_stays():
    assert render(REFERENCE, "reference/layers.py") == SKELETON


def test_the_docstring_is_still_the_docstring():
    assert ast.get_docstring(ast.parse(render(REFERENCE, "reference/layers.py"))) == "Layers.\n\nShapes: S samples."


def test_the_stub_raises_the_number_and_the_name():
    namespace: dict = {}
    exec(compile(render(REFERENCE, "reference/layers.py"), "layers.py", "exec"), namespace)

    with pytest.raises(NotImplementedError, match=r"^TODO 1\.1: Linear\.forward$"):
        namespace["Linear"]().forward(1)


def test_tasks_are_listed_from_top_to_bottom():
    assert tasks(REFERENCE, "reference/layers.py") == [
        Task("1.1", 'one matrix product, "quoted"', "reference/layers.py", 17, "Linear.forward"),
        Task("1.2", "two products", "reference/layers.py", 32, "Linear.backward"),
    ]
    assert tasks("x = 1\n", "reference/a.py") == []


def test_the_name_is_that_of_the_innermost_class_or_function_or_of_the_module():
    source = """\
class A:
    class B:
        # BEGIN SOLUTION 1 class level
        x = 1
        # END SOLUTION

        async def f(self):
            try:
                def inner():
                    # BEGIN SOLUTION 2 nested function
                    return 1
                    # END SOLUTION
            except ValueError:
                # BEGIN SOLUTION 3 handler
                return 2
                # END SOLUTION
            match self:
                case 1:
                    # BEGIN SOLUTION 4 case
                    return 4
                    # END SOLUTION
                case _:
                    def other():
                        # BEGIN SOLUTION 5 function in a case
                        return 5
                        # END SOLUTION


# BEGIN SOLUTION 6a module level
def g():
    return 6
# END SOLUTION
"""
    owners = [task.owner for task in tasks(source, "reference/sub/a.py")]

    assert owners == ["A.B", "A.B.f.inner", "A.B.f", "A.B.f", "A.B.f.other", "a"]


def test_one_task_may_have_several_regions():
    region = ["# BEGIN SOLUTION 2.10b again", "x += 1", "# END SOLUTION"]

    assert render(in_function(*region, "", *region), "a.py").count('raise NotImplementedError("TODO 2.10b: f")') == 2


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n"])
def test_a_region_at_the_end_of_the_file_needs_no_newline(ending):
    source = in_function("# BEGIN SOLUTION 1 hint", "return x", "# END SOLUTION").rstrip("\n") + ending

    assert render(source, "a.py").endswith('    raise NotImplementedError("TODO 1: f")\n')
    assert not render(source, "a.py").endswith("\n\n")


def test_line_ends_become_lf_and_trailing_blanks_after_a_marker_do_not_matter():
    windows = REFERENCE.replace("\n", "\r\n").replace("# END SOLUTION", "# END SOLUTION  ")

    assert render(windows, "reference/layers.py") == SKELETON


def test_a_form_feed_in_a_string_does_not_shift_the_lines():
    source = 'page = "a\fb\x1cc\u2028d"\n' + in_function("# BEGIN SOLUTION 1 hint", "return x", "# END SOLUTION")

    assert render(source, "a.py").splitlines()[-1] == '    raise NotImplementedError("TODO 1: f")'
    assert "return x" not in render(source, "a.py")


def test_tabs_are_kept_as_the_indentation():
    source = "def f():\n\t# BEGIN SOLUTION 1 hint\n\treturn 1\n\t# END SOLUTION\n"

    assert render(source, "a.py").endswith('\t# TODO 1: hint\n\traise NotImplementedError("TODO 1: f")\n')


def test_the_line_that_makes_a_script_stays_the_first():
    source = "#!/usr/bin/env python3\n" + in_function("# BEGIN SOLUTION 1 hint", "return x", "# END SOLUTION")

    assert render(source, "a.py").splitlines()[:2] == [
        "#!/usr/bin/env python3",
        '# Generated from a.py by "autograder build skeleton"; the tasks are the TODOs.',
    ]


def test_a_source_without_markers_is_returned_as_it_is():
    source = '"""Data."""\r\n# begin with the largest\n# the end of it\n# Ending: solution below\nx = "solution"'

    assert render(source, "reference/data.py") == source


# Wrong markers


@pytest.mark.parametrize(
    "marker",
    [
        "# BEGIN SOLUTIONS 1.1 hint",
        "# BEGIN SOLUTION",
        "# BEGIN SOLUTION 1.1",
        "# BEGIN SOLUTION hint",
        "# BEGIN SOLUTION 1.1: hint",
        "# BEGIN SOLUTION 1. hint",
        "# BEGIN  SOLUTION 1.1 hint",
        "# BEGIN SOLUTION  1.1 hint",
        "#BEGIN SOLUTION 1.1 hint",
        "### BEGIN SOLUTION 1.1 hint",
        "# begin solution 1.1 hint",
        "# Begin Solution 1.1 hint",
        "# BEGIN_SOLUTION 1.1 hint",
        "# BEGINSOLUTION 1.1 hint",
        "# BEGIN HIDDEN TESTS",
        "# begin hidden tests",
        "# BEGIN",
        "# BEGN SOLUTION 1.1 hint",
        "# SOLUTION 1.1 hint",
        "# see # BEGIN SOLUTION 1.1 hint",
        "# END SOLUTION 1.1",
        "# END SOLUTIONS",
        "# END  SOLUTION",
        "#END SOLUTION",
        "# end solution",
        "# END",
        "# EDN SOLUTION",
    ],
)
def test_what_is_not_quite_a_marker_is_refused_with_its_line(marker):
    text = refusal(in_function("y = x", marker, "return y"))

    assert text.startswith(f"reference/a.py:3: {marker!r}: this is not quite a marker; ")


def test_each_wrong_marker_gets_the_remedy_that_fits():
    begin, end, number = (
        refusal(in_function(line, "pass")) for line in ("# BEGIN HIDDEN", "# END SOLUTION 1.1", "# BEGIN SOLUTION one hint")
    )

    assert begin.endswith(
        'a region starts with "# BEGIN SOLUTION 1.1 a hint" and ends with "# END SOLUTION"; reword any other comment.'
    )
    assert end.endswith('the end of a region is exactly "# END SOLUTION".')
    assert number.endswith('after "# BEGIN SOLUTION" write a space, the number of the task, such as 1.1, a space and a hint.')


BEGIN, END = "# BEGIN SOLUTION 1.1 hint", "# END SOLUTION"


@pytest.mark.parametrize(
    ("lines", "line", "text"),
    [
        ([BEGIN, "return x"], 2, 'this region is never closed; end it with "# END SOLUTION"'),
        (["x = 1", END], 3, 'no region is open here; start it with "# BEGIN SOLUTION 1.1 a hint"'),
        ([BEGIN, "x = 1", END, END], 5, 'no region is open here; start it with "# BEGIN SOLUTION 1.1 a hint"'),
        ([BEGIN, "x = 1", BEGIN, "x = 2", END, END], 4, "the region of line 2 is still open; regions do not nest"),
        ([BEGIN, END, "pass"], 2, "this region contains no code; remove it or move the solution into it"),
        ([BEGIN, "# a comment", "", END, "pass"], 2,
         "this region contains no code; remove it or move the solution into it"),
        ([f"x = 1  {BEGIN}", "x = 2", END], 2, "a marker must be alone on its line; move the code to another line"),
        ([BEGIN, f"x = 1  {END}"], 3, "a marker must be alone on its line; move the code to another line"),
        ([f'x = "{BEGIN}"'], 2, "a marker inside a string has no effect; reword the string"),
        (['x = """', BEGIN, END, '"""'], 3, "a marker inside a string has no effect; reword the string"),
        ([f'x = f"{{x}} {END}"  # why'], 2, "a marker inside a string has no effect; reword the string"),
        (["if x:", f"    {BEGIN}", "    x = 1", END], 5, "this is not indented like its beginning in line 3"),
        (["if x:", f"    {BEGIN}", "    x = 1", "else:", "    x = 2", f"    {END}"], 5,
         "this line is not in the block of its markers"),
        (["if x:", BEGIN, "    x = 1", END], 4, "this line is not in the block of its markers"),
        (["x = [", f"    {BEGIN}", "    1,", f"    {END}", "]"], 3,
         "this region contains no code; remove it or move the solution into it"),
        (["try:", "    x = 1", BEGIN, "except ValueError:", "    x = 2", END], 4,
         "without this region the file does not compile; put whole statements into the region"),
    ],
)  # fmt: skip
def test_regions_that_make_no_sense_are_refused_with_file_line_and_remedy(lines, line, text):
    source = in_function(*lines)

    assert refusal(source) == f"reference/a.py:{line}: {source.splitlines()[line - 1].strip()!r}: {text}."


def test_a_reference_that_does_not_compile_is_refused_with_its_line():
    assert refusal("x = 1\ny = (\n").startswith("reference/a.py:2: the reference does not compile: ")
    assert refusal("x = 1\0\n").startswith("reference/a.py:1: the reference does not compile: ")
    assert "does not compile" in refusal("if x:\n    y\n  z\n")


# Answers


ANSWERS = """\
# Answers.
name = ""

# BEGIN SOLUTION 8.1 forward pass
8.1a = -3        # a₁, not #1
"8.1b" = "# 1"   # z₁

8.1c = ["a", "b"]
# END SOLUTION

[last] # kept
# BEGIN SOLUTION 8.2 one step
8.2a = 209.45    # such as ["a"]
# END SOLUTION
kept = 3
"""

EMPTY_ANSWERS = """\
# Generated from reference/answers.toml by "autograder build skeleton"; the tasks are the TODOs.
# Answers.
name = ""

# TODO 8.1: forward pass
8.1a = ""        # a₁, not #1
"8.1b" = ""      # z₁

8.1c = ""

[last] # kept
# TODO 8.2: one step
8.2a = ""        # such as ["a"]
kept = 3
"""


def answers_refusal(source: str) -> str:
    return refusal(source, "reference/answers.toml")


def test_values_of_a_region_become_empty_and_comments_stay_in_their_columns():
    assert render(ANSWERS, "reference/answers.toml") == EMPTY_ANSWERS


def test_tasks_of_answers_are_listed_too():
    assert tasks(ANSWERS, "reference/answers.toml") == [
        Task("8.1", "forward pass", "reference/answers.toml", 4, "answers"),
        Task("8.2", "one step", "reference/answers.toml", 12, "answers"),
    ]


def test_toml_without_markers_is_returned_as_it_is():
    assert render("a = 1 # x\r\n", "reference/checks.toml") == "a = 1 # x\r\n"


@pytest.mark.parametrize(
    ("lines", "line", "text"),
    [
        (["# BEGIN SOLUTION 8.1 hint", "a = 1"], 1, "never closed"),
        (["a = 1", "# END SOLUTION"], 2, "no region is open"),
        (["# BEGIN SOLUTION 8.1 hint", "# BEGIN SOLUTION 8.2 hint"], 2, "regions do not nest"),
        (["# BEGIN SOLUTION 8.1 hint", "# nothing", "# END SOLUTION"], 1, "contains no value"),
        (["# BEGIN SOLUTION 8.1 hint", "a = [", "  1]", "# END SOLUTION"], 2, "must be one key with its value"),
        (["# BEGIN SOLUTION 8.1 hint", "[table]", "# END SOLUTION"], 2, "must be one key with its value"),
        (["# BEGIN SOLUTION 8.1", "a = 1", "# END SOLUTION"], 1, "not quite a marker"),
        (["a = 1 # END SOLUTION"], 1, "must be alone on its line"),
    ],
)
def test_regions_of_answers_that_make_no_sense_are_refused_with_line_and_remedy(lines, line, text):
    message = answers_refusal("\n".join(lines) + "\n")
    assert message.startswith(f"reference/answers.toml:{line}: ")
    assert text in message


def test_answers_that_are_no_toml_are_refused():
    assert answers_refusal("a = \n").startswith("reference/answers.toml: the reference is not valid TOML: ")


# Folders


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    reference, skeleton = tmp_path / "reference", tmp_path / "student"
    (reference / "sub").mkdir(parents=True)
    (reference / "layers.py").write_text(REFERENCE)
    (reference / "sub" / "data.py").write_bytes(b"\xef\xbb\xbfx = 1\r\ny = 2")
    (reference / "notes.md").write_text("not copied")
    (reference / "__pycache__").mkdir()
    (reference / "__pycache__" / "old.py").write_text("not copied")
    return reference, skeleton


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_build_writes_the_python_files_and_says_so(folders):
    reference, skeleton = folders

    assert build_skeleton(reference, skeleton) == ["wrote layers.py", "wrote sub/data.py"]
    assert contents(skeleton) == {"layers.py": SKELETON.encode(), "sub/data.py": b"\xef\xbb\xbfx = 1\r\ny = 2"}


def test_build_makes_the_answers_of_the_skeleton_and_removes_what_the_reference_lost(folders):
    reference, skeleton = folders
    (reference / "answers.toml").write_text(ANSWERS, encoding="utf-8")
    (reference / "checks.toml").write_bytes(b"a = 1\r\n")
    assert build_skeleton(reference, skeleton)[:2] == ["wrote answers.toml", "wrote checks.toml"]
    assert (skeleton / "answers.toml").read_text(encoding="utf-8") == EMPTY_ANSWERS
    assert (skeleton / "checks.toml").read_bytes() == b"a = 1\r\n"

    (reference / "checks.toml").unlink()
    assert check_skeleton(reference, skeleton) == ["checks.toml is extra: reference/ has no such file"]
    assert build_skeleton(reference, skeleton) == ["removed checks.toml"]


def test_build_again_touches_nothing(folders):
    reference, skeleton = folders
    build_skeleton(reference, skeleton)
    before = {path: path.stat().st_mtime_ns for path in skeleton.rglob("*")}

    assert build_skeleton(reference, skeleton) == []
    assert {path: path.stat().st_mtime_ns for path in skeleton.rglob("*")} == before


def test_build_removes_python_files_that_the_reference_lost_and_no_others(folders):
    reference, skeleton = folders
    build_skeleton(reference, skeleton)
    (skeleton / "README.md").write_text("kept")
    (skeleton / ".hidden.py").write_text("kept")
    (reference / "sub" / "data.py").unlink()

    assert build_skeleton(reference, skeleton) == ["removed sub/data.py"]
    assert set(contents(skeleton)) == {"layers.py", "README.md", ".hidden.py"}


def test_build_writes_nothing_when_any_reference_file_is_wrong(folders):
    reference, skeleton = folders
    (reference / "z.py").write_text("# BEGIN SOLUTION 1 hint\nx = 1\n")

    with pytest.raises(AssignmentError, match=r"^reference/z\.py:1: .*never closed"):
        build_skeleton(reference, skeleton)
    assert not skeleton.exists()


def test_a_reference_file_that_is_not_utf8_is_refused_with_its_line(folders):
    reference, skeleton = folders
    (reference / "z.py").write_bytes(b"x = 1\ny = '\xe9'\n")

    with pytest.raises(AssignmentError, match=r"^reference/z\.py:2: byte 11 is not UTF-8; save the file as UTF-8\.$"):
        build_skeleton(reference, skeleton)


def test_folders_that_would_lose_files_are_refused(folders):
    reference, skeleton = folders

    for one, other in ((reference, reference), (reference, reference / "sub"), (reference, reference.parent)):
        with pytest.raises(AssignmentError, match="contain one another"):
            build_skeleton(one, other)
    skeleton.mkdir()
    (skeleton / "mine.py").write_text("x = 1\n")
    with pytest.raises(AssignmentError, match=r"has no \.py or \.toml file"):
        build_skeleton(reference.parent / "mistyped", skeleton)
    assert contents(skeleton) == {"mine.py": b"x = 1\n"}


def test_check_says_what_build_would_change_and_changes_nothing(folders):
    reference, skeleton = folders
    assert check_skeleton(reference, skeleton) == ["layers.py is missing", "sub/data.py is missing"]
    assert not skeleton.exists()

    build_skeleton(reference, skeleton)
    assert check_skeleton(reference, skeleton) == []

    (skeleton / "layers.py").write_text(SKELETON.replace("return y  # stays", "return x"))
    (skeleton / "sub" / "data.py").write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    (skeleton / "other.py").write_text("")
    assert check_skeleton(reference, skeleton) == [
        "layers.py differs from line 26 on: has '        return x', expected '        return y  # stays'",
        "sub/data.py differs from line 2 on: has '', expected 'y = 2'",
        "other.py is extra: reference/ has no such file",
    ]
