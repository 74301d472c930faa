"""The plugin that grades: every test on record with its points, whatever the submission or the suite does."""

import os
import signal
import time
from fractions import Fraction

import pytest
from toys import HIDDEN, SHOWN, grade_toy, toy, write_toy

from autograder.grading.points import share
from autograder.grading.records import NEUTRAL
from autograder.results.gradescope import item

HEADER = """
import unittest
import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import hide_errors, leaderboard, number, partial_credit, weight
from autograder.compare import assert_close
"""

VERDICTS = (
    HEADER
    + """
import modules
from modules import Layer, answer, nothing, quit_now, raises, raise_object, slow

@pytest.fixture
def layer():
    return Layer(3)

@pytest.fixture
def asserting():
    assert 1 == 2, "the fixture's own check"

@pytest.fixture
def checks_afterwards():
    yield
    assert answer() == 41, "the answer has changed"

@pytest.fixture
def ends_badly():
    yield
    {}["not there"]

@weight(1)
def test_passes():
    assert answer() == 42

@weight(1)
def test_constructor_raises_in_fixture(layer):
    pass

@weight(1)
def test_returned_none():
    nothing() + 1.0

@weight(1)
def test_none_has_no_shape():
    assert nothing().shape == (3,)

@weight(1)
def test_unpacks_none():
    a, b = nothing()

@weight(1)
def test_wrapped_error():
    try:
        raises()
    except ValueError as error:
        raise RuntimeError("could not check") from error

@weight(1)
def test_failed_because_of_an_error():
    try:
        raises()
    except ValueError:
        pytest.fail("raises() must not raise")

@weight(1)
def test_unbound_after_empty_answer():
    for last in modules.empty():
        pass
    assert last == 1

@weight(1)
def test_exits():
    quit_now()

@weight(1)
def test_object_in_exception():
    raise_object()

@weight(1)
def test_missing_name():
    modules.missing_function()

@weight(1)
def test_pytest_exit():
    assert answer() == 42
    pytest.exit("stop here")

@weight(1)
def test_pytest_xfail():
    pytest.xfail("not today")

@weight(1)
def test_pytest_skip():
    pytest.skip("not here")

@weight(1)
@pytest.mark.xfail(reason="known")
def test_expected_failure():
    assert answer() == 0

@weight(1)
@pytest.mark.xfail(strict=True, reason="known")
def test_unexpected_success():
    assert answer() == 42

@weight(1)
@pytest.mark.xfail(reason="known")
def test_stub_is_no_expected_failure():
    modules.stub()

@weight(1)
def test_subtests(subtests):
    for i in range(3):
        with subtests.test("sum", i=i):
            print("subtest", i)
            if i == 0:
                pytest.skip("this one only")
            assert answer() == 41 + i

@weight(1)
def test_check_at_the_end(checks_afterwards):
    pass

@weight(1)
def test_bad_end(ends_badly):
    assert answer() == 42

@weight(1)
def test_bad_end_after_failure(ends_badly):
    assert answer() == 0, "wrong answer"

@weight(1)
def test_suite_name_error():
    answer()
    undefined_name

@weight(1)
def test_suite_import_error():
    answer()
    import a_module_that_is_nowhere

@weight(1)
def test_suite_attribute_of_library():
    answer()
    np.no_such_function()

@weight(1)
def test_suite_fixture_missing(no_such_fixture):
    pass

@weight(1)
def test_suite_key_error_before_use():
    {}["key"]

@weight(1)
def test_suite_assertion_in_fixture(asserting):
    pass

@weight(1)
def test_suite_calls_fixture(layer=None):
    ends_badly()

@weight(1)
def test_suite_keyboard_interrupt():
    raise KeyboardInterrupt

@weight(1)
def test_suite_system_exit():
    raise SystemExit(3)

@weight(1)
def test_suite_gives_away_its_own_object():
    modules.answer_to(lambda: 1)

class TestOwnAttribute(unittest.TestCase):
    @weight(1)
    def test_suite_attribute_of_test(self):
        answer()
        self.never_set

    @weight(1)
    @hide_errors("hidden reason")
    def test_with_hidden_reason(self):
        self.assertEqual(answer(), 5)

@weight(1)
def test_last():
    assert answer() == 42
"""
)
SUBMISSION = """
class Layer:
    def __init__(self, size):
        raise KeyError("size")

def answer():
    return 42

def answer_to(question):
    return 42

def nothing():
    return None

def empty():
    return []

def raises():
    raise ValueError("bad value")

def raise_object():
    raise ValueError(object(), "beside an object")

def quit_now():
    raise SystemExit(0)

def stub():
    raise NotImplementedError("TODO")

def slow():
    import time
    time.sleep(60)
"""


