"""Tests that run inside: whole, in a process of the submission."""

import json
import math

import pytest
from toys import HEADER, HIDDEN, SHOWN, docstrings, grade_toy, toy, write_toy

from autograder.assignment import load
from autograder.errors import AssignmentError
from autograder.grading.inside import claims
from autograder.grading.inside.claims import Claim
from autograder.grading.phases import Phases
from autograder.grading.records import NEUTRAL
from autograder.grading.verdicts import Failure
from autograder.results.gradescope import item
from autograder.sandbox.wire import MAX_TEXT, WireError

INSIDE = f"{SHOWN}\ninside = true"

# What passes has "passes" in its name; what fails, the beginning of its reason as its docstring.
PLAIN = (
    HEADER
    + '''
import asyncio
import io
import os
import pathlib
import warnings
from unittest import mock

import helper
import modules
from modules import Stack, apply, double

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="session")
def made():
    yield {"n": double(1)}


@pytest.fixture(params=["a", "b"])
def letter(request):
    return request.param


@pytest.mark.parametrize("n", [1, 2])
def test_passes_for_each_case(n, letter):
    assert apply(lambda x: x + letter, str(n)) == f"{n}{letter}"


def test_passes_with_a_fixture_of_the_session(made):
    made["n"] += 1
    assert made["n"] == 3


def test_passes_with_that_fixture_made_anew(made):
    assert made["n"] == 2


@pytest.mark.parametrize("cls", [Stack, modules.Other])
def test_passes_with_classes_as_cases(cls):
    assert isinstance(cls(), cls)


@pytest.mark.parametrize("value", [modules.Stack(), modules.Stack()])
def test_passes_with_objects_as_cases(value):
    assert type(value) is Stack


class Mine(Stack if isinstance(Stack, type) else object):
    def push(self, item):
        super().push(item * 2)


def test_passes_with_a_class_that_derives_from_the_submissions():
    mine = Mine()
    mine.push(2)
    assert mine.items == [4] and Stack in Mine.__mro__


def test_passes_with_prints(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Ada\\n"))
    modules.greet()
    assert capsys.readouterr().out == "Hello, Ada\\n"


def test_passes_with_patches(monkeypatch):
    monkeypatch.setattr(modules, "double", lambda n: "patched")
    with mock.patch("random.random", return_value=7.0):
        assert modules.quadruple(1) == "patched" and modules.draw() == 7.0


def test_passes_with_files(tmp_path):
    modules.save(tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text() == "saved"
    assert (HERE / "given.txt").read_text() == "given"
    assert helper.HELPS


def test_passes_in_the_folder_of_the_submission():
    assert "class Stack" in pathlib.Path("modules.py").read_text()
    assert pathlib.Path(modules.__file__).parent == pathlib.Path.cwd()


def test_passes_with_exceptions():
    with pytest.raises(modules.Empty, match="empty") as caught:
        Stack().pop()
    assert caught.type is modules.Empty and caught.value.code == 3
    try:
        Stack().pop()
    except modules.Empty as error:
        assert error.__cause__ is None


def test_passes_with_coroutines():
    assert asyncio.run(modules.later(3)) == 3


def test_passes_with_warnings():
    with pytest.warns(DeprecationWarning):
        modules.old()


def test_passes_with_names_that_are_not_there():
    assert not hasattr(modules, "bonus") and getattr(modules, "bonus", None) is None
    assert not callable(getattr(modules, "bonus", None))
    try:
        from modules import bonus
    except ImportError:
        bonus = None
    assert bonus is None


def test_passes_with_subtests(subtests):
    for n in range(3):
        with subtests.test(n=n):
            assert double(n) == 2 * n


@pytest.mark.xfail
def test_passes_as_it_is_expected_to_fail():
    assert double(2) == 5


def test_passes_and_prints():
    print("printed by the suite")
    modules.say()


def test_passes_with_input_at_its_end():
    with pytest.raises(EOFError):
        input()


@weight(3)
@number("1.1")
@partial_credit(3)
def test_partial(set_score):
    set_score(1.5)


@weight(3)
@partial_credit(3)
def test_passes_with_all_of_the_score(set_score=None):
    set_score(3)


@leaderboard("speed", "asc")
def test_passes_and_leads(set_leaderboard_value=None):
    set_leaderboard_value(12.5)


@weight(2)
class TestOld(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.value = double(3)

    def test_passes_with_what_its_class_has_set_up(self):
        self.assertEqual(self.value, 6)

    def test_value(self):
        """your message"""
        self.assertEqual(double(1), 3, "your message")

    @unittest.expectedFailure
    def test_expected(self):
        """passes, but was expected to fail"""

    def test_passes_with_each_subtest(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertEqual(double(n), 2 * n)


def test_wrong():
    """this is not true: 4 == 5"""
    assert double(2) == 5


def test_close():
    """answer is 4, expected 5"""
    assert_close(double(2), 5.0, "answer")


def test_raises():
    """your code raised Empty: empty"""
    Stack().pop()


def test_skipped():
    """skipped: not today"""
    pytest.skip("not today")


def test_failing_subtests(subtests):
    """twice: n=1: this is not true: 2 == 1"""
    for n in range(2):
        with subtests.test("twice", n=n):
            assert double(n) == n


def test_needs_what_is_missing():
    """modules.py does not define bonus"""
    modules.bonus()


def test_imports_what_is_missing():
    """modules.py does not define bonus"""
    from modules import bonus


def test_hangs():
    """your code was stopped after using 1 s"""
    modules.hang()


test_hangs = pytest.mark.seconds(1)(test_hangs)


def test_exits():
    """your code ended the program with status 0"""
    os._exit(0)


def test_ends_by_exception():
    """your code raised SystemExit"""
    modules.leave()


def test_broken_suite():
    no_such_name


def test_broken_fixture(no_such_fixture):
    pass
'''
)
MODULES = """
import random
import warnings
class Empty(Exception):
    code = 3
class Stack:
    def __init__(self): self.items = []
    def push(self, item): self.items.append(item)
    def pop(self):
        if not self.items: raise Empty("empty")
        return self.items.pop()
class Other(Stack): pass
def double(n): return 2 * n
def quadruple(n): return double(n)
def apply(function, value): return function(value)
def greet(): print("Hello, " + input())
def draw(): return random.random()
def save(path): path.write_text("saved")
async def later(value): return value
def old(): warnings.warn("old", DeprecationWarning)
def say(): print("printed by the submission")
def hang():
    while True: pass
def leave(): raise SystemExit(0)
"""
BESIDE = {"helper.py": "HELPS = True", "given.txt": "given"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("plain"), {"test_toy.py": PLAIN, **BESIDE}, MODULES, INSIDE)


