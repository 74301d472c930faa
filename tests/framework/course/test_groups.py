"""Submissions are put together where they fail the same tests in the same way, and only there."""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.assignment import Assignment, Part
from autograder.course.groups import NOT_IMPLEMENTED, groups
from autograder.course.model import Person, Row
from autograder.course.passages import MAX_LINES
from autograder.grading.outcome import Outcome
from autograder.grading.records import Named, Record

ASSIGNMENT = Assignment(Path(), "Toy", ("layers.py",), parts=(Part("1", "Layers", 3), Part("2", "Training", 1)))
FORWARD, BACKWARD, TRAIN = "1.1 forward", "1.2 backward", "2.1 train"
SKELETON = {
    "layers.py": "class Linear:\n    def forward(self, x):\n        raise NotImplementedError\n\n"
    "    def backward(self, dout):\n        raise NotImplementedError\n"
}
TITLES = {"forward": "Linear.forward: W x + b", "backward": "Linear.backward: the gradient", "train": "it learns"}
DIFFERS = (
    "y differs in 4 of 12 entries (tolerance 1e-07 relative, 1e-09 absolute): "
    "worst at [{}, 1]: got {}, expected 1.5; first at [0, 1]: got {}, expected 0.25"
)


def record(test, reason="", **other):
    number, name = test.split()
    status = "failed" if reason else "passed"
    return Record(f"tests/test_{name}.py::test_linear_{name}", TITLES[name], "tests", number, 1, 0, status, reason, **other)


def row(name, reasons=(), files=None, **other):
    """A row whose tests fail for these reasons; all others are passed."""
    records = [record(test, dict(reasons).get(test, "")) for test in (FORWARD, BACKWARD, TRAIN)]
    text = "class Linear:\n    def forward(self, x):\n        return 0\n\n    def backward(self, dout):\n        return dout\n"
    return Row(name, (Person(name),), outcome=Outcome(ASSIGNMENT, records, 1.0, **other), files=files or {"layers.py": text})


def members(rows, skeleton=SKELETON):
    """The ids in each group of several."""
    return [list(group.rows) for group in groups(rows, ASSIGNMENT, skeleton).groups if len(group.rows) > 1]


def test_equal_wrong_values_make_a_group():
    rows = [row(name, {FORWARD: "y is 3.5, expected 2.5"}) for name in "abc"] + [row("d", {FORWARD: "y is 7, expected 2.5"})]
    grouping = groups(rows, ASSIGNMENT, SKELETON)
    group, alone = grouping.groups
    assert (list(group.rows), list(alone.rows)) == (["a", "b", "c"], ["d"])
    assert (grouping.covered, grouping.failures, group.share) == (4, 4, 0.75)
    assert list(group.tests) == ["tests/test_forward.py::test_linear_forward"]
    assert (group.part, group.name) == ("1 Layers", "")


def test_values_are_compared_with_those_of_the_first_member():
    """so that a chain of close values does not join distant ones, and no bound of rounding lies between equal ones"""
    close = [row(f"a{i}", {FORWARD: f"y is {value}, expected 2"}) for i, value in enumerate(("3.4999999", "3.5", "3.5000001"))]
    assert members(close) == [["a0", "a1", "a2"]]
    chain = [row(f"a{i}", {FORWARD: f"y is {1 + i * 0.8e-4}, expected 2"}) for i in range(4)]
    assert members(chain) == [["a0", "a1"], ["a2", "a3"]]