@pytest.fixture(scope="module", params=["auto", "off"])
def verdicts(request, tmp_path_factory):
    return toy(tmp_path_factory.mktemp("verdicts"), VERDICTS, SUBMISSION, mode=request.param)


def test_every_test_is_there_once_in_order_with_its_points(verdicts):
    expected = [line.split("(")[0].split()[1] for line in VERDICTS.split("\n") if line.strip().startswith("def test_")]
    assert verdicts.names() == expected
    assert {record.max_score for record in verdicts.outcome.records} == {1.0}


def test_only_what_passed_has_points(verdicts):
    passed = {"test_passes", "test_expected_failure", "test_bad_end", "test_last"}
    if verdicts.outcome.level == "off":
        passed.add("test_suite_gives_away_its_own_object")
    assert {name for name, (status, _, _) in verdicts.verdicts().items() if status == "passed"} == passed
    assert {name for name, (_, score, _) in verdicts.verdicts().items() if score} == passed


def test_the_suites_mistakes_are_broken_and_the_students_never(verdicts):
    broken = {name for name, (status, _, _) in verdicts.verdicts().items() if status == "broken"}
    expected = {name for name in verdicts.names() if name.startswith("test_suite_")}
    if verdicts.outcome.level == "off":  # nobody counts there whether a test has used the submission, and objects may pass
        expected -= {
            "test_suite_key_error_before_use",
            "test_suite_gives_away_its_own_object",
            "test_suite_assertion_in_fixture",
        }
    assert broken == expected


def test_a_mistake_of_the_suite_is_neutral_for_the_student_and_plain_for_staff(verdicts):
    shown = item(verdicts["test_suite_name_error"])
    assert shown["output"] == NEUTRAL
    assert "undefined_name" in shown["extra_data"]["staff"]
    assert shown["extra_data"]["needs_human"]
    assert verdicts.document()["extra_data"]["needs_human"]


def test_reasons_say_what_the_submission_did(verdicts):
    reasons = {
        "test_constructor_raises_in_fixture": "your code raised KeyError: 'size'",
        "test_returned_none": "the test could not use what your code gave back (TypeError: unsupported operand",
        "test_none_has_no_shape": "'NoneType' object has no attribute 'shape'",
        "test_wrapped_error": "your code raised ValueError: bad value",
        "test_failed_because_of_an_error": "raises() must not raise\nyour code raised ValueError: bad value",
        "test_exits": "your code raised SystemExit: 0",
        "test_object_in_exception": "beside an object",
        "test_pytest_exit": "stop here",
        "test_pytest_xfail": "ended by the test itself: not today",
        "test_pytest_skip": "skipped: not here",
        "test_unexpected_success": "passes, but was expected to fail",
        "test_stub_is_no_expected_failure": "your code raised NotImplementedError: TODO",
        "test_check_at_the_end": "the answer has changed",
        "test_bad_end_after_failure": "wrong answer",
    }
    for name, reason in reasons.items():
        assert reason in verdicts[name].reason, name
    assert "missing_function" in verdicts["test_missing_name"].reason
    assert item(verdicts["test_with_hidden_reason"])["output"] == "hidden reason"


def test_a_students_traceback_has_nothing_of_the_suite(verdicts):
    reason = verdicts["test_wrapped_error"].reason
    assert 'File "modules.py"' in reason
    assert 'raise ValueError("bad value")' in reason
    assert "test_toy" not in reason
    assert reason.count("ValueError: bad value") == 1


def test_failing_subtests_are_told_apart_and_their_output_is_kept(verdicts):
    record = verdicts["test_subtests"]
    assert record.reason.startswith("sum: i=2: assert 42 == (41 + 2)")
    assert record.reason.count("sum:") == 1
    assert record.printed == "subtest 0\nsubtest 1\nsubtest 2\n"


