"""Test files of which all run inside are on record whatever they do with the submission outside of a test."""

import pytest
from toys import SHOWN, toy

from autograder.grading.inside.blanks import BlankModule

WITH_THE_SUBMISSION = {
    "test_uses.py": """
        import math
        import os
        import modules
        import pytest
        from gradescope_utils.autograder_utils.decorators import number, weight
        from modules import LIMIT, Shape, table
        from autograder.standins import in_sandbox

        pytestmark = pytest.mark.inside
        NAMES = sorted(table)
        FILE = os.path.basename(modules.__file__)
        if len(table) > 3 or LIMIT > 7:
            raise RuntimeError("never")
        AREA = math.sqrt(Shape(3).area) + round(LIMIT) * 2

        class Mine(Shape, colour="red"):
            pass

        for key in table:
            assert key in table

        @in_sandbox
        def helper():
            from math import pi
            return NAMES, pi

        @weight(2)
        @number("1")
        def test_uses():
            assert Mine(2).area == 4 and Mine.colour == "red" and AREA == 13
            assert FILE == "modules.py" and helper()[0] == ["a", "b"]

        @weight(1)
        @pytest.mark.parametrize("name", ["a", "b"])
        def test_cases(name):
            assert table[name]
    """,
    "test_mixed.py": """
        import pytest
        from gradescope_utils.autograder_utils.decorators import weight
        from modules import table

        COUNT = len(list(table))

        @weight(1)
        @pytest.mark.inside
        def test_inside():
            assert COUNT == 2

        @weight(3)
        def test_ordinary():
            assert COUNT == 2
    """,
    "test_cases.py": """
        import pytest
        from modules import table

        @pytest.mark.inside
        @pytest.mark.parametrize("name", list(table))
        def test_of_each_name(name):
            assert table[name]
    """,
    "test_wrong.py": "import pytest\nimport no_such_module\npytestmark = pytest.mark.inside\ndef test_wrong(): pass",
    "test_outside.py": "from modules import table\nCOUNT = len(table)\ndef test_outside(): assert COUNT == 2",
}
SUBMISSION = """
LIMIT = 5
table = {"a": 1, "b": 2}
class Shape:
    def __init_subclass__(cls, colour): cls.colour = colour
    def __init__(self, side): self.side = side
    @property
    def area(self): return self.side ** 2 if self.side != 3 else 9
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("collection"), WITH_THE_SUBMISSION, SUBMISSION, SHOWN)


def test_a_file_that_works_with_the_submission_while_it_is_read_runs_inside(graded):
    assert graded.verdicts()["test_uses"] == ("passed", 2.0, 2.0), graded["test_uses"].staff
    assert [graded[f"test_cases[{name}]"].score for name in "ab"] == [0.5, 0.5]
    assert graded["test_inside"].status == "passed"


def test_an_ordinary_test_of_such_a_file_keeps_its_points_and_asks_for_staff(graded):
    record = graded["test_ordinary"]
    assert (record.status, record.score, record.max_score) == ("broken", 0.0, 3.0)
    assert "can be read for tests inside only" in record.staff
    assert "in a way that cannot wait for one" in record.staff


def test_cases_that_the_submission_makes_ask_for_staff(graded):
    found = [record for record in graded.outcome.records if "test_of_each_name" in record.nodeid]
    assert [record.status for record in found] == ["broken"]
    assert "1 cases where the submission is not imported, and 2 where it is" in found[0].staff


def test_other_files_that_cannot_be_read_are_on_record_as_ever(graded):
    unreadable = {record.nodeid: record.staff for record in graded.outcome.records if record.unreadable}
    assert list(unreadable) == ["tests/test_outside.py", "tests/test_wrong.py"]
    assert "no_such_module" in unreadable["tests/test_wrong.py"]


def test_a_blank_can_be_used_in_every_way_and_is_empty():
    work = BlankModule("work")
    assert list(work.CASES) == []
    assert (len(work.CASES), int(work.SIZE), float(work.RATE), str(work.NAME())) == (0, 0, 0.0, "")
    assert not work.READY
    assert not work.SIZE > 3
    assert list((work.SIZE + 1) * 2 - work.f(1)[0]) == []
    with work.opened() as file:
        assert list(file.read().lines) == []

    class Mine(work.Base):
        def __init__(self):
            super().__init__(1)
            self.own = 1

    assert Mine().own == 1
    assert isinstance(Mine(), work.Base)
