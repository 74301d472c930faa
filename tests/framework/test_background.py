"""Background runs: started with the grading, taken over by the fixture that asks, judged as tests are."""

import tempfile
import textwrap
from pathlib import Path

import pytest
from files import write_files
from programs import run_pytest, run_python
from toys import toy

from autograder import background
from autograder.sandbox.client import Sandbox

MODES = ["auto", "off"]

HEAD = """
    import time
    from functools import partial
    import numpy as np
    import pytest
    from gradescope_utils.autograder_utils.decorators import number, weight
    from autograder.background import background, shared_files, write_files
    import modules
"""

TRAIN = """
    import os, time
    import numpy as np

    class Model:
        def __init__(self, n):
            self.weights = np.arange(float(n))
        def total(self): return float(self.weights.sum())

    def train(n, seconds=0.0, folder=None):
        began = time.time()
        print("training", n)
        time.sleep(seconds)
        if folder:
            with open(os.path.join(folder, "data")) as file:
                print(file.read())
        model = Model(n)
        model.began = began
        model.pid = os.getpid()
        return model, [0.5, 0.25]

    def pid(): return os.getpid()
    def square(x): return x * x
    def fail(): raise ValueError("no such flag")
    def leave(): os._exit(3)
    def spin():
        while True: pass
"""

SUITE = (
    HEAD
    + """
    @background(seconds=20)
    def training():
        \"""Training with the default flags.\"""
        return partial(modules.train, 4, seconds=0.1)

    @pytest.fixture(scope="module")
    def trained():
        return training.result()

    def test_beside():
        assert modules.square(3) == 9

    def test_value(trained):
        model, curve = trained
        assert model.total() == 6 and curve == [0.5, 0.25]
        model.weights[0] = 100
        assert model.total() == 106

    def test_each_test_finds_what_the_run_has_made(trained):
        model, curve = trained
        assert model.total() == 6 and training.result()[0] is model
"""
)


def grade(folder, suite, submission=TRAIN, mode="auto", **keywords):
    graded = toy(folder, suite, submission, mode=mode, **keywords)
    statuses = {name: record.status for name, record in zip(graded.names(), graded.outcome.records, strict=True)}
    return graded, statuses


def passed(graded):
    """All tests are passed; the reasons of the others are shown."""
    assert {record.nodeid: record.reason + record.staff for record in graded.outcome.records if record.status != "passed"} == {}


@pytest.mark.parametrize("mode", MODES)
def test_the_fixture_of_a_run_gives_its_tests_what_it_has_made(tmp_path, mode):
    suite = SUITE.replace(" and training.result()[0] is model", "")
    suite = suite.replace("model.weights[0] = 100\n        assert model.total() == 106", "pass") if mode == "off" else suite
    passed(grade(tmp_path, suite, mode=mode)[0])


def test_tests_of_a_run_work_on_copies_of_its_process(tmp_path):
    suite = (
        HEAD
        + """
    PIDS = []

    @background(seconds=20)
    def training():
        return partial(modules.train, 4)

    @pytest.fixture(scope="module")
    def trained():
        assert training.result() is training.result()
        return training.result()[0]

    def test_beside():
        PIDS.append(modules.pid())

    def test_first(trained):
        PIDS.extend([modules.pid(), trained.pid])
        trained.weights[0] = 100
        assert trained.total() == 106

    def test_second(trained):
        PIDS.append(modules.pid())
        assert trained.total() == 6
        assert len(set(PIDS)) == 4
    """
    )
    passed(grade(tmp_path, suite)[0])