def test_a_fixture_that_ends_badly_leaves_the_verdict_and_asks_for_staff(verdicts):
    record = verdicts["test_bad_end"]
    assert (record.status, record.score, record.needs_human) == ("passed", 1.0, True)
    assert "not there" in record.staff
    assert item(record)["extra_data"]["needs_human"]
    assert "output" not in item(record)
    after = verdicts["test_bad_end_after_failure"]
    assert (after.status, after.needs_human) == ("failed", True)


SECRETS = (
    HEADER
    + """
from modules import answer, array, nothing, raises
EXPECTED = 31337

@weight(1)
def test_plain_assert():
    assert answer() == EXPECTED

@weight(1)
def test_assert_with_message():
    assert answer() == EXPECTED, "the answer is wrong"

@weight(1)
def test_comparator():
    assert_close(array(), np.full(3, EXPECTED), "array()")

@weight(1)
def test_numpy():
    np.testing.assert_allclose(array(), np.full(3, EXPECTED))

@weight(1)
def test_numpy_shapes():
    np.testing.assert_array_equal(array(), np.full(4, EXPECTED))

@weight(1)
def test_numpy_with_message():
    np.testing.assert_allclose(array(), np.full(3, EXPECTED), err_msg="the array is wrong")

@weight(1)
def test_key():
    {answer(): 1}[EXPECTED]

@weight(1)
def test_value_error():
    answer()
    int(f"secret{EXPECTED}")

@weight(1)
def test_none():
    assert nothing()[0] == EXPECTED

@weight(1)
def test_did_not_raise():
    with pytest.raises(ValueError):
        answer()

@weight(1)
def test_raises_other_message():
    with pytest.raises(ValueError, match=f"{EXPECTED}"):
        raises()

@weight(1)
def test_fail():
    pytest.fail("ask for help")

@weight(1)
def test_approx():
    assert answer() == pytest.approx(EXPECTED)

class TestUnittest(unittest.TestCase):
    @weight(1)
    def test_equal(self):
        self.assertEqual(answer(), EXPECTED)

    @weight(1)
    def test_equal_message(self):
        self.assertEqual(answer(), EXPECTED, "unequal")

    @weight(1)
    def test_true_message(self):
        self.assertTrue(answer() == EXPECTED, "untrue : here")

    @weight(1)
    def test_sequence_message(self):
        self.assertSequenceEqual([answer()], [EXPECTED], msg="sequence")

    @weight(1)
    def test_in(self):
        self.assertIn(EXPECTED, [answer()])

    @weight(1)
    def test_raises(self):
        with self.assertRaises(ValueError):
            answer()

    @weight(1)
    def test_self_fail(self):
        self.fail("failed by hand")

    @weight(1)
    def test_after_passing_check_with_message(self):
        self.assertTrue(answer() == 42, "never to be seen")
        assert answer() == EXPECTED

    @weight(1)
    def test_subtest(self):
        with self.subTest("named", value=EXPECTED):
            self.assertEqual(answer(), EXPECTED)
"""
)
SECRETS_SUBMISSION = """
import numpy as np
def answer():
    print("computing")
    return 42
def array():
    return np.zeros(3)
def nothing():
    return None
def raises():
    raise ValueError("something else")
"""
WRONG = "the result is not what the task asks for"


def test_a_hidden_suite_shows_the_authors_words_and_no_value(tmp_path):
    graded = toy(tmp_path, SECRETS, SECRETS_SUBMISSION, HIDDEN)
    reasons = {record.nodeid.rpartition("::")[2]: record.reason for record in graded.outcome.records}
    unusable = "the test could not use what your code gave back"
    assert reasons == {
        "test_plain_assert": WRONG,
        "test_assert_with_message": "the answer is wrong",
        "test_comparator": reasons["test_comparator"],
        "test_numpy": f"{WRONG} (Mismatched elements: 3 / 3)",
        "test_numpy_shapes": f"{WRONG} (shapes (3,), (4,) mismatch)",
        "test_numpy_with_message": "the array is wrong",
        "test_key": f"{unusable} (KeyError)",
        "test_value_error": f"{unusable} (ValueError)",
        "test_none": f"{unusable} (TypeError: 'NoneType' object is not subscriptable)",
        "test_did_not_raise": "ValueError was not raised",
        "test_raises_other_message": reasons["test_raises_other_message"],
        "test_fail": "ask for help",
        "test_approx": WRONG,
        "test_equal": WRONG,
        "test_equal_message": "unequal",
        "test_true_message": "untrue : here",
        "test_sequence_message": "sequence",
        "test_in": WRONG,
        "test_raises": "ValueError was not raised",
        "test_self_fail": "failed by hand",
        "test_after_passing_check_with_message": WRONG,
        "test_subtest": f"named: {WRONG}",
    }
    assert reasons["test_comparator"].startswith("array() ")
    for record in graded.outcome.records:
        shown = str({key: value for key, value in item(record).items() if key != "extra_data"})
        assert "31337" not in shown, record.nodeid
        assert "EXPECTED" not in shown, record.nodeid
        assert "computing" not in shown, record.nodeid
        assert "test_toy.py" in record.staff, record.nodeid