def test_what_plain_pytest_passes_passes_inside(plain):
    passing = [record for record in plain.outcome.records if "passes" in record.nodeid]
    assert len(passing) == 27
    assert {record.nodeid: record.reason or record.staff for record in passing if record.status != "passed"} == {}


def test_staff_read_the_values_that_a_suite_withholds_from_students(tmp_path):
    suite = "import modules\ndef test_it(): assert modules.double(2) == 5\n"
    record = toy(tmp_path, suite, "def double(n): return 2 * n", f"{HIDDEN}\ninside = true")["test_it"]
    assert (record.status, record.reason) == ("failed", "the result is not what the task asks for")
    assert record.full_reason.startswith("this is not true: 4 == 5")


def test_what_fails_has_the_same_words_as_elsewhere(plain):
    expected = {name: text for name, text in docstrings(PLAIN).items() if text}
    found = {record.nodeid.rpartition("::")[2]: record for record in plain.outcome.records}
    assert {name: found[name].status for name in expected} == dict.fromkeys(expected, "failed")
    assert {name: text for name, text in expected.items() if text not in found[name].reason} == {}


def test_a_mistake_of_the_suite_is_seen_as_one(plain):
    for name, words in {"test_broken_suite": "no_such_name", "test_broken_fixture": "no_such_fixture"}.items():
        assert plain[name].status == "broken"
        assert words in plain[name].staff
        assert plain[name].output() == NEUTRAL


