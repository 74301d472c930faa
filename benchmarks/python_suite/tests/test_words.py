"""Twenty tests of plain Python, as a course without NumPy has them."""

import unittest

import words
from gradescope_utils.autograder_utils.decorators import weight


class TestWords(unittest.TestCase):
    """Each test is made below, for one case."""


CASES = [
    *((words.fibonacci, (count,), [0, 1, 1, 2, 3, 5, 8, 13][:count]) for count in range(8)),
    *(
        (words.is_palindrome, (text,), expected)
        for text, expected in [("abba", True), ("abc", False), ("never odd or even", True)]
    ),
    *((words.longest, (given,), expected) for given, expected in [([], ""), (["a", "bb"], "bb"), (["cc", "b"], "cc")]),
]


def compares(function, arguments, expected):
    @weight(1)
    def test(self):
        self.assertEqual(function(*arguments), expected)

    return test


def counts(text, expected):
    @weight(1)
    def test(self):
        counter = words.Counter()
        counter.add(text)
        self.assertEqual(counter.most_common(), expected)

    return test


for number, case in enumerate(CASES):
    setattr(TestWords, f"test_{number:02}", compares(*case))
for number, text in enumerate(["", "a", "a b a", "B b", "the cat the hat", "x y z"]):
    found = [(word, text.lower().split().count(word)) for word in sorted(set(text.lower().split()))]
    setattr(TestWords, f"test_count_{number}", counts(text, sorted(found, key=lambda item: (-item[1], item[0]))))
