"""`autograder audit` on a small assignment: what tests see and what they do not."""

import json
import re
import sys
from pathlib import Path

import pytest
from files import write_files
from programs import run_autograder

from autograder.audit.report import Row, table

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an audit grades as a class is graded, on Linux")

TOML = """
title = "Numbers"
reference = "reference"
[submission]
files = ["numbers_.py"]
[[suites]]
path = "tests"
[[parts]]
number = "1"
title = "Double"
points = 4
[[parts]]
number = "2"
title = "Triple"
points = 6
"""
REFERENCE = """
def double(x):
    # BEGIN SOLUTION 1.1 one product
    return 2 * max(x, -5)
    # END SOLUTION


def triple(x):
    # BEGIN SOLUTION 2.1 double and one more
    return double(x) + x
    # END SOLUTION


def unused(x):
    # BEGIN SOLUTION 2.2 a difference
    return x - 1
    # END SOLUTION


def endless(x):
    # BEGIN SOLUTION 2.3 count down
    while x > 0:
        x -= 1
    return x
    # END SOLUTION
"""
SUITE = """
import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from numbers_ import double, endless, triple

@number("1.1")
@weight(4)
@pytest.mark.parametrize("x", [1, 3])
def test_double(x):
    assert double(x) == {1: 2, 3: 6}[x]

@number("2.1")
@weight(4)
def test_triple():
    assert triple(1) == 3

@number("2.1")
@weight(1)
def test_triple_is_a_number():
    assert isinstance(triple(1), int | float)

@number("2.3")
@weight(1)
def test_endless():
    assert endless(2) == 0
"""
FILES = {"assignment.toml": TOML, "tests/test_numbers.py": SUITE, "reference/numbers_.py": REFERENCE}


