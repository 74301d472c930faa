"""Mistakes and other right solutions: what is read of their files, what is handed in, and the words for what is wrong."""

import pytest
from doubling import FILES, RIGHT, TOML
from files import write_files
from places import ROOT

from autograder.assignment import load
from autograder.authoring.mistakes import Corpus
from autograder.errors import AssignmentError

ASSIGNMENTS = [ROOT, *sorted(path.parent for path in (ROOT / "assignments").glob("*/assignment.toml"))]
TWO_FILES = FILES | {
    "assignment.toml": TOML.replace('["double.py"]', '["double.py", "answers.toml"]'),
    "reference/answers.toml": "a = 1\n",
}
REPLACED = """
[[replace]]
file = "double.py"
old = "2 * x"
new = "x + 2"
"""
MISTAKE = f"""
describe = "Two is added."
hint = "What does double(0) give?"
{REPLACED}
[fails]
"test_double.py::test_of_integers" = 0
"test_double.py::test_of_fractions" = [0.5, 3]
[says]
"test_double.py::test_of_integers" = "differs"
"""


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path, TWO_FILES)


def corpus(folder, files):
    return Corpus(load(write_files(folder, files)))


def refusal(folder, files, use=lambda found: None):
    with pytest.raises(AssignmentError) as caught:
        use(corpus(folder, files))
    return str(caught.value).replace(str(folder), "DIR")


def test_a_mistake_is_what_its_file_says(folder):
    found = corpus(folder, {"mistakes/added/mistake.toml": MISTAKE}).mistakes["added"]
    assert (found.name, found.describe, found.hint) == ("added", "Two is added.", "What does double(0) give?")
    assert [tuple(change) for change in found.replace] == [("double.py", "2 * x", "x + 2")]
    assert found.fails == {"test_double.py::test_of_integers": (0, 0), "test_double.py::test_of_fractions": (0.5, 3)}
    assert found.says == {"test_double.py::test_of_integers": "differs"}
    assert (found.changed, found.right) == ({"double.py"}, False)


def test_mistakes_and_solutions_are_listed_by_name_and_what_tools_leave_is_none(folder):
    files = {f"mistakes/{name}/mistake.toml": MISTAKE for name in ("b", "a")}
    files |= {"solutions/c/solution.toml": f'describe = "Other words."{REPLACED}', "mistakes/ruff.toml": ""}
    found = corpus(folder, files | {"mistakes/.cache/x": "", "solutions/__pycache__/x": "", "mistakes/a/.DS_Store": ""})
    assert (list(found.mistakes), list(found.solutions)) == (["a", "b"], ["c"])
    assert found.solutions["c"].right and not found.mistakes["a"].files


def test_an_assignment_without_the_folders_has_no_mistakes(folder):
    found = Corpus(load(folder))
    assert (found.mistakes, found.solutions) == ({}, {})


@pytest.mark.parametrize(
    ("said", "beside", "handed_in"),
    [
        (REPLACED, {}, {"double.py": RIGHT.replace("2 * x", "x + 2"), "answers.toml": "a = 1\n"}),
        ('delete = ["answers.toml"]', {}, {"double.py": RIGHT}),
        ('rename = { "answers.toml" = "answers (1).toml" }', {}, {"double.py": RIGHT, "answers (1).toml": "a = 1\n"}),
        ("", {"answers.toml": "a = 2\n"}, {"double.py": RIGHT, "answers.toml": "a = 2\n"}),
    ],
)
def test_what_is_handed_in_is_the_reference_but_for_what_is_said(folder, tmp_path, said, beside, handed_in):
    files = {"mistakes/one/mistake.toml": f'describe = "One."\n{said}'}
    found = corpus(folder, files | {f"mistakes/one/{name}": content for name, content in beside.items()})
    found.build(found.mistakes["one"], tmp_path / "made")
    assert {path.name: path.read_text() for path in (tmp_path / "made").iterdir()} == handed_in


