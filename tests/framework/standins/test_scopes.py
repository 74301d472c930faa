"""Fixtures of every scope: what they make is there for each test, and what a test does to it ends with the test."""

import numpy as np
import pytest
from toys import grade_toy, write_toy

from autograder.errors import AutograderError
from autograder.standins.failures import SubmissionFailure

pytest_plugins = ["sandboxes"]

BOX = """
    import os, threading, time
    import numpy as np

    class Box:
        def __init__(self, n=3):
            self.x = np.zeros(n)
            self.things = []
        def total(self): return float(self.x.sum())
        def keep(self, x): self.kept = x
        def kept_total(self): return float(self.kept.sum())
        def write(self, text):
            with open("note.txt", "a") as file: file.write(text)
        def read(self): return open("note.txt").read()
        def random(self): return float(np.random.rand())
        def pid(self): return os.getpid()
        def die(self): os._exit(9)

    def start_thread():
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
"""


def test_each_test_finds_objects_arrays_and_files_as_the_fixture_left_them(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("module", "fixture"):
        box, mine = modules.Box(), np.ones(2)
        x = box.x
        x[0] = 1
        box.keep(mine)
        box.write("fixture;")
    seen = []
    for node in ("first", "second"):
        with sandboxed.test(node):
            assert x.tolist() == [1, 0, 0]
            assert box.x is x
            assert box.total() == 1
            assert mine.tolist() == [1, 1]
            assert box.kept is mine
            assert box.kept_total() == 2
            assert len(box.things) == 0
            assert box.read().startswith("fixture;")
            x[1] = 10
            mine[0] = 50
            box.things.append(1)
            box.new = node
            assert box.total() == 11
            assert box.kept_total() == 51
            assert not hasattr(box, "other")
            seen.append((box.pid(), box.random()))
    assert seen[0][0] != seen[1][0], "each test has a process of its own"
    assert seen[0][1] == seen[1][1], "and finds the random numbers where the fixture left them"


def test_what_the_submission_does_to_arrays_is_undone_for_the_next_test(sandboxed):
    modules = sandboxed(
        BOX
        + """
    def protected():
        x = np.zeros(2)
        x.flags.writeable = False
        return x
    KEPT = protected()
    def spoil():
        KEPT.flags.writeable = True
        KEPT[0] = 7
        KEPT.flags.writeable = False
    """
    )
    with sandboxed.running("module", "fixture"):
        kept = modules.KEPT[...]
        whole = modules.Box()
        whole.x = kept
        array = whole.x
    for node in ("first", "second"):
        with sandboxed.test(node):
            assert array.tolist() == [0, 0] and whole.total() == 0
            modules.spoil()
            assert whole.total() == 7


def test_a_copy_of_a_copy_has_what_both_have_made(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("session", "outer"):
        outer = modules.Box()
        outer.x[0] = 1
    with sandboxed.running("module", "inner"):
        inner = modules.Box()
        inner.link = outer
        outer.x[1] = 2
        inner.x[...] = outer.x
    for node in ("first", "second"):
        with sandboxed.test(node):
            assert inner.link is outer
            assert outer.x.tolist() == [1, 2, 0]
            assert inner.total() == 3
            outer.x[2] = 30
            assert inner.link.total() == 33


def test_a_fixture_of_a_fixture_uses_what_the_wider_one_has_made(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("module", "wide"):
        box = modules.Box()
    with sandboxed.running("class", "narrow"):
        box.keep(np.arange(3.0))
        kept = box.kept
    with sandboxed.test("first"):
        kept[0] = 5
        assert box.kept_total() == 8
    with sandboxed.test("second"):
        assert box.kept_total() == 3 and box.kept is kept


def test_objects_of_a_scope_that_has_ended_are_refused(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("class", "fixture") as owner:
        box = modules.Box()
    with sandboxed.test("first"):
        assert box.total() == 0
    sandboxed.keeper.close(owner)
    with sandboxed.test("second"):
        with pytest.raises(AutograderError, match="hold it in a fixture whose scope covers both uses"):
            box.total()
        assert modules.Box().total() == 0


def test_a_fixture_whose_process_has_died_fails_those_who_use_it_and_no_others(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("module", "fixture") as owner:
        box = modules.Box()
        with pytest.raises(SubmissionFailure, match=r"it ended \(9\)"):
            box.die()
    for node in ("first", "second"):
        with sandboxed.test(node):
            with pytest.raises(SubmissionFailure, match=r"it ended \(9\)"):
                box.total()
            assert modules.Box().total() == 0
    sandboxed.keeper.close(owner)


def test_a_test_that_dies_in_its_copy_leaves_the_fixture_alive(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("module", "fixture"):
        box = modules.Box()
    with sandboxed.test("first"), pytest.raises(SubmissionFailure, match=r"it ended \(9\)"):
        box.die()
    with sandboxed.test("second"):
        assert box.total() == 0


def test_threads_alive_make_tests_share_the_fixtures_process_and_the_record_says_so(sandboxed):
    modules = sandboxed(BOX)
    with sandboxed.running("module", "fixture") as owner:
        box = modules.Box()
        modules.start_thread()
        pid = box.pid()
    with sandboxed.test("first"):
        assert box.pid() == pid
        assert "shares a process with other tests" in sandboxed.keeper.notes[0]
    with sandboxed.test("second"), pytest.raises(SubmissionFailure, match=r"it ended \(9\)"):
        box.die()
    with sandboxed.test("third"):
        assert modules.Box().total() == 0
    sandboxed.keeper.close(owner)


# Through a whole grading

SCOPES_SUITE = """
    import unittest
    import numpy as np
    import pytest
    from gradescope_utils.autograder_utils.decorators import weight
    from modules import Box, start_thread

    SHARED = Box(2)

    @pytest.fixture(scope="session")
    def everywhere():
        box = Box()
        box.x[0] = 1
        return box

    @pytest.fixture(scope="module")
    def here(everywhere):
        everywhere.x[1] = 2
        return everywhere

    @pytest.fixture
    def own(here):
        here.x[2] = 4
        return here

    class TestClass:
        @pytest.fixture(scope="class")
        def boxes(self, here):
            return [here, Box()]

        @weight(1)
        def test_wide_fixture_first(self, boxes):
            boxes[1].x[0] = 9
            assert boxes[0].total() == 3 and boxes[1].total() == 9

        @weight(1)
        def test_sees_the_world_as_the_fixture_left_it(self, boxes, own):
            assert boxes[1].total() == 0 and own.total() == 7 and boxes[0] is own

        @weight(1)
        def test_asks_late_for_a_wider_fixture(self, boxes, request):
            late = request.getfixturevalue("late")
            assert late.total() == 5

    @pytest.fixture(scope="module")
    def late():
        box = Box()
        box.x[0] = 5
        return box

    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            cls.box = Box()
            cls.box.x[0] = 1
            cls.x = cls.box.x

        def setUp(self):
            self.box.x[1] += 1

        @weight(1)
        def test_one(self):
            self.x[2] = 5
            self.assertEqual(self.box.total(), 7)

        @weight(1)
        def test_two(self):
            self.assertEqual(self.box.total(), 2)
            self.assertIs(self.box.x, self.x)

    @weight(1)
    def test_shared_first():
        SHARED.x[0] = 3
        assert SHARED.total() == 3

    @weight(1)
    def test_shared_second(everywhere):
        assert SHARED.total() == 0 and everywhere.total() == 3

    @pytest.fixture(scope="module")
    def threaded():
        start_thread()
        return Box()

    @weight(1)
    def test_with_threads(threaded):
        assert threaded.total() == 0
"""


def test_a_suite_with_fixtures_of_all_scopes_passes_sandboxed_and_the_record_names_the_shared_process(tmp_path):
    write_toy(tmp_path, SCOPES_SUITE, BOX)
    graded = grade_toy(tmp_path)
    failed = {record.nodeid: record.reason + record.staff for record in graded.outcome.records if record.status != "passed"}
    assert failed == {}
    assert "shares a process with other tests" in graded["test_with_threads"].staff


def test_a_wide_fixture_whose_process_dies_fails_the_tests_that_use_it_and_no_others(tmp_path):
    suite = """
        import pytest
        from gradescope_utils.autograder_utils.decorators import weight
        from modules import Box

        @pytest.fixture(scope="module")
        def dead():
            box = Box()
            box.die()
            return box

        @weight(1)
        def test_a(dead): assert dead.total() == 0

        @weight(1)
        def test_b(dead): assert dead.total() == 0

        @weight(1)
        def test_c(): assert Box().total() == 0
    """
    write_toy(tmp_path, suite, BOX)
    graded = grade_toy(tmp_path)
    assert graded.verdicts() == {"test_a": ("failed", 0.0, 1.0), "test_b": ("failed", 0.0, 1.0), "test_c": ("passed", 1.0, 1.0)}
    assert "status 9" in graded["test_a"].reason and "status 9" in graded["test_b"].reason