def audit(folder: Path, *options: object) -> tuple[int, str, str]:
    return run_autograder("audit", "--assignment", folder, *options, cwd=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("audited")
    write_files(folder, FILES)
    return folder


@pytest.fixture(scope="module")
def found(folder) -> dict:
    """The audit as JSON, mutants by what they change their line to; and its page in the folder."""
    status, printed, errors = audit(folder, "--json", "--matrix", "--out", "audit.html")
    assert status == 1, errors
    document = json.loads(printed)
    document["by_change"] = {mutant["after"]: mutant for mutant in document["mutants"]}
    return document


def names(tests: list[str]) -> set[str]:
    return {test.rpartition("::")[2] for test in tests}


def test_a_mutant_that_no_test_sees_survives(found):
    mutant = found["by_change"]["return 2 * max(x, -6)"]
    assert (mutant["state"], mutant["part"], mutant["function"]) == ("survived", "1", "double")
    assert mutant["killed_by"] == [] and mutant["before"] == "return 2 * max(x, -5)"


def test_every_test_that_loses_points_is_named_and_not_the_first_alone(found):
    mutant = found["by_change"]["return 3 * max(x, -5)"]
    assert mutant["state"] == "own"
    assert names(mutant["killed_by"]) == {"test_double[1]", "test_double[3]", "test_triple"}


def test_only_tests_that_reach_a_function_are_run(found):
    mutant = found["by_change"]["return double(x) - x"]
    assert names(mutant["reached_by"]) == {"test_triple", "test_triple_is_a_number"}
    assert names(mutant["killed_by"]) == {"test_triple"}
    assert mutant["not_run"] == mutant["broken"] == []


def test_mutants_of_a_function_that_no_test_reaches_are_said_to_be_so(found):
    unused = [mutant for mutant in found["mutants"] if mutant["function"] == "unused"]
    assert unused and all(mutant["state"] == "unreached" and not mutant["reached_by"] for mutant in unused)


def test_a_mutant_that_never_ends_is_killed(found):
    mutant = found["by_change"]["x += 1"]
    assert mutant["state"] == "own" and names(mutant["killed_by"]) == {"test_endless"}


def test_a_part_is_that_of_the_task_and_each_mutant_is_counted_once(found):
    rows = {row["part"]: row for row in found["parts"]}
    assert {mutant["part"] for mutant in found["mutants"] if mutant["function"] == "triple"} == {"2"}
    columns = ("own", "others", "survived", "unreached", "equivalent", "unjudged")
    for row in rows.values():
        assert row["mutants"] == sum(row[column] for column in columns)
    assert rows[""]["mutants"] == len(found["mutants"]) == rows["1"]["mutants"] + rows["2"]["mutants"]


def test_a_test_that_kills_nothing_of_its_part_is_named(found):
    assert "test_triple_is_a_number" not in names(found["idle_tests"])  # without the return there is no number
    assert all(test in found["tests"] for test in found["idle_tests"])


def test_the_table_fits_a_terminal_and_has_no_empty_column():
    rows = [
        Row("1", "Neural networks by hand and their initialisation", mutants=7, own=5, survived=2),
        Row("", "all", 7, 5, 0, 2),
    ]
    head, first, whole = table(rows)
    assert head.strip() == "mutants   own tests   survived"
    assert first.startswith("1 Neural networks by") and first.split()[-3:] == ["7", "5", "2"]
    assert whole.startswith("all ") and len(first) == len(whole) == len(head) <= 79


def test_a_survivor_is_shown_with_its_largest_share_of_a_tolerance(tmp_path):
    loose = SUITE.replace("import pytest", "import pytest\nfrom autograder.compare import assert_close").replace(
        "assert double(x) == {1: 2, 3: 6}[x]", "assert_close(double(x), {1: 2, 3: 6}[x], rtol=0, atol=4)"
    )
    write_files(tmp_path, {**FILES, "tests/test_numbers.py": loose.replace("assert triple(1) == 3", "triple(1)")})
    _, printed, _ = audit(tmp_path, "--out", "audit.html")
    survivor = printed.partition("+ return 3 * max(x, -5)")[2].partition("\n\n")[0]
    assert "largest difference: 0.75 of the tolerance, in test_double[3]" in survivor
    assert "largest difference: 0.75 of the tolerance, in test_double[3]" in (tmp_path / "audit.html").read_text()


def test_the_page_shows_survivors_and_loads_nothing(folder, found):
    page = (folder / "audit.html").read_text()
    assert "+ return 2 * max(x, -6)" in page and "not reached" in page
    assert "default-src 'none'" in page and not re.search(r"(src|href)=\"?https?:", page)
    assert (folder / "audit.html").stat().st_mode & 0o077 == 0  # it shows the reference


def entry(mutant: dict, reason: str = "No number here lies below -5.", **changed: str) -> str:
    texts = {name: mutant.get(name, "") for name in ("function", "operator", "before", "after")} | changed
    lines = [f"{name} = {json.dumps(text)}" for name, text in texts.items()]
    return "\n".join(["[[equivalent]]", 'file = "numbers_.py"', *lines, f"reason = {json.dumps(reason)}", ""])


def test_listed_equivalents_are_no_survivors(folder, found, tmp_path):
    survivors = [mutant for mutant in found["mutants"] if mutant["state"] in ("survived", "unreached")]
    write_files(tmp_path, {**FILES, "mistakes/equivalent.toml": "\n".join(map(entry, survivors))})
    status, printed, errors = audit(tmp_path)
    assert status == 0, printed + errors
    counts = next(row.split() for row in printed.splitlines() if row.startswith("all"))
    killed = len(found["mutants"]) - len(survivors)
    assert counts == ["all", str(len(found["mutants"])), str(killed), "–", str(len(survivors))]
    assert "survived:" not in printed


def test_tests_of_other_parts_are_for_what_is_left(folder):
    _, printed, _ = audit(folder, "--json")
    mutants = {mutant["after"]: mutant for mutant in json.loads(printed)["mutants"]}
    killed, left = mutants["return 3 * max(x, -5)"], mutants["return 2 * max(x, -6)"]
    assert names(killed["killed_by"]) == {"test_double[1]", "test_double[3]"}
    assert names(killed["not_run"]) == {"test_triple", "test_triple_is_a_number"}
    assert left["not_run"] == [] and len(left["reached_by"]) == 4


def test_an_entry_that_is_none_is_a_fault(found, tmp_path):
    survivors = [mutant for mutant in found["mutants"] if mutant["state"] in ("survived", "unreached")]
    killed = found["by_change"]["return double(x) - x"]
    entries = [*map(entry, survivors), entry(killed), entry(killed, after="return 5")]
    write_files(tmp_path, {**FILES, "mistakes/equivalent.toml": "\n".join(entries)})
    status, printed, _ = audit(tmp_path)
    assert status == 1
    assert "is no equivalent: tests/test_numbers.py::test_triple sees it; take the entry out" in printed
    assert "no mutant of numbers_.py is like this; take it out, or correct before and after" in printed


@pytest.mark.parametrize(
    ("files", "options", "status", "words"),
    [
        (
            {"mistakes/equivalent.toml": entry({}, reason=" ")},
            (),
            3,
            "reason is empty",
        ),
        ({"mistakes/equivalent.toml": '[[equivalent]]\nfile = "a"'}, (), 3, "equivalent[0].operator is missing"),
        ({"mistakes/equivalent.toml": "other = 1"}, (), 3, "other is not a key of equivalent.toml"),
        ({}, ("--files", "none.py"), 2, "the reference has no such Python file; there are numbers_.py"),
        (
            {"assignment.toml": TOML.replace('reference = "reference"', "")},
            (),
            3,
            "reference is missing; name the folder of the solution",
        ),
        ({"reference/numbers_.py": REFERENCE.replace("2 * max", "3 * max")}, (), 3, "the reference fails 3 of 5 tests"),
    ],
)
def test_what_cannot_be_audited_is_said(tmp_path, files, options, status, words):
    write_files(tmp_path, {**FILES, **files})
    found, _, errors = audit(tmp_path, *options)
    assert found == status and words in errors
