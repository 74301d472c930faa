"""Tests that run inside: whole, in a process of the submission."""

import pytest
from toys import HEADER, SHOWN, toy

SUITE = HEADER + '''
import os
import modules
from modules import double, Stack, show


pytestmark = pytest.mark.inside


@weight(2)
@number("1.1")
def test_double():
    """double: twice the number"""
    assert double(4) == 8


@weight(2)
def test_wrong():
    assert modules.triple(4) == 12


@pytest.mark.parametrize("n", [1, 2, 3])
def test_cases(n):
    assert double(n) == 2 * n


@pytest.mark.parametrize("cls", [Stack, modules.Other])
def test_classes(cls):
    assert cls().n == 1


def test_printed(capsys):
    show()
    assert capsys.readouterr().out == "shown\\n"


def test_seen():
    show()


@weight(4)
@partial_credit(4)
def test_partial(set_score):
    set_score(1.5)

def test_skipped():
    pytest.skip("no reason")

class TestOld(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.value = double(3)

    @weight(1)
    def test_value(self):
        self.assertEqual(self.value, 6)
        self.assertEqual(type(Stack()), Stack)

def test_exit():
    modules.leave()

def test_hang():
    modules.hang()

test_hang = pytest.mark.seconds(1)(test_hang)
'''
SUBMISSION = """
import os
def double(n): return 2 * n
def triple(n): return 2 * n
def show(): print("shown")
def leave(): os._exit(0)
def hang():
    while True: pass
class Stack: n = 1
class Other: n = 2
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("inside"), SUITE, SUBMISSION)

def test_all(graded):
    for r in graded.outcome.records:
        print(r.nodeid, r.status, r.score, r.max_score, r.reason, r.staff, repr(r.printed), round(r.seconds,3))
    print(graded.outcome.notes, graded.outcome.seconds)
    assert 0