def test_scores_columns_and_shares_of_weights_arrive(plain):
    verdicts = plain.verdicts()
    assert verdicts["test_partial"] == ("failed", 1.5, 3.0)
    assert verdicts["test_passes_with_all_of_the_score"] == ("passed", 3.0, 3.0)
    assert verdicts["test_value"] == ("failed", 0.0, 0.5)
    assert verdicts["test_passes_with_each_subtest"] == ("passed", 0.5, 0.5)
    assert plain["test_passes_and_leads"].leaderboard == {"name": "speed", "value": 12.5, "order": "asc"}


def test_what_suite_and_submission_print_is_kept_in_order(plain):
    assert plain["test_passes_and_prints"].printed == "printed by the suite\nprinted by the submission\n"


def test_staff_see_that_verdicts_are_claims(plain):
    count = len(plain.outcome.records)
    words = "tests ran inside the submission's process, which could have forged their verdicts: tests/test_toy.py"
    assert f"{count} of {count} {words}" in plain.outcome.notes
    assert item(plain["test_partial"])["extra_data"]["inside"]


def test_staff_read_paths_of_the_assignment(plain):
    assert 'File "tests/test_toy.py"' in plain["test_wrong"].staff
    assert plain["test_wrong"].staff.count("/") == 1


# Which tests run inside, and what they are given.

WHERE = """
import os, pathlib, sys
import pytest

def where():
    return "inside" if type(sys.modules["modules"]) is type(sys) else "outside"

def files():
    return sorted(str(path) for path in pathlib.Path("tests").rglob("*") if path.is_file())
"""
CHOSEN = {
    "conftest.py": """
        import pytest

        @pytest.fixture(scope="module")
        def wide():
            import modules
            modules.count()
            yield modules
            print("the end of wide")
    """,
    "where.py": WHERE,
    "data/given.csv": "1,2",
    "test_chosen.py": """
        import modules
        import pytest
        from where import where

        def test_outside(wide):
            assert where() == "outside" and wide.count() == 2

        def test_named(wide):
            assert where() == "inside" and wide.count() == 2

        @pytest.mark.parametrize("n", [1, 2])
        def test_all_cases(n):
            assert where() == "inside"

        @pytest.mark.parametrize("n", [1, 2])
        def test_one_case(n):
            assert where() == ("inside" if n == 2 else "outside")

        class TestNamed:
            def test_method(self):
                assert where() == "inside"

        class TestMarked:
            pytestmark = pytest.mark.inside

            def test_method_of_it(self):
                assert where() == "inside"

        @pytest.mark.inside
        def test_marked():
            assert where() == "inside"

        def test_outside_again(wide):
            assert where() == "outside" and wide.count() == 2
    """,
    "test_hidden.py": "SECRET = 42\ndef test_of_another_file(): import modules; assert modules.count() == 1",
    "test_files.py": """
        import pytest
        import modules
        from where import files
        from test_base import Base

        pytestmark = pytest.mark.inside

        def test_files():
            assert files() == [
                *["tests/conftest.py", "tests/data/given.csv", "tests/test_base.py", "tests/test_files.py", "tests/where.py"]
            ]

        class TestDerived(Base):
            n = 2
    """,
    "test_base.py": """
        import pytest

        @pytest.mark.inside
        class Base:
            n = 1

            def test_base(self):
                assert self.n

        class TestItself(Base):
            pass
    """,
    "test_mixed.py": """
        import pytest
        import test_hidden

        @pytest.mark.inside
        def test_mixed():
            pass
    """,
}
COUNTING = "n = 0\ndef count():\n    global n\n    n += 1\n    return n\n"
NAMED = [
    "test_chosen.py::test_named",
    "test_chosen.py::test_all_cases",
    "test_chosen.py::test_one_case[2]",
    "test_chosen.py::TestNamed::test_method",
]


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chosen")
    return toy(folder, CHOSEN, COUNTING, f"{SHOWN}\ninside = {NAMED}")