def test_a_shown_suite_shows_values(tmp_path):
    graded = toy(tmp_path, SECRETS, SECRETS_SUBMISSION, SHOWN)
    assert graded["test_plain_assert"].reason.startswith("assert 42 == 31337")
    assert "31337" in graded["test_numpy"].reason
    assert graded["test_true_message"].reason == "False is not true : untrue : here"
    assert graded["test_subtest"].reason == "named: value=31337: 42 != 31337"
    assert "Printed:\ncomputing" in item(graded["test_plain_assert"])["output"]


FIXTURES = (
    HEADER
    + """
from modules import Log

@pytest.fixture(scope="module")
def broken_for_module():
    raise OSError("no such disk")

@pytest.fixture(scope="class")
def class_log():
    log = Log()
    log.add("class")
    yield log
    assert len(log) < 100

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_broken_module(broken_for_module, size):
    pass

class TestClass:
    @weight(1)
    def test_b(self, class_log):
        class_log.add("b")
        assert len(class_log) == 2

    @weight(1)
    def test_c(self, class_log):
        assert len(class_log) == 1

@weight(1)
def test_unrelated():
    assert len(Log()) == 0
"""
)
FIXTURES_SUBMISSION = """
class Log:
    def __init__(self):
        self.lines = []
    def add(self, line):
        self.lines.append(line)
    def __len__(self):
        return len(self.lines)
"""


def test_fixtures_of_every_scope_fail_only_the_tests_that_need_them(tmp_path):
    assert toy(tmp_path, FIXTURES, FIXTURES_SUBMISSION).verdicts() == {
        "test_broken_module[1]": ("broken", 0.0, 0.5),
        "test_broken_module[2]": ("broken", 0.0, 0.5),
        "test_b": ("passed", 1.0, 1.0),
        "test_c": ("passed", 1.0, 1.0),
        "test_unrelated": ("passed", 1.0, 1.0),
    }


STUDENTS_FIXTURES = (
    HEADER
    + """
from modules import Log, crash

@pytest.fixture(scope="module")
def raising():
    return Log().missing()

@pytest.fixture(scope="module")
def crashing():
    crash()

@pytest.fixture(scope="module")
def interrupting():
    raise KeyboardInterrupt

@pytest.fixture
def crashes_afterwards():
    yield
    crash()

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_raising(raising, size):
    pass

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_crashing(crashing, size):
    pass

@weight(1)
@pytest.mark.parametrize("size", [1, 2])
def test_interrupting(interrupting, size):
    pass

class TestSetUpClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        crash()

    @weight(1)
    def test_x(self):
        pass

    @weight(1)
    def test_y(self):
        pass

@pytest.fixture
def lines():
    kept = []
    yield kept

@pytest.fixture
def interrupts_afterwards():
    yield
    raise KeyboardInterrupt

@weight(1)
def test_crashes_afterwards(lines, crashes_afterwards):
    lines.append(1)

@weight(1)
def test_suite_interrupts_afterwards(lines, interrupts_afterwards):
    assert lines == []
    lines.append(Log())

@weight(1)
def test_fine(lines):
    assert len(Log()) == len(lines) == 0
"""
)