def test_changes_follow_each_other_and_several_mistakes_too(folder):
    again = REPLACED.replace("x + 2", "x * 2").replace("2 * x", "x + 2")
    files = {
        "mistakes/a/mistake.toml": f'describe = "A."{REPLACED}{again}',
        "mistakes/b/mistake.toml": 'describe = "B."\ndelete = ["answers.toml"]',
    }
    found = corpus(folder, files)
    assert found.contents_of([*found.mistakes.values()]) == {"double.py": RIGHT.replace("2 * x", "x * 2").encode()}


EMPTY = "fill it in"
POINTS = "write the points that the test gives, or [LEAST, MOST]"
NO_OLD = "[[replace]]\nfile = 'double.py'\nold = ''\nnew = ''"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hint = 'Why?'", "describe is missing"),
        ("describe = ' '", f"describe is empty; {EMPTY}"),
        ("describe = 'x'\nhint = ''", f"hint is empty; {EMPTY}"),
        ("describe = 'x'\ndescribes = 'y'", "describes is not a key of mistake.toml"),
        ("describe = 'x'\n[[replace]]\nfile = 'double.py'\nold = 'x'", "replace[0].new is missing"),
        (f"describe = 'x'\n{NO_OLD}", f"replace[0].old is empty; {EMPTY}"),
        ("describe = 'x'\n[fails]\n't.py' = '0'", "fails.t.py is '0'; it must be of type int or float or list"),
        ("describe = 'x'\n[fails]\n't.py' = [3, 1]", f"fails.t.py is [3, 1]; {POINTS}"),
        ("describe = 'x'\n[fails]\n't.py' = [3]", f"fails.t.py is [3]; {POINTS}"),
        ("describe = 'x'\n[says]\n't.py' = 3", "says.t.py is 3; it must be of type str"),
    ],
)
def test_a_file_that_says_something_else_is_refused_with_its_key(folder, text, message):
    assert refusal(folder, {"mistakes/one/mistake.toml": text}) == f"DIR/mistakes/one/mistake.toml: {message}"


@pytest.mark.parametrize("said", ["hint = 'Why?'", "[fails]\n't.py' = 0", "[says]\n't.py' = 'no'"])
def test_a_solution_has_nothing_that_is_for_mistakes(folder, said):
    told = refusal(folder, {"solutions/one/solution.toml": f"describe = 'x'\n{said}"})
    assert told.endswith("is not a key of solution.toml")


@pytest.mark.parametrize(
    ("said", "beside"),
    [
        (REPLACED.replace("double.py", "triple.py"), "x.txt"),
        ('delete = ["triple.py"]', "x.txt"),
        ('rename = { "triple.py" = "double.py" }', "x.txt"),
        ("", "triple.py"),
    ],
)
def test_a_file_that_is_not_handed_in_cannot_be_changed(folder, said, beside):
    files = {"mistakes/one/mistake.toml": f"describe = 'x'\n{said}"}
    told = refusal(folder, files | ({f"mistakes/one/{beside}": ""} if beside == "triple.py" else {}))
    assert (
        told == "DIR/mistakes/one/mistake.toml: triple.py is not a file of the submission; name one of double.py, answers.toml"
    )


@pytest.mark.parametrize(
    ("old", "times", "advice"),
    [("3 * x", 0, "write it as the reference has it"), ("x", 2, "add lines around it")],
)
def test_a_text_to_be_replaced_must_occur_once(folder, old, times, advice):
    files = {"mistakes/one/mistake.toml": f"describe = 'x'\n{REPLACED.replace('2 * x', old)}"}
    told = refusal(folder, files, lambda found: found.contents_of([*found.mistakes.values()]))
    place = "DIR/mistakes/one/mistake.toml: replace[0].old"
    assert told == f"{place} occurs {times} times in double.py, not once; {advice}:\n{old}"


def test_a_folder_without_its_file_is_refused(folder):
    told = refusal(folder, {"solutions/one/mistake.toml": MISTAKE})
    assert told == "DIR/solutions/one/solution.toml is missing; write it, or remove DIR/solutions/one"