def test_tests_run_inside_by_id_and_by_marker_and_no_others_do(chosen):
    failed = {record.nodeid: record.reason or record.staff for record in chosen.outcome.records if record.status != "passed"}
    assert list(failed) == ["tests/test_mixed.py::test_mixed"]
    inside = [record.nodeid.partition("::")[2] for record in chosen.outcome.records if record.inside]
    assert inside == [
        *["TestItself::test_base", "test_named", "test_all_cases[1]", "test_all_cases[2]", "test_one_case[2]"],
        *["TestNamed::test_method", "TestMarked::test_method_of_it", "test_marked"],
        *["test_files", "TestDerived::test_base", "test_mixed"],
    ]


def test_no_test_file_is_given_whose_tests_do_not_run_inside(chosen):
    record = chosen["test_mixed"]
    assert record.status == "broken"
    assert "test_mixed.py runs inside and imports test_hidden.py, which has tests that do not" in record.staff


def test_an_id_that_no_test_has_is_refused(tmp_path):
    write_toy(tmp_path, "def test_a(): pass", "", f'{SHOWN}\ninside = ["test_toy.py::test_b"]')
    with pytest.raises(AssignmentError, match=r"names test_toy\.py::test_b, and there is no such test"):
        grade_toy(tmp_path)


@pytest.mark.parametrize("value", ["1", '"all"', "[1]"])
def test_inside_is_a_truth_value_or_a_list_of_ids(tmp_path, value):
    write_toy(tmp_path, "def test_a(): pass", "", f"{SHOWN}\ninside = {value}")
    with pytest.raises(AssignmentError, match="inside"):
        load(tmp_path)


def test_a_marker_that_is_not_written_out_asks_for_staff(tmp_path):
    graded = toy(tmp_path, "import pytest\npytestmark = getattr(pytest.mark, 'in' + 'side')\ndef test_a(): pass")
    assert graded["test_a"].status == "broken"
    assert "write @pytest.mark.inside at the test, or inside = true" in graded["test_a"].staff


def test_settings_arrive_and_what_cannot_cross_asks_for_staff(tmp_path):
    suite = "def test_a(settings): assert settings == {'sizes': [1, 2.5], 'deep': {'name': 'x'}}"
    write_toy(tmp_path, suite, "", INSIDE)
    file = tmp_path / "assignment.toml"
    file.write_text(file.read_text() + "[settings]\nsizes = [1, 2.5]\ndeep.name = 'x'\n")
    assert grade_toy(tmp_path)["test_a"].status == "passed"
    file.write_text(file.read_text() + "due = 2026-11-28\n")
    assert "[settings] has a value that a test inside cannot be given" in grade_toy(tmp_path)["test_a"].staff


def test_a_run_in_the_background_is_not_for_tests_inside(tmp_path):
    suite = """
        from functools import partial
        import pytest
        import modules
        from autograder.background import background

        @background(seconds=60)
        def counted():
            return partial(modules.count)

        @pytest.fixture(scope="module")
        def result():
            return counted.result()

        @pytest.mark.inside
        def test_a(result):
            assert result == 1
    """
    record = toy(tmp_path, suite, COUNTING)["test_a"]
    assert record.status == "broken"
    assert "cannot wait for a run that is marked @background" in record.staff


def test_without_a_sandbox_the_same_tests_run_as_ordinary_ones(tmp_path):
    suite = "import modules, os\nPID = os.getpid()\ndef test_here(): assert os.getpid() == PID and modules.count() == 1"
    graded = toy(tmp_path, suite, COUNTING, INSIDE, mode="off")
    assert graded.verdicts() == {"test_here": ("passed", None, None)}
    assert graded.outcome.notes == []


# What a submission lacks fails the tests that need it, and no others.