@pytest.mark.slow
def test_a_run_begins_with_the_grading_and_what_is_done_in_time_is_not_ended_later(tmp_path):
    """The run uses half a second of one; it is asked for after two."""
    suite = (
        HEAD
        + """
    @background(seconds=1)
    def training():
        return partial(modules.train, 4, seconds=0.5)

    TIMES = []

    def test_that_takes_its_time():
        time.sleep(2.5)
        TIMES.append(time.time())

    @pytest.fixture(scope="module")
    def trained():
        return training.result()

    def test_value(trained):
        assert trained[0].total() == 6 and trained[0].began < TIMES[0]
    """
    )
    passed(grade(tmp_path, suite)[0])


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_a_run_may_take_longer_than_a_test(tmp_path, mode):
    suite = SUITE.replace("seconds=0.1", "seconds=1.5").replace("model.weights[0] = 100", "return")
    suite = suite.replace(" and training.result()[0] is model", "")
    passed(grade(tmp_path, suite, mode=mode, limits="test_seconds = 1\nwall_seconds = 1")[0])


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("call", "wall_seconds", "why"),
    [
        ("modules.train, 4, seconds=100", 1.5, "1.5 s of waiting (sleep, input, a blocked socket or lock?)"),
        ("modules.spin", 1000, "using 0.8 s of processor time, the time there is for it"),
    ],
)
def test_a_run_that_is_out_of_time_is_named(tmp_path, mode, call, wall_seconds, why):
    suite = SUITE.replace("modules.train, 4, seconds=0.1", call).replace("seconds=20", "seconds=0.8")
    graded, statuses = grade(tmp_path, suite, mode=mode, limits=f"test_seconds = 0.8\nwall_seconds = {wall_seconds}")
    assert list(statuses.values()) == ["passed", "failed", "failed"]
    words = f"Training with the default flags: your code was stopped after {why}"
    assert {graded[name].reason for name in list(statuses)[1:]} == {words}


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_the_time_for_all_tests_holds_for_runs_as_well(tmp_path, mode):
    suite = SUITE.replace("seconds=0.1", "seconds=100")
    graded, _ = grade(tmp_path, suite, mode=mode, limits="test_seconds = 5\ntotal_seconds = 2")
    assert graded["test_value"].reason == "not run to its end: the 2 s that all tests have together were over"
    assert graded["test_value"].status == "failed"


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("modules.fail", "your code raised ValueError: no such flag"),
        ("modules.missing", "modules.py does not define missing"),
        ("modules.train, 'x'", "your code raised ValueError"),
    ],
)
def test_what_the_submission_raises_in_a_run_is_shown_by_all_its_tests(tmp_path, mode, call, words):
    suite = SUITE.replace("modules.train, 4, seconds=0.1", call)
    graded, statuses = grade(tmp_path, suite, mode=mode)
    assert list(statuses.values()) == ["passed", "failed", "failed"]
    for name in list(statuses)[1:]:
        assert words in graded[name].reason


def test_a_run_that_ends_the_process_is_told_as_in_a_test(tmp_path):
    graded, statuses = grade(tmp_path, SUITE.replace("modules.train, 4, seconds=0.1", "modules.leave"))
    assert list(statuses.values()) == ["passed", "failed", "failed"]
    assert "your code ended the program with status 3" in graded["test_value"].reason


def test_what_a_run_prints_and_takes_is_shown_once(tmp_path):
    graded, _ = grade(tmp_path, SUITE)
    assert [record.printed for record in graded.outcome.records] == ["", "training 4\n", ""]
    used = [{"run_cpu_seconds", "run_peak_mb"} & set(record.usage) for record in graded.outcome.records]
    assert used == [set(), {"run_cpu_seconds", "run_peak_mb"}, set()]
    assert not any("Training" in note for note in graded.outcome.notes)


@pytest.mark.parametrize("mode", MODES)
def test_an_exception_that_a_suite_expects_of_a_run_can_be_looked_at(tmp_path, mode):
    suite = (
        HEAD
        + """
    @background(seconds=20)
    def training():
        return partial(modules.fail)

    @pytest.fixture(scope="class")
    def trained():
        with pytest.raises(ValueError) as caught:
            training.result()
        return str(caught.value)

    class TestRun:
        def test_message(self, trained):
            assert trained == "no such flag" and modules.square(2) == 4
    """
    )
    passed(grade(tmp_path, suite, mode=mode)[0])


@pytest.mark.slow
def test_a_large_result_that_waits_for_somebody_to_ask_is_in_time(tmp_path):
    suite = (
        HEAD
        + """
    @background(seconds=1)
    def training():
        return partial(modules.ones, 1_000_000)

    def test_that_takes_its_time():
        time.sleep(6)  # longer than a reply may take that has begun

    @pytest.fixture(scope="module")
    def trained():
        return training.result()

    def test_value(trained):
        assert trained.sum() == 1_000_000
    """
    )
    passed(grade(tmp_path, suite, "import numpy as np\ndef ones(n): return np.ones(n)\n")[0])


PRETENDS = """
import os, time
def pretend():
    os.write(3, b"0")
    time.sleep(1000)
"""