def test_a_fixture_that_the_submission_ends_fails_each_test_that_needs_it(tmp_path):
    submission = FIXTURES_SUBMISSION + "\ndef crash():\n    import os\n    os._exit(7)\n"
    graded = toy(tmp_path, STUDENTS_FIXTURES, submission)
    assert graded.verdicts() == {
        "test_raising[1]": ("failed", 0.0, 0.5),
        "test_raising[2]": ("failed", 0.0, 0.5),
        "test_crashing[1]": ("failed", 0.0, 0.5),
        "test_crashing[2]": ("failed", 0.0, 0.5),
        "test_interrupting[1]": ("broken", 0.0, 0.5),
        "test_interrupting[2]": ("broken", 0.0, 0.5),
        "test_x": ("failed", 0.0, 1.0),
        "test_y": ("failed", 0.0, 1.0),
        "test_crashes_afterwards": ("failed", 0.0, 1.0),
        "test_suite_interrupts_afterwards": ("passed", 1.0, 1.0),
        "test_fine": ("passed", 1.0, 1.0),
    }
    assert "status 7" in graded["test_crashing[2]"].reason
    assert "status 7" in graded["test_y"].reason
    assert "status 7" in graded["test_crashes_afterwards"].reason
    assert graded["test_suite_interrupts_afterwards"].needs_human


GOOD = "from gradescope_utils.autograder_utils.decorators import weight\n@weight(1)\ndef test_good():\n    pass\n"


def test_files_that_cannot_be_read_ask_for_staff_and_cost_no_other_file(tmp_path):
    suite = {
        "test_1_good.py": GOOD,
        "test_2_syntax.py": "def test_it(:\n",
        "test_3_import.py": "import a_module_that_is_nowhere\n",
        "test_4_exit.py": "raise SystemExit(1)\n",
        "test_5_interrupt.py": "raise KeyboardInterrupt\n",
        "test_6_stop.py": "import pytest\npytest.exit('no')\n",
        "test_7_skip.py": "import pytest\npytest.skip('no', allow_module_level=True)\n",
        "test_8_good.py": GOOD.replace("test_good", "test_fine"),
    }
    graded = toy(tmp_path, suite)
    records = graded.outcome.records
    assert [record.status for record in records] == ["passed", *["broken"] * 6, "passed"]
    assert records[1].name == "The tests in test_2_syntax.py could not be read"
    assert "SyntaxError" in records[1].staff
    assert "skipped as a whole" in records[6].staff
    items = graded.document()["tests"]
    assert items[1]["output"] == NEUTRAL
    assert graded.outcome.score == (2.0, 2.0)


def test_a_conftest_that_cannot_be_read_is_on_record(tmp_path):
    graded = toy(tmp_path, {"conftest.py": "undefined_name\n", "test_toy.py": GOOD})
    assert graded.outcome.records[0].status == "broken"
    assert "undefined_name" in graded.outcome.records[0].staff
    assert graded.document()["extra_data"]["needs_human"]


@pytest.mark.parametrize("hook", ["pytest_runtest_logreport(report)", "pytest_runtest_makereport(item, call)"])
def test_a_hook_of_the_suite_that_fails_breaks_each_test_and_loses_none(tmp_path, hook):
    suite = {"conftest.py": f"def {hook}:\n    raise OSError('hook')\n", "test_toy.py": GOOD + GOOD.replace("good", "two")}
    graded = toy(tmp_path, suite, mode="off")
    assert graded.verdicts() == {"test_good": ("broken", 0.0, 1.0), "test_two": ("broken", 0.0, 1.0)}
    assert "hook" in graded["test_two"].staff


def test_an_error_at_the_end_of_the_suite_keeps_all_verdicts(tmp_path):
    suite = {"conftest.py": "def pytest_sessionfinish():\n    raise OSError('late')\n", "test_toy.py": GOOD}
    records = toy(tmp_path, suite, mode="off").outcome.records
    assert [(record.status, record.max_score) for record in records] == [("passed", 1.0), ("broken", None)]
    assert "late" in records[1].staff


def test_tests_that_pytest_never_came_to_are_broken_and_keep_their_points(tmp_path):
    conftest = "def pytest_runtest_teardown(item):\n    item.session.shouldfail = 'enough'\n"
    graded = toy(tmp_path, {"conftest.py": conftest, "test_toy.py": GOOD + GOOD.replace("good", "two")}, mode="off")
    assert graded.verdicts() == {"test_good": ("passed", 1.0, 1.0), "test_two": ("broken", None, 1.0)}
    assert graded.document()["tests"][1]["score"] == 0