def test_which_of_many_entries_is_the_worst_makes_no_difference():
    rows = [row(name, {FORWARD: DIFFERS.format(at, value, 0.5)}) for name, at, value in (("a", 2, 9), ("b", 0, -6))]
    assert members(rows) == [["a", "b"]]
    rows[1] = row("b", {FORWARD: DIFFERS.format(2, 9, 0.75)})
    assert members(rows) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y is nan, expected 1", "y is inf, expected 1"),
        ("y has shape (3,), expected (1, 3)", "y has shape (3, 1), expected (1, 3)"),
        ("y is 1, expected 2", "y is a string, expected a number"),
        ("your code raised ValueError: no", "your code raised TypeError: no"),
        ("y differs in 3 of 4 entries: at [0]: got 1", "y differs in 2 of 4 entries: at [0]: got 1"),
        ("your code raised NotImplementedError: TODO 1.1: Linear.forward", "your code raised ValueError: no"),
    ],
)
def test_other_messages_and_values_are_other_groups(one, other):
    assert members([row("a", {FORWARD: one}), row("b", {FORWARD: other})]) == []
    assert members([row("a", {FORWARD: one}), row("b", {FORWARD: one})]) == [["a", "b"]]


def test_other_tests_are_other_groups():
    same = "y is 1, expected 2"
    assert members([row("a", {FORWARD: same}), row("b", {FORWARD: same, BACKWARD: same}), row("c", {BACKWARD: same})]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AttributeError: 'Linear' object has no attribute 'xs'", "AttributeError: 'Linear' object has no attribute 'inputs'"),
        ("NameError: name 'tmp' is not defined", "NameError: name 'res' is not defined"),
        ("IndexError: at <a object at 0x7f00aa>", "IndexError: at <a object at 0x7f1234>"),
    ],
)
def test_names_of_ones_own_and_addresses_in_exceptions_make_no_difference(one, other):
    trace = '\n\nTraceback (most recent call last):\n  File "layers.py", line {}, in forward\n    {}'
    reasons = [f"your code raised {text}{trace.format(*where)}" for text, where in ((one, (3, "a")), (other, (30, "b")))]
    assert members([row("a", {FORWARD: reasons[0]}), row("b", {FORWARD: reasons[1]})]) == [["a", "b"]]


def test_names_of_the_assignment_in_exceptions_do():
    reasons = [
        f"your code raised AttributeError: 'Linear' object has no attribute '{name}'" for name in ("forward", "backward")
    ]
    assert members([row("a", {FORWARD: reasons[0]}), row("b", {FORWARD: reasons[1]})]) == []


def test_hidden_values_count_as_well():
    """Where students do not see the numbers, staff's message has them."""
    rows = [row("a"), row("b"), row("c")]
    for one, value in zip(rows, (1, 1, 2), strict=True):
        one.outcome.records[0] = record(FORWARD, "y is wrong", full_reason=f"y is {value}, expected 3")
    assert members(rows) == [["a", "b"]]
    assert groups(rows, ASSIGNMENT, SKELETON).groups[0].sentence.endswith("y is 1, expected 3")


def test_a_part_in_which_nothing_is_written_is_a_group_of_its_own():
    todo = "your code raised NotImplementedError: TODO 1.{}: Linear"
    rows = [row(name, {FORWARD: todo.format(1), BACKWARD: todo.format(2)}) for name in "ab"]
    rows.append(row("c", {FORWARD: "layers.py: The file is missing.", BACKWARD: "layers.py: The file is missing."}))
    rows.append(row("d", {FORWARD: todo.format(1)}))
    rows.append(row("e", {FORWARD: todo.format(1), BACKWARD: "y is 1, expected 2"}))
    group = groups(rows, ASSIGNMENT, SKELETON).groups[0]
    assert (list(group.rows), group.sentence) == (["a", "b", "c"], f"1 Layers: {NOT_IMPLEMENTED}")
    assert (len(group.tests), group.lines) == (2, ())
    assert members(rows) == [["a", "b", "c"]]


def test_a_mistake_that_shows_in_several_parts_is_one_group():
    rows = [row(name, {FORWARD: "y is 1, expected 2", TRAIN: "no"}) for name in "ab"]
    (group,) = groups(rows, ASSIGNMENT, SKELETON).groups
    assert (len(group.tests), group.part) == (2, "1 Layers")
    assert members([*rows, row("c", {TRAIN: "no"})]) == [["a", "b", "c"], ["a", "b"]]