def test_a_reply_that_begins_and_does_not_end_keeps_nobody_waiting(tmp_path):
    suite = (
        HEAD
        + """
    @background(seconds=1)
    def training():
        return partial(modules.pretend)

    @pytest.fixture(scope="module")
    def trained():
        return training.result()

    def test_value(trained): pass
    """
    )
    limits = "test_seconds = 1\nwall_seconds = 1"
    graded, statuses = grade(tmp_path, suite, PRETENDS, limits=limits)
    assert statuses == {"test_value": "failed"}
    assert "training: your code was stopped" in graded["test_value"].reason


@pytest.mark.slow
def test_a_reply_that_begins_ahead_of_time_ends_the_run(tmp_path):
    suite = (
        HEAD
        + """
    @background(seconds=20)
    def training():
        return partial(modules.pretend)

    def test_that_takes_its_time():
        time.sleep(7)

    @pytest.fixture(scope="module")
    def trained():
        return training.result()

    def test_value(trained): pass
    """
    )
    graded, statuses = grade(tmp_path, suite, PRETENDS)
    assert list(statuses.values()) == ["passed", "failed"]
    assert "your code sent the beginning of an answer to the grader, and not the rest" in graded["test_value"].reason


def test_a_helper_beside_the_submission_can_be_a_run_and_gives_way_to_tests(tmp_path):
    suite = (
        HEAD
        + """
    from autograder.standins import in_sandbox
    from modules import square

    @in_sandbox
    def helper(n):
        import os
        import time
        while not os.nice(0):  # its server sees to that while it begins
            time.sleep(0.01)
        return [os.nice(0), square(n)]

    @background(seconds=20)
    def training():
        return partial(helper, 3)

    class TestOne:
        @pytest.fixture(scope="class")
        def trained(self):
            return training.result()

        def test_value(self, trained):
            niceness, value = trained
            assert niceness == modules.niceness() > 0 and value == 9

    def test_other():
        assert modules.niceness() == 0
    """
    )
    passed(grade(tmp_path, suite, "import os\ndef square(x): return x * x\ndef niceness(): return os.nice(0)\n")[0])