SLOW = (
    HEADER
    + """
import time
from modules import answer, slow

@weight(1)
@pytest.mark.seconds(0.4)
def test_submission_hangs():
    slow()

@weight(1)
@pytest.mark.seconds(0.2)
def test_suite_hangs():
    answer()
    while True:
        try:
            time.sleep(10)
        except ArithmeticError:
            pass

class TestUnittest(unittest.TestCase):
    @weight(1)
    @pytest.mark.seconds(0.2)
    def test_suite_hangs_in_unittest(self):
        time.sleep(60)

@weight(1)
def test_fine():
    assert answer() == 42
"""
)


def test_a_hang_ends_the_test_and_is_blamed_on_whose_code_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.grading.timekeeping.SUITE_GRACE_SECONDS", 0.3)
    graded = toy(tmp_path, SLOW, SUBMISSION)
    assert graded.verdicts() == {
        "test_submission_hangs": ("failed", 0.0, 1.0),
        "test_suite_hangs": ("broken", 0.0, 1.0),
        "test_suite_hangs_in_unittest": ("broken", 0.0, 1.0),
        "test_fine": ("passed", 1.0, 1.0),
    }
    assert "stopped after 0.4 s" in graded["test_submission_hangs"].reason
    assert graded.outcome.seconds < 8


def test_a_hang_of_ones_own_code_in_this_process_is_ones_own(tmp_path):
    graded = toy(tmp_path, SLOW.replace("time.sleep(10)", "return").replace("time.sleep(60)", "pass"), SUBMISSION, mode="off")
    assert graded["test_submission_hangs"].status == "failed"
    assert graded["test_submission_hangs"].reason.startswith("your code was stopped after 0.4 s")
    assert graded["test_fine"].status == "passed"


DEADLINE = (
    HEADER
    + """
from modules import answer, slow

@pytest.fixture(scope="module")
def shared():
    yield answer()
    answer()

@weight(1)
def test_first(shared):
    assert shared == 42

@weight(2)
def test_slow(shared):
    slow()

@weight(3)
@hide_errors("no")
def test_late(shared):
    pass

@weight(4)
@pytest.mark.xfail
def test_too_late():
    pass
"""
)


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_what_the_overall_deadline_cuts_off_is_there_with_the_reason(tmp_path, mode):
    graded = toy(tmp_path, DEADLINE, SUBMISSION, limits="test_seconds = 60\ntotal_seconds = 1.5", mode=mode)
    assert graded.verdicts() == {
        "test_first": ("passed", 1.0, 1.0),
        "test_slow": ("failed", 0.0, 2.0),
        "test_late": ("failed", 0.0, 3.0),
        "test_too_late": ("failed", 0.0, 4.0),
    }
    reason = "not run: the 1.5 s that all tests have together were over"
    assert item(graded["test_late"])["output"] == reason
    assert graded["test_too_late"].reason == reason


INTERRUPTED = f"""
import os, signal
{GOOD}
def test_person():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(100):
        __import__("time").sleep(0.05)
"""


def test_a_person_can_still_interrupt_the_grading(tmp_path):
    handler, began = signal.getsignal(signal.SIGINT), time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        toy(tmp_path, INTERRUPTED, mode="off")
    assert time.monotonic() - began < 4
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_submission_without_its_file_fails_every_test_with_points(tmp_path):
    write_toy(tmp_path, VERDICTS, SUBMISSION)
    os.remove(tmp_path / "sub/modules.py")
    (tmp_path / "sub/other.py").write_text("")
    for mode in ("auto", "off"):
        graded = grade_toy(tmp_path, mode)
        assert graded.outcome.score == (0.0, VERDICTS.count("@weight(1)")), mode
        assert "modules.py" in graded["test_expected_failure"].reason


@pytest.mark.parametrize("points", [1, 0.1, 2.5, 10, 0.00001, 1e9])
@pytest.mark.parametrize("parts", [1, 2, 3, 7, 1000])
def test_shares_of_a_weight_add_up_exactly(points, parts):
    shares = [share(points, parts, index) for index in range(parts)]
    assert sum(Fraction(str(part)) for part in shares) == Fraction(str(points))
    assert min(shares) >= 0
