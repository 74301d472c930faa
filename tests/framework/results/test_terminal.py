"""What people see on a terminal: every test, the reasons whole, the totals; and nothing of a submission as markup."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from autograder.assignment import Assignment, Part
from autograder.grading.order import number_key
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record
from autograder.results.reasons import MAX_INDENT, REASON_LINES
from autograder.results.terminal import progress, show

ASSIGNMENT = Assignment(
    Path(), "Toy [bold]title[/bold]", ("modules.py",), parts=(Part("1", "Layers", 3), Part("2", "[red]MLP", 4))
)
PASSED = Record("a", "Linear: forward", number="1.2", max_score=2, score=2, status="passed", printed="noise")
FAILED = Record("b", "Linear: backward", number="1.10", max_score=1, score=0, reason="the gradient has shape (3,)")


def shown(*records, width=None, remarks=(), notes=(), assignment=ASSIGNMENT, staff=False):
    """What is printed: on a terminal of that width, or where there is none."""
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=width is not None, color_system=None, legacy_windows=False)
    show(Outcome(assignment, list(records), 1.23, list(remarks), list(notes), "A"), console, staff)
    return file.getvalue()


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


def test_the_whole_of_a_small_report():
    text = shown(FAILED, PASSED, width=50, remarks=["a remark"], notes=["a note"], staff=True)
    assert text.split("\n") == [
        "Toy [bold]title[/bold]",
        "✓ 1.2   Linear: forward                      2 / 2",
        "✗ 1.10  Linear: backward                     0 / 1",
        "          the gradient has shape (3,)",
        "",
        "  1  Layers    2 / 3",
        "  2  [red]MLP  0 / 0",
        "",
        "Submission: a remark",
        "Note: a note",
        "",
        "2 of 3 points, 1 of 2 tests passed in 1.2 s, ",
        "sandbox level A",
        "",
    ]


def test_markup_and_escapes_of_a_submission_are_text():
    nasty = "[red]not[/] [link=http://x]here[/link] \x1b[31m \u202e [/bold"
    text = shown(replace(FAILED, name=nasty, reason=nasty, number="[b]"), width=120, remarks=[nasty], notes=[nasty], staff=True)
    assert text.count("[red]not[/] [link=http://x]here[/link] \\u001b[31m \\u202e [/bold") == 4
    assert "\x1b[31m" not in text and "\u202e" not in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut(width):
    words = [f"word{i}" * 2 for i in range(20)]
    record = replace(FAILED, name=" ".join(words), reason=" ".join(words))
    text = shown(record, width=width)
    lines = text.split("\n")
    assert max(cell_len(line) for line in lines) <= width
    found = text.split()
    assert all(found.count(word) == 2 for word in words)


def test_a_remark_that_is_the_reason_of_a_test_stands_once_for_students_and_staff_read_all():
    remarks = [FAILED.reason, "another remark"]
    assert f"Submission: {FAILED.reason}" not in shown(FAILED, remarks=remarks, width=200)
    assert "Submission: another remark" in shown(FAILED, remarks=remarks)
    assert f"Submission: {FAILED.reason}" in shown(FAILED, remarks=remarks, staff=True, width=200)
    assert f"Submission: {FAILED.reason}" in shown(replace(FAILED, hide_errors="no"), remarks=remarks, width=200)


def test_a_wide_terminal_is_used():
    reason = "x" * 30 + " " + "y" * 130
    assert f"{reason}\n" in shown(replace(FAILED, reason=reason), width=190)


def test_without_a_terminal_there_are_100_columns_and_no_colours():
    text = shown(FAILED, PASSED)
    assert "\x1b" not in text
    assert max(len(line) for line in text.split("\n")) == 100


def test_wide_characters_keep_the_columns():
    text = shown(replace(PASSED, name="线性层"), replace(PASSED, name="Linear"), width=60)
    rows = [line for line in text.split("\n") if line.startswith("✓")]
    assert {cell_len(row) for row in rows} == {60}


def test_a_long_reason_is_cut_after_whole_lines_and_says_so():
    text = shown(replace(FAILED, reason="\n".join(f"line {i}" for i in range(100))), width=80)
    assert f"line {REASON_LINES - 1}\n" in text
    assert f"line {REASON_LINES}\n" not in text
    assert f"[... {100 - REASON_LINES} more lines]" in text


def test_the_indent_of_a_traceback_is_kept_within_reason():
    text = shown(replace(FAILED, reason="Traceback\n  File x\n    code\n" + " " * 70 + "deep"), width=80)
    assert "          Traceback\n            File x\n              code\n" in text
    assert f"\n{' ' * (10 + MAX_INDENT)}deep\n" in text


def test_tests_without_points_and_leaderboards():
    column = {"name": "speed", "value": 12.5, "order": "asc"}
    text = shown(Record("a", "info", status="passed"), Record("b", "speed", status="passed", leaderboard=column), width=40)
    lines = text.split("\n")
    assert lines[1:3] == ["✓ info", f"✓ speed{'12.5':>33}"]
    assert "0 of 0 points, 2 of 2 tests passed" in text


def test_a_broken_test_is_marked_and_neutral():
    text = shown(replace(FAILED, status="broken", staff="Traceback of the suite"), width=100)
    assert "! 1.10" in text
    assert "not your fault" in text
    assert "Traceback of the suite" not in text


def test_students_read_how_the_tests_ran_and_no_notes_for_staff():
    text = shown(FAILED, PASSED, notes=["a note"])
    assert "a note" not in text and "sandbox level" not in text
    assert text.endswith("2 of 3 points, 1 of 2 tests passed in 1.2 s, each in a process of its own\n")


def test_staff_read_the_whole_reason_of_a_broken_test():
    staff = "\n".join(f"  frame {i}" for i in range(50)) + "\nNameError: name 'x' is not defined"
    text = shown(replace(FAILED, status="broken", staff=staff), staff=True)
    assert all(f"frame {i}\n" in text for i in range(50)) and "NameError: name 'x' is not defined" in text
    assert "not your fault" not in text and "more line" not in text


def test_staff_read_the_values_and_outputs_that_a_suite_withholds():
    record = replace(FAILED, reason="it differs", full_reason="it differs: got 1, expected 2", hide_errors="Try again")
    record = replace(record, printed="a print", show_output=False)
    assert "Try again" in shown(record) and "expected 2" not in shown(record) and "a print" not in shown(record)
    text = shown(record, staff=True)
    assert "it differs: got 1, expected 2" in text and "Try again" not in text and "a print" in text


def test_staff_read_what_went_wrong_beside_a_test_that_has_passed():
    assert "KeyError: 'late'" in shown(replace(PASSED, needs_human=True, staff="KeyError: 'late'"), staff=True)
    assert "KeyError" not in shown(replace(PASSED, needs_human=True, staff="KeyError: 'late'"))


SYNTAX = "modules.py, line 4, column 9: The file does not compile.\n            x = [1, 2\n                ^"


def test_a_reason_that_many_tests_share_is_printed_once():
    text = shown(*(replace(FAILED, number=f"1.{i}", reason=SYNTAX) for i in range(1, 18)), PASSED)
    assert text.count("does not compile") == 1 and text.count("✗") == 17
    assert "\n17 tests failed for one reason (1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 1.10, 1.11, 1.12, ...):\n" in text
    assert f"{' ' * 16}x = [1, 2\n{' ' * 20}^\n" in text


def test_a_short_reason_that_few_tests_share_stays_below_each():
    text = shown(FAILED, replace(FAILED, number="1.11"))
    assert text.count("the gradient has shape (3,)") == 2 and "for one reason" not in text


def test_what_is_shared_leaves_each_test_what_it_printed():
    text = shown(*(replace(FAILED, number=f"1.{i}", reason=SYNTAX, printed=f"print {i}") for i in range(1, 4)))
    assert text.count("does not compile") == 1 and all(f"print {i}\n" in text for i in range(1, 4))


def test_places_that_nobody_has_filled_in_take_one_line():
    reason = "your code raised NotImplementedError: TODO 1.{}: Linear.forward\n\nTraceback (most recent call last):\n  ..."
    records = [replace(FAILED, number=f"2.{i}", reason=reason.format(1 + i % 2 * 9)) for i in range(5)]
    text = shown(*records, PASSED)
    assert "\n5 tests need what is not written yet: TODO 1.1, 1.10\n" in text
    assert "NotImplementedError" not in text and "Traceback" not in text
    assert "1 test needs what is not written yet: TODO 1.1\n" in shown(records[0])


def test_carets_stay_below_their_code_at_any_indent_and_width():
    code = " " * 20 + "result = first_function(argument) + " + "x" * 100 + " + wrong_name"
    carets = " " * code.index("wrong") + "^" * 10
    lines = shown(replace(FAILED, reason=f"Traceback\n{code}\n{carets}"), width=80).split("\n")
    below = next(i for i, text in enumerate(lines) if text.strip(" ^") == "" and "^" in text)
    assert lines[below].index("^") == lines[below - 1].index("wrong_name")
    assert len(lines[below - 1]) <= 80 and lines[below].count("^") == 10


def test_what_the_policies_say_stands_below_the_points_with_its_words():
    late = Record("policy: Lateness", "Lateness [b]", max_score=0, score=-2, reason="Handed in [red]late[/]: 1 day.")
    kept = Record("policy: Best submission", "Best submission", status="passed", reason="An earlier one counts.")
    console = Console(file=io.StringIO(), width=60)
    show(
        Outcome(ASSIGNMENT, [PASSED], 1.23, level="A", items=[late, kept], counted=2.5, policies=["kept: 2.5 points"]),
        console,
        staff=True,
    )
    lines = console.file.getvalue().split("\n")
    assert lines[lines.index("✗ Lateness [b]: -2 / 0") :] == [
        "✗ Lateness [b]: -2 / 0",
        "    Handed in [red]late[/]: 1 day.",
        "✓ Best submission",
        "    An earlier one counts.",
        "",
        "Note: kept: 2.5 points",
        "",
        "2.5 of 2 points, 2 in the tests, 1 of 1 tests passed in 1.2 s, sandbox level A",
        "",
    ]


def test_what_has_not_run_is_said_once_and_not_with_every_test():
    console = Console(file=io.StringIO(), width=60)
    show(Outcome(ASSIGNMENT, [FAILED, FAILED], 0.0, level="none", not_run="work.zip is no zip"), console)
    assert console.file.getvalue().split("\n") == [
        ASSIGNMENT.title, "", "Submission: work.zip is no zip", "", "0 of 2 points, no test was run", "",
    ]  # fmt: skip


def test_an_assignment_without_tests_or_parts():
    text = shown(assignment=replace(ASSIGNMENT, parts=()))
    assert text.startswith("Toy")
    assert "0 of 0 points" in text


def test_numbers_are_sorted_as_numbers_and_tests_without_one_come_last():
    numbers = [None, "2", "1.10", "1.2", "1", "1.a", "²"]
    assert sorted(numbers, key=number_key) == ["²", "1", "1.a", "1.2", "1.10", "2", None]
    numbers = ["8.8b", "8.10", "8a", "8.8a", None, "8.7", "8", "10.1", "8.8", "8.x"]
    assert sorted(numbers, key=number_key) == ["8", "8.x", "8.7", "8.8", "8.8a", "8.8b", "8.10", "8a", "10.1", None]


def test_progress_counts_on_a_terminal_and_is_silent_elsewhere():
    for terminal in (True, False):
        file = io.StringIO()
        with progress(Console(file=file, force_terminal=terminal, width=100)) as on_record:
            on_record(replace(PASSED, name="[red]name"))
            if terminal:
                on_record.progress.refresh()
        assert ("1 tests, [red]name" in file.getvalue()) is terminal