def test_a_failure_of_one_alone_is_shown_where_groups_explain_too_little():
    many = [row(f"a{i}", {FORWARD: "y is 1, expected 2"}) for i in range(18)]
    alone = [row("b", {FORWARD: "y is 3, expected 2"}), row("c", {FORWARD: "y is 4, expected 2"})]
    assert len(groups([*many, *alone], ASSIGNMENT, SKELETON).groups) == 1  # 18 of 20
    assert len(groups([*many[1:], *alone], ASSIGNMENT, SKELETON).groups) == 2


def test_large_groups_come_first_and_then_those_of_early_tests():
    rows = [row(f"{i}", {TRAIN: "no", BACKWARD: "not so", FORWARD: "no" if i < 3 else ""}) for i in range(4)]
    assert [group.part for group in groups(rows, ASSIGNMENT, SKELETON).groups] == ["2 Training", "1 Layers"]
    rows = [row(f"{i}", {BACKWARD: "no"} if i < 2 else {FORWARD: "no"}) for i in range(4)]
    assert members(rows) == [["2", "3"], ["0", "1"]]
    assert members(rows[::-1]) == members(rows)


def test_there_are_at_most_so_many_groups():
    rows = [row(f"{i}{j}", {FORWARD: f"y is {i}, expected 99"}) for i in range(6) for j in range(2)]
    grouping = groups(rows, ASSIGNMENT, SKELETON, most=4)
    assert (len(grouping.groups), grouping.covered, grouping.failures) == (4, 8, 12)


def test_the_sentence_names_a_test_how_many_more_and_the_message():
    told = {
        FORWARD: "y has shape (3,), expected (1, 3)\nmore",
        BACKWARD: "y is 1, expected 2 (tolerance 1 relative, 1 absolute)",
    }
    first = groups([row("a", told), row("b", told)], ASSIGNMENT, SKELETON).groups[0].sentence
    assert first == "1.1 Linear.forward: W x + b and 1 more test: y has shape (3,), expected (1, 3)"
    del told[FORWARD]
    first = groups([row("a", told), row("b", told)], ASSIGNMENT, SKELETON).groups[0].sentence
    assert first == "1.2 Linear.backward: the gradient: y is 1, expected 2"


def test_the_representative_has_changed_least_and_is_shown_beside_the_skeleton():
    long = SKELETON["layers.py"].replace("raise NotImplementedError", "y = 2\n        return y")
    rows = [row("a", {BACKWARD: "no"}, {"layers.py": long}), row("b", {BACKWARD: "no"})]
    (group,) = groups(rows, ASSIGNMENT, SKELETON).groups
    assert group.representative == "b"
    assert [(part.file, part.first, part.text) for part in group.lines] == [
        ("layers.py", 5, "    def backward(self, dout):\n        return dout")
    ]
    assert [part.text for part in group.skeleton] == ["    def backward(self, dout):\n        raise NotImplementedError"]


def test_the_function_in_which_an_exception_was_raised_is_shown():
    raised = (
        'your code raised ValueError: no\n\nTraceback (most recent call last):\n  File "layers.py", line 6, in backward\n    x'
    )
    (group,) = groups([row(name, {FORWARD: raised}) for name in "ab"], ASSIGNMENT, SKELETON).groups
    assert [part.first for part in group.lines] == [5]


def shown(reason, source, assignment=ASSIGNMENT, other=None):
    """The first lines of what is shown of two rows with this file."""
    files = {"layers.py": source, **(other or {})}
    (group,) = groups([row(name, {FORWARD: reason}, files) for name in "ab"], assignment, SKELETON).groups
    return [(part.file, part.text.partition("\n")[0].strip()) for part in group.lines]


def test_what_the_shown_function_calls_is_shown_as_well():
    source = SKELETON["layers.py"].replace("raise NotImplementedError", "return self.helper(x) + add(1)")
    helpers = (
        "\n    def helper(self, x):\n        return x\n\n    def unused(self):\n        pass\n\ndef add(x):\n    return x\n"
    )
    assert shown("y is 1, expected 2", source + helpers) == [
        ("layers.py", "def forward(self, x):"),
        ("layers.py", "def helper(self, x):"),
        ("layers.py", "def add(x):"),
    ]


