"""Records of tests become a results.json that every reader takes, whatever is in them."""

import errno
import json
import math
import os
import stat
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.assignment import VISIBILITIES
from autograder.errors import AutograderError
from autograder.grading.records import NEUTRAL, Record, number, total
from autograder.results.gradescope import document_of, item, validate, write_file
from autograder.text import MAX_OUTPUT

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
NUMBERS = st.floats() | st.integers() | st.sampled_from([0.1, 1 / 3, 10**400, -0.0, 1e300])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3) | st.tuples(inner),
    max_leaves=8,
)
SCORES = st.floats() | st.integers(-(10**30), 10**30)
RECORDS = st.builds(
    Record,
    nodeid=TEXT,
    name=TEXT,
    suite=TEXT,
    number=st.none() | TEXT,
    max_score=st.none() | SCORES,
    score=st.none() | SCORES,
    status=st.sampled_from(["passed", "failed", "broken"]),
    reason=TEXT,
    printed=TEXT,
    staff=TEXT,
    visibility=st.none() | st.sampled_from(VISIBILITIES),
    tags=st.lists(TEXT, max_size=3).map(tuple),
    hide_errors=st.none() | TEXT,
    show_output=st.booleans(),
    leaderboard=st.none()
    | st.fixed_dictionaries({"name": TEXT, "value": st.none() | SCORES | TEXT, "order": st.sampled_from(["asc", "desc"])}),
    needs_human=st.booleans(),
    seconds=st.floats(),
    usage=st.dictionaries(TEXT, st.floats(), max_size=2),
)