PREPARATIONS = {
    "raises": ("raise RuntimeError('no data here')", "RuntimeError: no data here"),
    "returns no call": ("return modules.train", "must return a call of the submission"),
    "stops the suite": ("raise KeyboardInterrupt", "the suite raised KeyboardInterrupt"),
    "passes what may not be passed": ("import sys; return partial(modules.train, sys._getframe())", "TrustedValueError"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PREPARATIONS)
def test_a_faulty_preparation_is_a_fault_of_ours_in_the_tests_that_need_it_and_no_others(tmp_path, name):
    body, words = PREPARATIONS[name]
    graded, statuses = grade(tmp_path, SUITE.replace("return partial(modules.train, 4, seconds=0.1)", body))
    assert list(statuses.values()) == ["passed", "broken", "broken"]
    assert words in graded["test_value"].staff


NEEDS = (
    HEAD
    + """
    @background(seconds=20, needs=("4.1", "5"))
    def training():
        \"""The training\"""
        return partial(modules.train, 4)

    @pytest.fixture(scope="module")
    def trained():
        return training.result()

    @number("4.1")
    @weight(1)
    def test_one(): assert modules.square(1) == FIRST

    @number("5.2.1")
    @weight(1)
    def test_two(): assert modules.square(2) == SECOND

    @number("5.3")
    @weight(1)
    def test_three(): assert modules.square(3) == THIRD

    @number("6")
    @weight(1)
    def test_value(trained):
        assert trained[0].total() == 6

    @number("5.4")
    @weight(1)
    def test_later(): assert modules.square(3) == 9
"""
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("answers", "hopeless"),
    [((1, 4, 9), None), ((1, 4, 0), None), ((1, 0, 9), None), ((1, 0, 0), "5"), ((0, 4, 9), "4.1"), ((0, 0, 0), "4.1")],
)
def test_a_run_is_not_waited_for_where_all_tests_of_what_it_needs_fail(tmp_path, mode, answers, hopeless):
    suite = NEEDS
    for word, answer in zip(("FIRST", "SECOND", "THIRD"), answers, strict=True):
        suite = suite.replace(word, str(answer))
    graded, _ = grade(tmp_path, suite, mode=mode)
    words = hopeless and f"The training was not waited for: all tests of {hopeless} fail; see to these first"
    assert graded["test_value"].reason == (words or "")
    assert graded["test_value"].status == ("failed" if hopeless else "passed")


def test_what_has_not_run_yet_says_nothing_about_a_run(tmp_path):
    suite = (
        NEEDS.replace('needs=("4.1", "5")', 'needs="5.4"').replace("FIRST", "1").replace("SECOND", "4").replace("THIRD", "9")
    )
    passed(grade(tmp_path, suite)[0])


def test_a_run_that_nobody_asks_for_ends_with_the_grading(tmp_path, monkeypatch):
    endings = []
    ending_of = Sandbox.ending

    def listen(sandbox, serial):
        endings.append(ending_of(sandbox, serial))
        return endings[-1]

    monkeypatch.setattr(Sandbox, "ending", listen)
    suite = (
        HEAD
        + """
    @background(seconds=1_000_000)
    def training():
        return partial(modules.train, 4, seconds=1_000_000)

    def test_beside():
        assert modules.square(3) == 9
    """
    )
    graded, _ = grade(tmp_path, suite)
    passed(graded)
    assert "training: no test has asked for the result" in graded.outcome.notes
    assert [ending.killed_for for ending in endings] == [None, None]  # of the test and of the run: neither was out of time


MISUSED = {
    "in a test": ("", "def test_it():\n        training.result()"),
    "in a fixture of a test": (
        "@pytest.fixture\n    def trained():\n        return training.result()",
        "def test_it(trained): pass",
    ),
}


@pytest.mark.parametrize("name", MISUSED)
def test_a_result_is_to_be_asked_for_in_a_wide_fixture(tmp_path, name):
    fixture, test = MISUSED[name]
    suite = (
        HEAD
        + f"""
    @background(seconds=20)
    def training():
        return partial(modules.train, 4)

    {fixture}

    {test}
    """
    )
    graded, statuses = grade(tmp_path, suite)
    assert statuses == {"test_it": "broken"}
    assert "outside of a fixture of scope class, module or session" in graded["test_it"].staff


def test_a_second_scope_cannot_have_the_process_of_a_run(tmp_path):
    suite = (
        HEAD
        + """
    @background(seconds=20)
    def training():
        return partial(modules.train, 4)

    @pytest.fixture(scope="class")
    def trained():
        return training.result()[0]

    class TestA:
        def test_first(self, trained): assert trained.total() == 6

    class TestB:
        def test_second(self, trained): assert trained.total() == 6
    """
    )
    graded, statuses = grade(tmp_path, suite)
    assert statuses == {"test_first": "passed", "test_second": "broken"}
    assert "belongs to the fixtures of" in graded["test_second"].staff and "TestA" in graded["test_second"].staff


def test_a_fixture_that_has_used_the_submission_cannot_take_a_run_over(tmp_path):
    suite = (
        HEAD
        + """
    @background(seconds=20)
    def training():
        return partial(modules.train, 4)

    @pytest.fixture(scope="module")
    def other():
        return modules.Model(2)

    @pytest.fixture(scope="class")
    def trained(other):
        return training.result()[0]

    class TestA:
        def test_first(self, trained): assert trained.total() == 6

    def test_other(other): assert other.total() == 1
    """
    )
    graded, statuses = grade(tmp_path, suite)
    assert statuses == {"test_first": "broken", "test_other": "passed"}
    assert "a fixture of scope module has used the submission already" in graded["test_first"].staff


def test_two_runs_go_on_at_the_same_time(tmp_path):
    suite = (
        HEAD
        + """
    @background(seconds=20)
    def one():
        return partial(modules.train, 4, seconds=0.5)

    @background(seconds=20)
    def two():
        return partial(modules.train, 5, seconds=0.5)

    class TestOne:
        @pytest.fixture(scope="class")
        def trained(self): return one.result()[0]
        def test_one(self, trained): assert trained.total() == 6

    class TestTwo:
        @pytest.fixture(scope="class")
        def trained(self): return two.result()[0]
        def test_two(self, trained): assert trained.total() == 10
    """
    )
    passed(grade(tmp_path, suite)[0])


FILES = (
    HEAD
    + """
    @background(seconds=20)
    def training():
        return partial(modules.train, 4, folder=write_files({"data": b"of the run"}, "data"))

    SHARED = {}

    def shared():
        return SHARED.setdefault("", shared_files({"data": b"of all"}))

    @background(seconds=20)
    def second():
        return partial(modules.train, 4, folder=shared())

    @pytest.fixture(scope="class")
    def trained(): return training.result()

    @pytest.fixture(scope="class")
    def trained_again(): return second.result()

    class TestOne:
        def test_first(self, trained): assert trained[0].total() == 6

    class TestTwo:
        def test_second(self, trained_again): assert trained_again[0].total() == 6

    def test_third():
        modules.train(1, folder=shared())
        modules.train(1, folder=write_files({"data": b"of the test"}))
"""
)


def test_files_for_one_process_and_for_all(tmp_path):
    graded, _ = grade(tmp_path, FILES)
    passed(graded)
    assert graded["test_first"].printed == "training 4\nof the run\n"
    assert graded["test_second"].printed == "training 4\nof all\n"
    assert graded["test_third"].printed == "training 1\nof all\ntraining 1\nof the test\n"


def test_files_without_a_sandbox_end_with_the_grading(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    passed(grade(tmp_path, FILES, mode="off")[0])
    assert list(temporary.iterdir()) == []


def test_no_submission_writes_into_what_all_share(tmp_path):
    suite = (
        HEAD
        + """
    def test_writing():
        folder = shared_files({"data": b"of all"})
        for name in ("data", "new"):
            with pytest.raises(PermissionError):
                modules.write(folder + "/" + name)
    """
    )
    passed(grade(tmp_path, suite, "def write(path): open(path, 'w')")[0])


PLAIN = """
    import pytest
    from functools import partial
    from autograder.background import background, shared_files, write_files

    CALLS = []

    def train(n, folder):
        CALLS.append(n)
        with open(folder + "/data", "rb") as file:
            assert file.read() == b"digits"
        return [n]

    def fail():
        CALLS.append("fail")
        raise ValueError("no")

    @background(seconds=5, needs="1")
    def training(settings):
        write = shared_files if settings["shared"] else write_files
        return partial(train, settings["n"], write({"data": b"digits"}))

    @background(seconds=5)
    def failing():
        return partial(fail)

    @pytest.fixture(scope="class")
    def trained():
        return training.result()

    @pytest.mark.parametrize("time", [1, 2])
    class TestTwice:
        def test_value(self, trained, time, settings):
            assert trained == [settings["n"]] == [7] and training.result() is trained

    def test_error():
        errors = []
        for _ in range(2):
            with pytest.raises(ValueError) as caught:
                failing.result()
            errors.append(caught.value)
        assert errors[0] is errors[1] and CALLS == [7, "fail"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("shared", ["true", "false"])
def test_in_plain_pytest_a_run_is_carried_out_once_where_it_is_asked_for(tmp_path, shared):
    settings = f"[settings]\nn = 7\nshared = {shared}\n"
    write_files(tmp_path, {"assignment.toml": settings, "tests/public/test_it.py": textwrap.dedent(PLAIN)})
    for folder in (tmp_path, tmp_path / "tests"):
        done = run_pytest(folder)
        assert (done.status, "3 passed" in done.out) == (0, True), done.out


@pytest.mark.slow
def test_in_plain_pytest_settings_without_an_assignment_are_missed_in_words(tmp_path):
    (tmp_path / "test_it.py").write_text("def test_it(settings): pass\n")
    done = run_pytest(tmp_path)
    assert done.status == 1 and "test_it.py uses [settings], and no folder above it has an assignment.toml" in done.out


@pytest.mark.parametrize("mode", MODES)
def test_settings_reach_tests_and_preparations_while_grading(tmp_path, mode):
    suite = (
        HEAD
        + """
    @background(seconds=20)
    def training(settings):
        return partial(modules.train, settings["n"])

    @pytest.fixture(scope="module")
    def trained(settings):
        settings["n"] += 0
        return training.result()[0]

    def test_settings(trained, settings):
        assert trained.total() == 6 and settings == {"n": 4, "floor": {"accuracy": 0.5}}
    """
    )
    limits = "test_seconds = 5\n[settings]\nn = 4\n[settings.floor]\naccuracy = 0.5"
    passed(grade(tmp_path, suite, mode=mode, limits=limits)[0])


def test_a_folder_that_is_shared_outside_of_grading_ends_with_the_process(tmp_path):
    program = "from autograder.background import shared_files\nprint(shared_files({'a': b'1'}))"
    done = run_python("-c", program)
    assert done.status == 0 and done.out.strip() and not Path(done.out.strip()).exists()


def test_a_run_is_named_by_its_docstring_or_its_function():
    @background.background(seconds=1)
    def training_of_the_deep_network():
        raise AssertionError

    assert training_of_the_deep_network.title == "training of the deep network"