def test_the_lines_that_do_not_compile_are_shown():
    source = "import os\n\nx = (1\ny = 2\nz = 3\n"
    assert shown("layers.py, line 3, column 5: '(' was never closed", source) == [("layers.py", "import os")]


def test_the_line_in_a_message_gives_the_function():
    source = SKELETON["layers.py"].replace("raise NotImplementedError", "return 1")
    assert shown("Linear: layers.py:6 in helper runs once per sample", source) == [("layers.py", "def backward(self, dout):")]


def test_of_functions_of_one_name_that_of_the_file_which_the_test_imports_is_shown(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_forward.py").write_text("import numpy as np\nfrom layers import Linear\n")
    source = SKELETON["layers.py"].replace("raise NotImplementedError", "return 1")
    other = {"another.py": source}
    here = replace(ASSIGNMENT, folder=tmp_path)
    assert shown("y is 1", source, here, other) == [("layers.py", "def forward(self, x):")]
    assert len(shown("y is 1", source, ASSIGNMENT, other)) == 2


def test_all_that_has_changed_is_shown_where_no_function_is_named():
    (group,) = groups([row(name, {TRAIN: "no"}) for name in "ab"], ASSIGNMENT, SKELETON).groups
    assert [part.first for part in group.lines] == [2, 5]
    script = {"layers.py": "import x\n" + "x += 1\n" * 100}
    (group,) = groups([row(name, {TRAIN: "no"}, script) for name in "ab"], ASSIGNMENT, {}).groups
    assert [(part.first, part.text.count("\n") + 1) for part in group.lines] == [(1, MAX_LINES)]
    assert group.skeleton == ()


def test_who_has_no_result_and_tests_that_are_broken_are_left_out():
    nothing = Row("n", (Person("n"),))
    not_run = [row(name, {FORWARD: "work.zip is no zip"}, not_run="work.zip is no zip") for name in "xy"]
    broken = [row("a"), row("b")]
    for one in broken:
        one.outcome.records[0].status = "broken"
    grouping = groups([nothing, *not_run, *broken], ASSIGNMENT, SKELETON)
    assert (grouping.groups, grouping.covered, grouping.failures) == ((), 0, 0)


def test_hostile_messages_are_harmless_in_sentences():
    nasty = "your code raised X: \x1b[31m\u202e" + "(" * 20_000 + "1e999999 " * 500 + "'" * 1001
    (group,) = groups([row(name, {FORWARD: nasty}) for name in "ab"], ASSIGNMENT, SKELETON).groups
    assert "\x1b" not in group.sentence
    assert "\u202e" not in group.sentence
    assert len(group.sentence) < 600


def named_row(name, mistake, **changes):
    found = row(name, {FORWARD: "y is 3.5, expected 2.5"})
    named = Named(mistake, f"What {mistake} is.", **changes)
    records = [replace(each, named=named if each.status == "failed" else None) for each in found.outcome.records]
    return replace(found, outcome=replace(found.outcome, records=records))


def test_a_group_has_the_name_of_the_mistake_that_explains_all_of_it():
    [group] = groups([named_row("a", "no_bias"), named_row("b", "no_bias")], ASSIGNMENT, SKELETON).groups
    assert group.name == "no_bias"
    assert group.sentence == "What no_bias is. (1.1 Linear.forward: W x + b: y is 3.5, expected 2.5)"


def test_a_group_of_which_one_is_not_explained_has_no_name():
    for other in (row("b", {FORWARD: "y is 3.5, expected 2.5"}), named_row("b", "no_bias", is_sure=False)):
        [group] = groups([named_row("a", "no_bias"), other], ASSIGNMENT, SKELETON).groups
        assert group.name == ""