def strings(value):
    """Every text in a document, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


@settings(max_examples=150, deadline=None)
@given(st.lists(RECORDS, max_size=4), st.floats(), TEXT, st.dictionaries(TEXT, ANYTHING, max_size=3))
def test_any_records_give_a_valid_document(records, seconds, output, extra):
    document = document_of(records, seconds, output, extra)
    validate(document)
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text, parse_constant=refuse) == document
    for found in strings(document):
        bad = [char for char in found if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in "\n\t"]
        assert not bad, repr(found)
    assert len(document["tests"]) + len(document["leaderboard"]) >= len(records)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50))
def test_scores_add_up_as_decimal_numbers(cents):
    records = [Record("t", "t", max_score=cent / 100, score=cent / 100) for cent in cents]
    assert document_of(records, 0)["score"] == sum(cents) / 100
    assert total(records) == (sum(cents) / 100, sum(cents) / 100)


def test_ten_tenths_are_one_and_whole_numbers_are_integers():
    assert json.dumps(document_of([Record("t", "t", max_score=0.1, score=0.1)] * 10, 0)["score"]) == "1"
    assert json.dumps([number(2.0), number(0.1 + 0.2), number(-0.0)]) == "[2, 0.3, 0]"


def test_three_thirds_are_one_and_each_is_rounded_only_where_it_is_shown():
    content = document_of([Record("t", "t", max_score=1 / 3, score=1 / 3)] * 3, 0)
    assert json.dumps(content["score"]) == "1" and [test["score"] for test in content["tests"]] == [0.333333] * 3
    assert total([Record("t", "t", max_score=2 / 7, score=1 / 7)] * 7) == (1, 2)


def test_a_score_that_is_not_finite_is_worth_nothing():
    assert [number(value) for value in (math.nan, math.inf, -math.inf)] == [0, 0, 0]


def test_keys_appear_where_they_apply_and_only_there():
    plain = item(Record("t", "name", status="passed"))
    assert sorted(plain) == ["extra_data", "name", "status"]
    full = item(Record("t", "n", number="1.2", max_score=2, score=1, reason="why", visibility="hidden", tags=("a",)))
    keys = {"name", "score", "max_score", "status", "tags", "output", "visibility", "number", "extra_data"}
    assert set(full) == keys
    assert (full["score"], full["max_score"], full["status"], full["tags"]) == (1, 2, "failed", ["a"])
    document = document_of([], 1.23456)
    assert "visibility" not in document and "output" not in document
    assert (document["execution_time"], document["tests"], document["leaderboard"]) == (1.235, [], [])


def test_a_long_output_keeps_its_head_and_tail():
    output = item(Record("t", "t", reason="head" + "x" * 3 * MAX_OUTPUT, printed="tail"))["output"]
    assert len(output) <= MAX_OUTPUT
    assert output.startswith("headxxx") and output.endswith("tail")
    assert "characters left out" in output


def test_text_that_grows_when_it_is_cleaned_stays_below_the_limit():
    for part in ("reason", "staff", "printed"):
        record = Record("t", "\x1b" * 1000, tags=("\x1b" * 1000,), **{part: "\x1b" * MAX_OUTPUT})
        validate(document_of([record], 0, output="\u202e" * MAX_OUTPUT))


def test_a_broken_test_tells_its_student_nothing_but_that():
    record = Record("t", "t", max_score=1, status="broken", reason="secret", staff="Traceback", hide_errors="hidden")
    shown = item(record)
    assert shown["output"] == NEUTRAL
    assert (shown["status"], shown["score"]) == ("failed", 0)
    assert shown["extra_data"]["staff"] == "Traceback"
    assert document_of([record], 0)["extra_data"]["needs_human"] is True


def test_hide_errors_replaces_the_reason_and_not_what_was_printed():
    assert Record("t", "t", reason="secret", hide_errors="hint", printed="p").output() == "hint\n\nPrinted:\np"
    assert Record("t", "t", status="passed", hide_errors="hint", printed="p\n").output() == "p"


def test_what_a_hidden_suite_prints_is_for_staff():
    shown = item(Record("t", "t", reason="why", printed="noise", show_output=False))
    assert shown["output"] == "why"
    assert shown["extra_data"]["printed"] == "noise"


def test_a_progress_bar_shows_its_last_state():
    assert Record("t", "t", printed="start\r\n 10%\r 50%\r100%\nend\n").output() == "start\n100%\nend"


def test_a_leaderboard_entry_is_an_item_only_with_points_or_when_broken():
    column = {"name": "speed", "value": 12.0, "order": "asc"}
    only, points = Record("a", "a", leaderboard=column), Record("b", "b", max_score=1, score=1, leaderboard=column)
    broken = Record("c", "c", status="broken", leaderboard={**column, "value": math.nan})
    document = document_of([only, points, broken], 0)
    assert [item["name"] for item in document["tests"]] == ["b", "c"]
    assert [entry["value"] for entry in document["leaderboard"]] == [12, 12, None]
    validate(document)


def test_a_result_of_many_tests_is_written_whole(tmp_path):
    records = [Record(f"t{i}", f"Test {i}", max_score=0.01, score=0.01, status="passed") for i in range(2000)]
    document = document_of(records, 0)
    write_file(document, tmp_path / "results.json")
    assert document["score"] == 20
    assert json.loads((tmp_path / "results.json").read_text()) == document


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"score": "1"}, "score"),
        ({"unknown": 1}, "the document"),
        ({"visibility": "secret"}, "visibility"),
        ({"output": "\x1b[31m"}, "output"),
        ({"output": "\u202e"}, "output"),
        ({"output": "x" * (MAX_OUTPUT + 1)}, "output"),
        ({"tests": [{"name": "t"}]}, "tests/0"),
        ({"tests": [{"name": "", "status": "passed"}]}, "tests/0/name"),
        ({"tests": [{"name": "t", "status": "broken"}]}, "tests/0/status"),
        ({"tests": [{"name": "t", "status": "passed", "score": 1}]}, "tests/0"),
        ({"leaderboard": [{"name": "x", "value": []}]}, "leaderboard/0/value"),
    ],
)
def test_the_schema_names_the_place_of_a_mistake(change, place):
    with pytest.raises(AutograderError, match=f"invalid at {place}:"):
        validate({**document_of([], 0), **change})


def test_the_file_is_its_owners_alone_and_no_other_is_left(tmp_path):
    path = tmp_path / "results.json"
    path.write_text("old")
    path.chmod(0o644)
    write_file(document_of([Record("t", "ü", status="passed")], 0), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["results.json"]
    assert path.read_bytes().isascii()


def test_the_file_stays_as_it_was_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    path.write_text("old")
    with pytest.raises(AutograderError):
        write_file({"tests": 3}, path)
    monkeypatch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(
        AutograderError, match=r"results.json was not written: .*; what stood in results.json before still does"
    ):
        write_file(document_of([], 0), path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["results.json"]


def test_no_character_that_is_printed_makes_the_result_invalid():
    every = "".join(map(chr, (*range(0x11000), *range(0xE0000, 0xE1000))))
    records = [
        Record("t", "t", max_score=1.0, reason=every[start : start + 5000], printed=every[start : start + 5000])
        for start in range(0, len(every), 5000)
    ]
    validate(document_of(records, 1.0))
