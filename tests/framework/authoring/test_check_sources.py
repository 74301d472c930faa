"""`autograder check`: what is wrong with an assignment is said before a student sees it."""

import pytest
from handing_out import write
from places import ROOT
from programs import run_autograder as run

from autograder.assignment import load
from autograder.authoring.check.sources import source_faults
from autograder.authoring.skeleton import build_skeleton
from autograder.commands.proof import steps
from autograder.grading.collect import collect

pytest_plugins = ["assignments"]


@pytest.fixture
def sound(assignment):
    status, _, errors = run("build", "skeleton", "--assignment", assignment)
    assert (status, errors) == (0, "")
    return assignment


def change(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_a_sound_assignment_has_no_faults(sound):
    status, printed, errors = run("check", "--assignment", sound)
    assert (status, errors) == (0, "")
    assert printed.splitlines() == [
        "✓ tests, points, tasks, skeleton and handout agree",
        "✓ by the autograder zip the reference gets all points",
        "✓ by the autograder zip the skeleton gets none",
        "✓ hollow submissions get no points",
        "Doubling: sound, 1 part, 10 points",
    ]


def test_of_an_assignment_without_parts_the_points_of_its_tests_are_counted(sound):
    settings = sound / "assignment.toml"
    settings.write_text(settings.read_text().partition("[[parts]]")[0])
    change(sound / "tests/test_double.py", "@weight(4)", "@weight(1 / 3)")
    status, printed, _ = run("check", "--assignment", sound)
    assert status == 0 and printed.endswith("Doubling: sound, 2 tests, 6.333333 points\n")


def test_tests_inside_are_counted_and_the_hidden_ones_named(sound):
    change(sound / "assignment.toml", 'path = "tests"', 'path = "tests"\ninside = ["test_double.py::test_of_integers"]')
    assignment = load(sound)
    first = next(steps(assignment, collect(assignment)))
    assert (first.faults, first.notes) == (
        [],
        [
            "1 of 2 tests run inside the submission's process: it could forge their verdicts",
            "1 of them are hidden, and a submission could read them: tests/test_double.py::test_of_integers",
        ],
    )


@pytest.mark.slow
def test_a_reference_that_loses_points_and_a_skeleton_that_gets_some_are_refused(sound):
    change(sound / "reference/double.py", "return 2 * x", "return (2 * x).astype(int)")
    change(sound / "tests/test_double.py", "np.testing.assert_array_equal(double(np.arange(3)), [0, 2, 4])", "pass")
    status, printed, _ = run("check", "--assignment", sound)
    assert status == 1
    assert "✗ by the autograder zip the reference gets all points\n  double: fractions: 0 of 6 points." in printed
    assert "✗ by the autograder zip the skeleton gets none\n  double: integers: 4 of 4 points" in printed


@pytest.mark.slow
def test_a_reference_may_import_helper_files_in_folders(sound):
    change(sound / "assignment.toml", "[submission]", '[submission]\nalso = ["helpers/*.py"]')
    (sound / "reference/helpers").mkdir()
    (sound / "reference/helpers/factors.py").write_text("TWO = 2\n")
    change(sound / "reference/double.py", "return 2 * x", "from helpers.factors import TWO\n    return TWO * x")
    run("build", "skeleton", "--assignment", sound)
    status, printed, errors = run("check", "--assignment", sound)
    assert (status, errors) == (0, ""), printed


@pytest.mark.slow
def test_a_test_that_cannot_be_judged_is_named_with_what_to_write_instead(sound):
    change(
        sound / "tests/test_double.py",
        "np.testing.assert_array_equal(double(np.arange(3)), [0, 2, 4])",
        "double(np.matrix([[1]]))",
    )
    status, printed, _ = run("check", "--assignment", sound)
    assert status == 1
    assert "double: integers: 0 of 4 points. a matrix cannot be passed to the submission: " in printed
    assert "mark the test with @pytest.mark.inside" in printed


@pytest.mark.slow
def test_a_handout_zip_that_gives_something_away_is_refused(sound):
    change(sound / "assignment.toml", 'path = "tests"', 'path = "tests"\npublic = true')
    (sound / "tests/helper.py").write_text("# BEGIN SOLUTION 1.1 one product\n")
    status, printed, _ = run("check", "--assignment", sound)
    assert status == 1
    assert "✗ the handout zip gives nothing away\n" in printed and "tests/helper.py:1" in printed


@pytest.fixture
def handed_out(tmp_path):
    """A sound assignment with a handout zip."""
    write(tmp_path)
    hidden = tmp_path / "tests/hidden/test_rescaling_hidden.py"
    text = hidden.read_text().partition("    first, second")[0]  # what follows is there for its numbers alone
    hidden.write_text(text + "    assert got.min() == -1\n")
    build_skeleton(tmp_path / "reference", tmp_path / "student")
    return tmp_path


PUBLIC = "tests/public/test_rescaling.py"


@pytest.mark.slow
def test_both_zips_are_tried_out(handed_out):
    status, printed, errors = run("check", "--assignment", handed_out)
    assert (status, errors) == (0, "")
    assert printed.splitlines()[1:-1] == [
        "✓ the handout zip gives nothing away",
        "✓ by the handout zip the reference gets all points",
        "✓ by the handout zip the skeleton gets none",
        "✓ by the autograder zip the reference gets all points",
        "✓ by the autograder zip the skeleton gets none",
        "✓ hollow submissions get no points",
    ]


@pytest.mark.slow
def test_a_public_test_that_students_do_not_get_is_named(handed_out):
    (handed_out / "cases").mkdir()
    (handed_out / "cases/first.txt").write_text("1")
    change(handed_out / PUBLIC, "import rescale\n", "import rescale\nfrom pathlib import Path\nimport pytest\n")
    with open(handed_out / PUBLIC, "a") as file:
        file.write('CASES = [path.name for path in Path(__file__).parents[2].glob("cases/*")]\n')
        file.write('@pytest.mark.parametrize("name", CASES)\ndef test_of(name):\n    assert name\n')
    status, printed, _ = run("check", "--assignment", handed_out)
    assert status == 1
    assert f"✗ by the handout zip the skeleton gets none\n  {PUBLIC}::test_of[first.txt] is not run\n" in printed


@pytest.mark.slow
def test_a_reference_that_fails_where_all_tests_share_a_process_is_named(handed_out):
    change(handed_out / "reference/rescaling.py", "from tools import checked\n", "from tools import checked\n\ncalls = []\n")
    change(handed_out / "reference/rescaling.py", "    smallest, largest", "    calls.append(x)\n    smallest, largest")
    change(handed_out / "reference/rescaling.py", "    return low", "    low += len(calls) - 1\n    return low")
    build_skeleton(handed_out / "reference", handed_out / "student")
    text = (handed_out / PUBLIC).read_text()
    (handed_out / PUBLIC).write_text(text + text[text.index("\n@number") :].replace("begins_at_low", "ends_at_low"))
    change(handed_out / "assignment.toml", "points = 3", "points = 4")
    change(handed_out / "handout/handout.md", "| rescale | 3 |", "| rescale | 4 |")
    status, printed, _ = run("check", "--assignment", handed_out)
    assert status == 1
    name = "test_each_column_ends_at_low, in one process with the tests: "
    assert f"✗ by the handout zip the reference gets all points\n  the reference fails in {PUBLIC}::{name}" in printed


def test_the_assignment_of_this_repository_is_sound():
    assert source_faults(load(ROOT)) == []


def test_weights_that_differ_from_the_points_of_their_part_are_refused(sound):
    change(sound / "tests/test_double.py", "@weight(6)", "@weight(5.5)")
    status, printed, _ = run("check", "--assignment", sound)
    assert status == 1
    assert printed.splitlines() == [
        "✗ tests, points, tasks, skeleton and handout agree",
        "  part 1 (Numbers): the weights of its tests add up to 9.5, assignment.toml says 10",
        "Doubling: not sound, 1 part, 10 points",
    ]


def test_a_test_that_belongs_to_no_part_is_named(sound):
    change(sound / "tests/test_double.py", '@number("1.2")', '@number("12")')
    faults = source_faults(load(sound))
    assert "tests/test_double.py::test_of_fractions has 6 points and the number 12, of which there is no part" in faults
    assert any(fault.startswith("part 1 (Numbers)") for fault in faults)


def test_a_test_with_points_and_no_number_is_named(sound):
    change(sound / "tests/test_double.py", '@number("1.2")\n', "")
    assert "tests/test_double.py::test_of_fractions has 6 points and no number" in source_faults(load(sound))


def test_a_task_without_a_test_is_named_with_its_line(sound):
    change(sound / "reference/double.py", "SOLUTION 1.1", "SOLUTION 1.3")
    faults = source_faults(load(sound))
    assert "reference/double.py:4: no test has the number 1.3 of this task" in faults


def test_a_skeleton_that_is_not_up_to_date_is_named(sound):
    change(sound / "reference/double.py", "Return 2 x.", "Return twice x.")
    (fault,) = source_faults(load(sound))
    assert fault.startswith("student/double.py differs from line") and fault.endswith("autograder build skeleton")


def test_a_file_of_tests_that_cannot_be_read_is_shown_with_its_error(sound):
    (sound / "tests/test_more.py").write_text("import nothing_of_this_name\n")
    (fault,) = source_faults(load(sound))
    assert fault.startswith("tests/test_more.py could not be read:\n") and "nothing_of_this_name" in fault


@pytest.mark.slow
def test_variants_without_a_secret_are_named(sound):
    change(sound / "assignment.toml", 'title = "Doubling"', 'variants = true\ntitle = "Doubling"')
    (fault,) = source_faults(load(sound))
    assert "variants.secret: No such file or directory" in fault
    (sound / "variants.secret").write_text("known to nobody else")
    assert source_faults(load(sound)) == []


def test_no_test_runs_when_faults_are_collected(sound):
    (sound / "tests/conftest.py").write_text(
        "import pytest\n\n@pytest.fixture(autouse=True)\ndef trace():\n    open('ran', 'w')\n    yield\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(sound)
        assert source_faults(load(sound)) == []
    assert not (sound / "ran").exists()