def test_a_mistake_and_a_solution_have_different_names(folder):
    told = refusal(folder, {"mistakes/one/mistake.toml": MISTAKE, "solutions/one/solution.toml": "describe = 'x'"})
    assert told == "DIR/solutions/one has the same name as a mistake; rename it"


def test_an_assignment_needs_a_reference_for_them(folder):
    told = refusal(folder, {"assignment.toml": TOML.replace('reference = "reference"\n', "")})
    assert told == "DIR/assignment.toml: reference is missing; name the folder of the solution"


# Which tests look at a mistake, and what they give.

ONLY_FOR = '[only_for]\n"test_d*.py" = ["answers.toml"]\n'


def test_tests_may_be_only_for_mistakes_in_some_files(folder):
    files = {"mistakes/a/mistake.toml": MISTAKE, "mistakes/b/mistake.toml": 'describe = "B."\ndelete = ["answers.toml"]'}
    files |= {"solutions/c/solution.toml": f'describe = "Other words."{REPLACED}', "mistakes/corpus.toml": ONLY_FOR}
    found = corpus(folder, files)
    a, b, c = [*found.mistakes.values(), *found.solutions.values()]
    assert [found.is_for("tests/test_double.py", each) for each in (a, b, c)] == [False, True, True]
    assert [found.is_for("tests/test_other.py", each) for each in (a, b, c)] == [True, True, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[only]\n", "only is not a key of corpus.toml"),
        ('[only_for]\n"test_d*.py" = "double.py"\n', "only_for.test_d*.py is 'double.py'; it must be of type list"),
        ('[only_for]\n"test_d*.py" = ["d.py"]\n', "only_for.test_d*.py holds 'd.py', which is not a file of the submission"),
    ],
)
def test_a_corpus_file_that_says_something_else_is_refused_with_its_key(folder, text, message):
    told = refusal(folder, {"mistakes/corpus.toml": text}, lambda found: found.only_for)
    assert told == f"DIR/mistakes/corpus.toml: {message}"


TESTS = {
    "tests/a/test_x.py::test_one": 4.0,
    "tests/a/test_x.py::TestTwo::test_two[1/2]": 2.0,
    "tests/b/test_y.py::test_one": 1.0,
}


@pytest.mark.parametrize(
    ("fails", "points"),
    [
        ("", [(4, 4), (2, 2), (1, 1)]),
        ('"test_x.py::test_one" = 1', [(1, 1), (2, 2), (1, 1)]),
        ('"tests/b/test_y.py::test_one" = [0, 0.5]', [(4, 4), (2, 2), (0, 0.5)]),
        ('"test_x.py" = 0\n"test_x.py::TestTwo" = 1', [(0, 0), (1, 1), (1, 1)]),
    ],
)
def test_tests_that_are_not_named_give_all_their_points(folder, fails, points):
    (found,) = corpus(folder, {"mistakes/one/mistake.toml": f"describe = 'x'\n[fails]\n{fails}"}).mistakes.values()
    assert [*found.expected(TESTS).values()] == points


@pytest.mark.parametrize("table", ["fails", "says"])
def test_a_test_that_is_not_there_is_named(folder, table):
    value = {"fails": "0", "says": "'x'"}[table]
    text = f"describe = 'x'\n[{table}]\n'test_x.py::test_on' = {value}"
    told = refusal(folder, {"mistakes/one/mistake.toml": text}, lambda found: found.mistakes["one"].expected(TESTS))
    asked = f"{table} names test_x.py::test_on, but there is no such test; correct or remove it"
    assert told == f"DIR/mistakes/one/mistake.toml: {asked}"


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda path: path.name)
def test_every_mistake_of_this_repository_differs_from_the_reference(assignment):
    found = Corpus(load(assignment))
    right = found.contents_of([])
    assert found.mistakes and found.solutions
    for mistake in (*found.mistakes.values(), *found.solutions.values()):
        assert found.contents_of([mistake]) != right, mistake.name