LACKING = """
import pytest
from modules import here, gone

pytestmark = pytest.mark.inside

def test_here():
    assert here() == 1

def test_gone():
    assert gone() == 1

@pytest.mark.parametrize("value", here() if False else [1, 2])
def test_cases(value):
    assert here() == 1
"""


@pytest.mark.parametrize(
    ("submission", "verdict", "words"),
    [
        ("def here(): return 1", "passed", "modules.py does not define gone"),
        ("def here(): return 1\nraise ValueError('at import')", "failed", "importing modules.py failed: ValueError: at import"),
        ("def here() return 1", "failed", "modules.py"),
        ("import os; os._exit(0)", "failed", "your code ended the program with status 0"),
        (None, "failed", "The file is missing"),
    ],
)
def test_what_is_missing_fails_where_it_is_used(tmp_path, submission, verdict, words):
    write_toy(tmp_path, LACKING, submission or "")
    if submission is None:
        (tmp_path / "sub" / "modules.py").unlink()
    graded = grade_toy(tmp_path)
    assert [graded[name].status for name in ("test_here", "test_cases[1]", "test_gone")] == [verdict, verdict, "failed"]
    assert words in graded["test_gone"].reason


def test_cases_that_depend_on_the_submission_ask_for_staff_when_they_are_others(tmp_path):
    suite = """
        import pytest, sys
        import modules
        CASES = [1, 2, 3] if type(modules) is type(sys) else [1, 2]

        @pytest.mark.inside
        @pytest.mark.parametrize("n", CASES, ids=[f"{n} of {len(CASES)}" for n in CASES])
        def test_n(n):
            assert n
    """
    for record in toy(tmp_path, suite).outcome.records:
        assert record.status == "broken"
        assert "of this test there are 2 cases where the submission is not imported, and 3 where it is" in record.staff


def test_values_are_not_shown_where_the_suite_hides_them(tmp_path):
    suite = """
        import modules
        from autograder.compare import assert_close
        def test_a(): assert modules.count() == 1234
        def test_b(): assert_close(modules.count(), 1234.0, "count()")
    """
    graded = toy(tmp_path, suite, COUNTING, f"{HIDDEN}\ninside = true")
    assert [record.status for record in graded.outcome.records] == ["failed", "failed"]
    assert not any("1234" in record.output() for record in graded.outcome.records)
    assert "1234" in graded["test_a"].staff


# What a submission may try.

