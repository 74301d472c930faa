"""Hand-ins meet the roster, the one that counts is chosen, and each row of the class has a name of its own."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from downloads import HOSTILE

from autograder.course.choosing import Choice, choose, make_rows, row_ids
from autograder.course.joining import join
from autograder.course.model import HandIn, Person, Row
from autograder.errors import UsageError

NOON = datetime(2026, 11, 12, 12, tzinfo=timezone.utc)
ADA, BOB, EVE = Person("s1", "Ada Lovelace", "ada@x.edu", "A"), Person("s2", "Bob", "bob@x.edu"), Person("s3", "Eve")


def hand_in(*people, hours=None, label="", attempt=None):
    time = None if hours is None else NOON + timedelta(hours=hours)
    return HandIn((Path("x"),), people, label or "+".join(person.id for person in people), time, attempt)


def joined(roster, *people):
    """The ids of those who have handed in, each alone, when the roster is known."""
    return [each.people[0].id for each in join([hand_in(person) for person in people], roster).hand_ins]


# Joining


def test_an_id_is_found_in_any_capitals_and_an_e_mail_address_and_a_name_stand_in_for_it():
    people = [Person("S1"), Person("x", email="BOB@x.edu"), Person("eve", name="eve"), Person("ada@x.edu", email="ada@x.edu")]
    assert joined([ADA, BOB, EVE], *people) == ["s1", "s2", "s3", "s1"]


def test_who_is_in_no_roster_is_kept_and_told_and_who_is_absent_is_known():
    found = join([hand_in(Person("x9", "Max")), hand_in(Person("s2"))], [ADA, BOB, EVE])
    assert [each.people[0].id for each in found.hand_ins] == ["x9", "s2"]
    assert list(found.absent) == [ADA, EVE]
    assert found.notes == ["not in the roster, but graded: Max (x9)"]


def test_the_roster_has_the_last_word_and_the_download_fills_gaps():
    roster = [Person("s1", "Ada King", due=NOON)]
    (found,) = join([hand_in(Person("s1", "", "ada@x.edu", "B", accounts=(("canvas", "7"),)))], roster).hand_ins
    assert found.people == (Person("s1", "Ada King", "ada@x.edu", "B", NOON, (("canvas", "7"),)),)


def test_a_name_counts_where_it_is_that_of_one_person_only():
    two = [Person("s1", "Kim Lee"), Person("s2", "Kim Lee")]
    assert joined(two, Person("x", "Kim Lee")) == ["x"]
    assert joined(two[:1], Person("x", "Kim Lee"), Person("y", "Kim Lee")) == ["x", "y"]
    found = join([hand_in(Person("x", "KIM  lee"))], two[:1])
    assert found.hand_ins[0].people[0].id == "s1"
    assert found.notes == ["found in the roster by name alone: Kim Lee"]


@pytest.mark.parametrize("name", ["Zoe Müller", "Zoë Muller", "Z. Müller", "Müller Zo"])
def test_a_similar_name_is_no_match(name):
    assert joined([Person("s1", "Zoë Müller")], Person("x", name)) == ["x"]


def test_accents_may_be_encoded_in_two_ways():
    assert joined([Person("s1", "Zoë")], Person("x", "Zoe\u0308")) == ["s1"]


def test_what_canvas_makes_of_a_name_is_the_name():
    roster = [Person("s1", "Ada King-Noel de Lovelace"), Person("s2", "Zoë Müller")]
    canvas = [
        Person("7", "delovelaceadakingnoel", accounts=(("canvas", "7"),)),
        Person("8", "müllerzoë", accounts=(("canvas", "8"),)),
    ]
    assert joined(roster, *canvas) == ["s1", "s2"]


def test_an_id_of_the_platform_is_looked_up_among_those_of_the_platform_only():
    roster = [Person("4711", "Bob", accounts=(("canvas", "1"),)), Person("s1", "Ada", accounts=(("canvas", "4711"),))]
    assert joined(roster, Person("4711", accounts=(("canvas", "4711"),))) == ["s1"]
    assert joined(roster[:1], Person("4711", accounts=(("canvas", "4711"),))) == ["canvas-4711"]


def test_an_id_of_the_platform_that_is_by_chance_that_of_somebody_else_is_no_match():
    stranger = Person("4711", "lovelaceada", accounts=(("canvas", "4711"),))
    found = join([hand_in(stranger)], [Person("4711", "Bob")])
    assert [person.id for person in found.hand_ins[0].people] == ["canvas-4711"]
    assert [person.name for person in found.absent] == ["Bob"]


def test_a_login_may_name_a_folder():
    assert joined([Person("s1", "Ada", accounts=(("login", "ada99"),))], Person("Ada99", "Ada99")) == ["s1"]


def test_without_a_roster_all_stay_as_they_are():
    hand_ins = [hand_in(ADA)]
    assert join(hand_ins, []).hand_ins is hand_ins


# Choosing


def test_the_latest_counts_by_time_then_by_attempt():
    first, second = hand_in(ADA, hours=1), hand_in(ADA, hours=2)
    assert choose([second, first]) == [Choice(0, (ADA,), 1)]
    assert choose([hand_in(BOB, attempt=1), hand_in(BOB, attempt=2)]) == [Choice(1, (BOB,), 1)]
    same = [hand_in(ADA, hours=1, attempt=2), hand_in(ADA, hours=1, attempt=1)]
    assert choose(same) == [Choice(0, (ADA,), 1)]


@pytest.mark.parametrize("second", [{}, {"hours": 1}, {"attempt": 1}])
def test_several_without_an_order_are_an_error_that_names_all_such_students(second):
    hand_ins = [
        hand_in(ADA, label="ada"),
        hand_in(ADA, label="ada.zip", **second),
        hand_in(EVE, hours=1),
        hand_in(BOB),
        hand_in(BOB),
    ]
    words = "does not say which is the latest: Ada Lovelace (ada, ada.zip); Bob (s2, s2). Keep one of each"
    with pytest.raises(UsageError, match=re.escape(words)):
        choose(hand_ins)


def test_the_best_counts_and_of_equal_ones_the_latest():
    hand_ins = [hand_in(ADA, hours=1), hand_in(ADA, hours=3), hand_in(ADA, hours=2), hand_in(BOB), hand_in(BOB)]
    assert choose(hand_ins, "best", [5.0, 5.0, 4.0, None, 0.0]) == [Choice(1, (ADA,), 2), Choice(4, (BOB,), 1)]


def test_who_hands_in_alone_after_the_group_has_that_and_the_rest_has_that_of_the_group():
    group, alone = hand_in(ADA, BOB, hours=1), hand_in(ADA, hours=2)
    assert choose([group, alone]) == [Choice(0, (BOB,), 0), Choice(1, (ADA,), 1)]
    assert choose([alone, hand_in(ADA, BOB, hours=3)]) == [Choice(1, (ADA, BOB), 1)]


def test_a_way_that_is_none_is_named():
    with pytest.raises(UsageError, match=r"'first' is not a way to choose .*; use latest or best"):
        choose([], "first")


def test_rows_follow_the_roster_and_else_the_names():
    hand_ins = [hand_in(EVE), hand_in(BOB), hand_in(Person("x", "Aaron"))]
    rows = make_rows(hand_ins, choose(hand_ins), [ADA], [EVE, ADA, BOB])
    assert [(row.id, row.hand_in is None) for row in rows] == [("s3", False), ("s1", True), ("s2", False), ("x", False)]
    assert [row.names for row in make_rows(hand_ins, choose(hand_ins))] == ["Aaron", "Bob", "Eve"]


# Names of rows


def ids(*names):
    return row_ids([Row("", (Person(name),)) for name in names])


def test_a_safe_id_is_the_name_of_its_row():
    assert ids("s1", "ada@x.edu", "S123-4_5.x") == ["s1", "ada@x.edu", "S123-4_5.x"]
    assert row_ids([Row("", (ADA, BOB))]) == ["s1+s2"]


UNSAFE = (
    *HOSTILE,
    "../x",
    "/etc/passwd",
    "a/b",
    "C:\\x",
    "nul.txt",
    "COM1",
    ".hidden",
    "-rf",
    "x.",
    "",
    " ",
    "a b",
    "\ud800",
    "é",
    "é" * 300,
)


@pytest.mark.parametrize("name", UNSAFE, ids=ascii)
def test_any_other_id_becomes_a_safe_name_that_other_rows_do_not_change(name):
    (alone,) = ids(name)
    assert re.fullmatch(r"[A-Za-z0-9_@+][A-Za-z0-9_.@+-]{0,80}[A-Za-z0-9_@+]", alone)
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", alone)
    assert ids("s1", name, "zz")[1] == alone


def test_names_are_unique_in_any_capitals():
    names = ids("ada", "Ada", "bob", *UNSAFE, "con", "CON", "a_b", "bob")
    assert len({name.casefold() for name in names}) == len(names)
    assert sorted(ids("ada", "Ada", "x")) == sorted(ids("Ada", "x", "ada"))