HOSTILE = (
    HEADER
    + """
import os
import modules

@weight(1)
@partial_credit(1)
def test_more(set_score):
    modules.forge(score=100)

@weight(1)
def test_less():
    modules.forge(score=-1)

@weight(1)
def test_nan():
    modules.forge(score=float("nan"))

@weight(1)
def test_huge_number():
    modules.forge(score=10 ** 400)

@weight(1)
def test_wrong_type():
    modules.forge(passed="yes")

@weight(1)
def test_text():
    modules.say("nonsense")

@weight(1)
def test_no_text():
    modules.say([1])

@weight(1)
def test_huge_text():
    modules.say("x" * (1 << 22))

@weight(1)
def test_deep():
    modules.say("[" * 50000)

@weight(1)
def test_exit():
    os._exit(0)

@weight(1)
def test_leaves_something():
    modules.leave()
    assert 1 == 2

@weight(1)
def test_finds_nothing():
    assert modules.find() == []

@weight(1)
def test_honest_neighbour():
    assert modules.forge.__name__ == "nobody"

@weight(1)
def test_forged():
    modules.forge()
    assert 1 == 2
"""
)
FORGING = """
import glob, json, os, sys
def say(text):
    claims = sys.modules["autograder.grading.inside.claims"]
    claims.TEXT = text
    claims.write.__code__ = (lambda claim: TEXT).__code__
def forge(**changes):
    claim = {"failures": [], "skipped": None, "passed": True, "score": None, "column": None, "problem": None, **changes}
    say(json.dumps(claim))
def leave():
    for folder in (".", os.path.dirname(os.getcwd()), "/tmp", "/dev/shm", os.path.dirname(__file__)):
        try:
            open(os.path.join(folder, "left_by_a_test"), "w").close()
        except OSError:
            pass
    if os.fork() == 0:
        import time
        time.sleep(60)
def find():
    found = []
    for folder in (".", os.path.dirname(os.getcwd()), os.path.dirname(__file__)):
        for path, _, files in os.walk(folder):
            found += [name for name in files if "left" in name or "secret" in name or "test_other" in name]
    return found
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    files = {"test_toy.py": HOSTILE, "test_other.py": "import modules\ndef test_secret(): pass"}
    return toy(folder, files, FORGING, INSIDE)


def test_only_a_verdict_of_its_own_can_be_forged(hostile):
    points = {name: score for name, (_, score, _) in hostile.verdicts().items() if score}
    assert points == {"test_finds_nothing": 1.0, "test_forged": 1.0}


def test_a_score_out_of_range_asks_for_staff(hostile):
    for name, said in {"test_more": "100 of 1 points", "test_less": "-1 of 1 points"}.items():
        assert hostile[name].status == "broken"
        assert said in hostile[name].staff


def test_nonsense_is_the_submissions(hostile):
    for name in ("test_nan", "test_huge_number", "test_wrong_type", "test_text", "test_no_text", "test_huge_text", "test_deep"):
        assert hostile[name].status == "failed", hostile[name].staff
    assert "your code sent an invalid reply to the grader" in hostile["test_text"].reason


def test_neighbours_are_graded_as_if_nothing_had_been(hostile):
    assert hostile["test_finds_nothing"].status == "passed"
    assert hostile["test_honest_neighbour"].reason.startswith("this is not true: 'forge' == 'nobody'")


# The form in which an outcome crosses.


def test_a_claim_survives_the_way():
    phases = Phases([Failure("call", "words \u202e", "staff", False, "full")], skipped="skipped", passed=True)
    back = claims.read(claims.write(Claim(phases, 1.5, "best")))
    assert back.phases.failures == [Failure("call", "words \\u202e", "staff", False, "full")]
    assert (back.phases.skipped, back.phases.passed, back.score, back.column) == ("skipped", True, 1.5, "best")
    assert math.isnan(claims.read(claims.write(Claim(Phases(), math.nan))).score)


def test_a_claim_of_many_long_failures_is_cut_until_it_fits():
    phases = Phases([Failure("call", '"' * 50_000, "\n" * 50_000, index == 999) for index in range(1000)])
    text = claims.write(Claim(phases))
    assert len(text) < MAX_TEXT
    assert claims.read(text).phases.failures[-1].broken


HONEST = json.loads(claims.write(Claim(Phases(passed=True))))


@pytest.mark.parametrize(
    "change",
    [
        {"score": "1"},
        {"score": True},
        {"score": [1]},
        {"passed": 1},
        {"passed": None},
        {"failures": None},
        {"failures": [["call", "w", "s", False]]},
        {"failures": [["call", "w", "s", False, None]]},
        {"failures": [["later", "w", "s", False, ""]]},
        {"failures": [[["call"], "w", "s", False, ""]]},
        {"failures": [["call", 1, "s", False, ""]]},
        {"failures": [["call", "w", "s", 0, ""]]},
        {"failures": [["call", "w", "s", False, ""]] * 201},
        {"skipped": 1},
        {"column": {}},
        {"problem": []},
        {"more": 1},
    ],
    ids=str,
)
def test_what_no_runner_writes_is_refused(change):
    with pytest.raises(WireError):
        claims.read(json.dumps({**HONEST, **change}))


NO_CLAIMS = ["", "null", "[]", "{}", '{"score": NaN}', "[" * 100_000, b"{}", None, {}]


@pytest.mark.parametrize("text", NO_CLAIMS, ids=range(len(NO_CLAIMS)))
def test_what_is_no_claim_is_refused(text):
    with pytest.raises(WireError):
        claims.read(text)
