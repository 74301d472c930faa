"""Policies: which submissions are graded, what is taken off, what students and staff read, and how the table is read."""

import json
import re
from dataclasses import fields
from decimal import Decimal

import pytest
from places import ROOT

from autograder.assignment import Policies, load, tomllib
from autograder.errors import AssignmentError, AutograderError
from autograder.gradescope.metadata import parse
from autograder.gradescope.policies import Judgement, judge, refusal
from autograder.results.gradescope import document_of, item, validate

PAGE = (ROOT / "docs/policies.md").read_text(encoding="utf-8")
REACHED, MAXIMUM = 80, 100
PER_DAY = {"late_percent_per_day": 10}


def at(day: int, clock: str, offset: str = "+01:00") -> str:
    return f"2026-11-{day:02}T{clock}{':00' if len(clock) == 5 else ''}{offset}"


DUE = at(12, "23:59")


def submission(created, due=DUE, late_due=None, users=({},), previous=(), **other):
    """The content of a submission_metadata.json. The users' fields are those that differ from the ordinary ones."""
    return {
        "id": 100,
        "created_at": created,
        "assignment": {"due_date": due, "late_due_date": late_due, "total_points": "120.0", "group_size": None},
        "users": [{"id": index, "name": f"user {index}", "sid": None, **user} for index, user in enumerate(users)],
        "previous_submissions": list(previous),
        **other,
    }


def own(due=DUE, **dates):
    """A user with dates of their own."""
    return {"assignment": {"due_date": due, **dates}}


def before(time, score=None, **other):
    """An entry of previous_submissions."""
    return {"submission_time": time, "score": score, "autograder_error": False, **other}


def told(judgement: Judgement) -> list[str]:
    """What students see: points, name and text of each item."""
    items = [item(record) for record in judgement.items]
    return [" ".join(filter(None, [str(item.get("score", "")), f"{item['name']}:", item["output"]])) for item in items]


NINE_DAYS = "9 days, 31 minutes"
ORDINARY = "12 Nov 2026, 23:59 +01:00"


def taken(days, points=None, due=ORDINARY, each="10 % of 100 points", after="", rest=""):
    """The item of a late submission."""
    started = f"{days} started {'day' if days == 1 else 'days'} at {each}{' each' if days > 1 else ''}{rest}"
    return f"{-10 * days if points is None else -points} Lateness: Handed in {after} after your due date ({due}): {started}."


LATENESS = [
    pytest.param(PER_DAY, submission(at(11, "12:00")), 80, [], id="in time"),
    pytest.param(PER_DAY, submission(DUE), 80, [], id="exactly at the due date"),
    pytest.param(PER_DAY, submission(at(12, "23:59:00.000001")), 70, [taken(1, after="1 second")], id="a microsecond late"),
    pytest.param(PER_DAY, submission(at(13, "23:59")), 70, [taken(1, after="1 day")], id="late by exactly a day"),
    pytest.param(
        PER_DAY, submission(at(13, "23:59:01")), 60, [taken(2, after="1 day, 1 second")], id="late by a day and a second"
    ),
    pytest.param(
        PER_DAY,
        submission(at(14, "02:59"), due=at(10, "23:59"), users=[own()]),
        60,
        [taken(2, due="12 Nov 2026, 23:59 +01:00, yours by extension", after="1 day, 3 hours")],
        id="an extension is used up",
    ),
    pytest.param(PER_DAY, submission(at(14, "02:59"), users=[own(at(14, "23:59"))]), 80, [], id="an extension is kept"),
    pytest.param(
        PER_DAY,
        submission(at(12, "12:00"), users=[own(at(11, "12:00"))]),
        70,
        [taken(1, due="11 Nov 2026, 12:00 +01:00, your own", after="1 day")],
        id="a user's own due date before the assignment's counts",
    ),
    pytest.param(
        PER_DAY,
        submission(at(13, "12:00"), users=[own()]),
        70,
        [taken(1, after="12 hours, 1 minute")],
        id="own date, nothing else",
    ),
    pytest.param(
        PER_DAY,
        submission(at(13, "12:00"), users=[{"assignment": None}]),
        70,
        [taken(1, after="12 hours, 1 minute")],
        id="own dates are null: the assignment's count",
    ),
    pytest.param(
        PER_DAY,
        submission(at(13, "12:00"), users=[]),
        70,
        [taken(1, after="12 hours, 1 minute")],
        id="without users the assignment's date counts",
    ),
    pytest.param(
        PER_DAY,
        submission(at(15, "12:00"), users=[own(), own(at(14, "23:59")), {}]),
        70,
        [taken(1, due="14 Nov 2026, 23:59 +01:00, the latest in your group", after="12 hours, 1 minute")],
        id="a group goes by its latest date and is not told whose it is",
    ),
    pytest.param(
        PER_DAY,
        submission(at(13, "12:00"), users=[own(), own()]),
        70,
        [taken(1, after="12 hours, 1 minute")],
        id="a group with one date",
    ),
    pytest.param(PER_DAY, submission(at(30, "12:00"), users=[own(), own(None)]), 80, [], id="one of a group has no due date"),
    pytest.param(PER_DAY, submission(at(30, "12:00"), due=None), 80, [], id="no due date: never late"),
    pytest.param(PER_DAY, {"id": 100, "users": []}, 80, [], id="no assignment and no due date: nothing else is missed"),
    pytest.param(PER_DAY, submission("2026-11-12T22:59:00Z"), 80, [], id="in time, in UTC"),
    pytest.param(
        PER_DAY, submission("2026-11-12T14:59:01-08:00"), 70, [taken(1, after="1 second")], id="late in another time zone"
    ),
    pytest.param(
        PER_DAY,
        submission("2026-10-25T23:59:00+01:00", due="2026-10-24T23:59:00+02:00"),
        60,
        [taken(2, due="24 Oct 2026, 23:59 +02:00", after="1 day, 1 hour")],
        id="clocks are set back: the same time the next day is 25 hours later",
    ),
    pytest.param(
        PER_DAY,
        submission("2026-03-29T23:59:00+02:00", due="2026-03-28T23:59:00+01:00"),
        70,
        [taken(1, due="28 Mar 2026, 23:59 +01:00", after="23 hours")],
        id="clocks are set forward: the same time the next day is 23 hours later",
    ),
    pytest.param(
        PER_DAY,
        submission("2026-11-13T00:00:00Z", due="2026-11-12T23:59:59Z"),
        70,
        [taken(1, due="12 Nov 2026, 23:59:59 UTC", after="1 second")],
        id="seconds of a due date are shown",
    ),
    pytest.param(
        {**PER_DAY, "grace_minutes": 15},
        submission(at(13, "00:14")),
        80,
        [
            "Lateness: Handed in 15 minutes after your due date (12 Nov 2026, 23:59 +01:00), within 15 minutes of grace: "
            "nothing is taken off."
        ],
        id="exactly at the end of the grace",
    ),
    pytest.param(
        {**PER_DAY, "grace_minutes": 15},
        submission(at(13, "00:14:00.001")),
        70,
        [
            "-10 Lateness: Handed in 15 minutes, 1 second after your due date (12 Nov 2026, 23:59 +01:00), with 15 minutes of "
            "grace: 1 started day at 10 % of 100 points."
        ],
        id="a millisecond after the grace",
    ),
    pytest.param(
        {**PER_DAY, "grace_minutes": 0.5},
        submission(at(13, "23:59:30")),
        70,
        [
            "-10 Lateness: Handed in 1 day, 30 seconds after your due date (12 Nov 2026, 23:59 +01:00), with 0.5 minutes of "
            "grace: 1 started day at 10 % of 100 points."
        ],
        id="the grace puts off the second day too",
    ),
    pytest.param(
        {"late_percent_per_hour": 0.1},
        submission(at(13, "02:00")),
        Decimal("79.7"),
        [
            "-0.3 Lateness: Handed in 2 hours, 1 minute after your due date (12 Nov 2026, 23:59 +01:00): 3 started hours at "
            "0.1 % of 100 points each."
        ],
        id="tenths of a percent per hour add up exactly",
    ),
    pytest.param(
        {"late_points_per_hour": 1},
        submission(at(13, "00:30")),
        79,
        ["-1 Lateness: Handed in 31 minutes after your due date (12 Nov 2026, 23:59 +01:00): 1 started hour at 1 point."],
        id="a point per hour",
    ),
    pytest.param(
        {"late_points_per_day": 2.5},
        submission(at(14, "00:30")),
        75,
        [taken(2, 5, each="2.5 points", after="1 day, 31 minutes")],
        id="points per day",
    ),
    pytest.param(
        {**PER_DAY, "late_percent_of": "reached"},
        submission(at(14, "00:30")),
        64,
        [taken(2, 16, each="10 % of the points reached", after="1 day, 31 minutes")],
        id="percent of the points reached",
    ),
    pytest.param(
        PER_DAY,
        submission(at(22, "00:30")),
        0,
        [taken(10, 80, after=NINE_DAYS, rest="; 100 points, of which 80 are taken off: the penalty takes no score below 0")],
        id="no score falls below 0",
    ),
    pytest.param(
        {**PER_DAY, "late_percent_of": "reached"},
        submission(at(30, "00:30")),
        0,
        [
            taken(
                18,
                80,
                each="10 % of the points reached",
                after="17 days, 31 minutes",
                rest="; 144 points, of which 80 are taken off: the penalty takes no score below 0",
            )
        ],
        id="more than everything reached cannot be taken",
    ),
    pytest.param(
        {**PER_DAY, "late_floor_points": -30},
        submission(at(22, "00:30")),
        -20,
        [taken(10, after=NINE_DAYS)],
        id="a score below 0 where the policy says so",
    ),
    pytest.param(
        {**PER_DAY, "late_floor_points": 50},
        submission(at(22, "00:30")),
        50,
        [taken(10, 30, after=NINE_DAYS, rest="; 100 points, of which 30 are taken off: the penalty takes no score below 50")],
        id="a floor of half the points",
    ),
    pytest.param(
        {**PER_DAY, "late_floor_points": 90},
        submission(at(13, "00:30")),
        80,
        [taken(1, 0, after="31 minutes", rest="; 10 points, of which 0 are taken off: the penalty takes no score below 90")],
        id="a floor above the score adds nothing",
    ),
    pytest.param(
        {"late_cutoff_hours": 48}, submission(at(14, "23:59")), 80, [], id="exactly at the cut-off, and no penalty before it"
    ),
]

NOTHING_BEFORE = "It is not graded. No score of an earlier submission is known, so this one shows 0 points."
STAYS = "It is not graded, and your score does not change."
BEST_STAYS = "It is not graded, and your best score does not change."
TWICE = {"max_submissions": 2}
COOLDOWN = {"cooldown_minutes": 10}


def cooldown(last="10:00", after="10:10"):
    return (
        f"Not graded: Handed in less than 10 minutes after your last graded submission (11 Nov 2026, {last} +01:00); "
        f"the next one is graded after 11 Nov 2026, {after} +01:00."
    )


def number_of(number, at_most):
    return f"Submission {number} of at most {at_most}: Submissions that failed through our fault do not count."


REFUSALS = [
    pytest.param(
        {"late_cutoff_hours": 48},
        submission(at(14, "23:59:01"), previous=[before(at(12, "10:00"), 64), before(at(14, "10:00"), 60)]),
        60,
        [
            f"Not graded: Handed in 2 days, 1 second after your due date ({ORDINARY}); "
            f"submissions later than 48 hours after it are not accepted. {STAYS}"
        ],
        id="after the cut-off",
    ),
    pytest.param(
        {"late_cutoff_hours": 0, "grace_minutes": 5},
        submission(at(13, "00:05")),
        0,
        [
            f"Not graded: Handed in 6 minutes after your due date ({ORDINARY}); "
            f"submissions later than it and 5 minutes of grace are not accepted. {NOTHING_BEFORE}"
        ],
        id="nothing late is taken, and nothing was handed in before",
    ),
    pytest.param(
        {"late_cutoff_hours": 0, "grace_minutes": 5},
        submission(at(13, "00:04")),
        80,
        [],
        id="within the grace",
    ),
    pytest.param(
        {"late_cutoff_hours": 24, "keep_best": True},
        submission(at(15, "12:00"), users=[own(at(14, "23:59"))]),
        80,
        [],
        id="a cut-off goes by the user's own date",
    ),
    pytest.param({"late_cutoff_hours": 0}, submission(at(30, "12:00"), due=None), 80, [], id="no due date, no cut-off"),
    pytest.param(
        {"refuse_after_late_due_date": True},
        submission(at(15, "00:00"), late_due=at(14, "23:59")),
        0,
        [
            f"Not graded: Handed in 1 minute after the late due date (14 Nov 2026, 23:59 +01:00); "
            f"submissions later than it are not accepted. {NOTHING_BEFORE}"
        ],
        id="after the late due date",
    ),
    pytest.param(
        {"refuse_after_late_due_date": True},
        submission(at(14, "23:59"), late_due=at(14, "23:59")),
        80,
        [],
        id="exactly at the late due date",
    ),
    pytest.param({"refuse_after_late_due_date": True}, submission(at(30, "12:00")), 80, [], id="no late due date"),
    pytest.param(
        {"refuse_after_late_due_date": True},
        submission(at(15, "12:00"), late_due=at(14, "23:59"), users=[{}, own(late_due_date=at(15, "23:59"))]),
        80,
        [],
        id="one of a group may hand in later",
    ),
    pytest.param(
        TWICE,
        submission(at(11, "12:00")),
        80,
        [number_of(1, 2)],
        id="the first of two submissions",
    ),
    pytest.param(
        TWICE,
        submission(at(11, "12:00"), previous=[before(at(11, "10:00"), 5)]),
        80,
        [number_of(2, 2)],
        id="the second of two submissions",
    ),
    pytest.param(
        TWICE,
        {**submission(at(11, "12:00")), "previous_submissions": None},
        80,
        [number_of(1, 2)],
        id="the list of previous submissions is null",
    ),
    pytest.param(
        TWICE,
        submission(at(11, "12:00"), previous=[before(at(11, "11:00"), 5), before(at(11, "10:00"), 60)]),
        5,
        [f"Not graded: 2 submissions at most, and you have used 2 before this one. {STAYS}"],
        id="the third of two submissions, listed in any order",
    ),
    pytest.param(
        TWICE,
        submission(at(11, "12:00"), previous=[before(at(11, "10:00"), 0, autograder_error=True), before(at(11, "11:00"), 5)]),
        80,
        [number_of(2, 2)],
        id="a submission that the autograder failed is not counted",
    ),
    pytest.param(
        TWICE,
        submission(at(11, "12:00"), previous=[before(at(11, clock), autograder_error=None) for clock in ("10:00", "11:00")]),
        0,
        [
            f"Not graded: 2 submissions at most, and you have used 2 before this one. {NOTHING_BEFORE} "
            "If you have one, activate the earlier submission in your submission history."
        ],
        id="no score of a previous submission is known",
    ),
    pytest.param(
        TWICE,
        submission(
            at(11, "12:00"),
            previous=[
                before(at(11, "10:00"), 5, id=98),
                before(at(11, "11:59"), 80, id=100),
                before(at(11, "13:00"), 81, id=101),
            ],
        ),
        80,
        [number_of(2, 2)],
        id="a rerun: the list holds the submission itself, with another time, and a later one",
    ),
    pytest.param(
        TWICE,
        submission(at(11, "12:00:00.123456"), previous=[before(at(11, "10:00"), 5), before(at(11, "12:00:00.123"), 80)]),
        80,
        [number_of(2, 2)],
        id="a rerun without ids, and a time with fewer digits",
    ),
    pytest.param(
        TWICE,
        submission(
            at(11, "12:00"),
            previous=[
                before(at(11, "10:00"), 5, id="98"),
                before(at(11, "10:00"), 6, id=98),
                before(at(11, "10:00"), None, id=98, autograder_error=True),
            ],
        ),
        80,
        [number_of(2, 2)],
        id="a previous submission that is listed three times counts once",
    ),
    pytest.param(
        {**TWICE, "keep_best": True},
        submission(at(11, "12:00"), previous=[before(at(11, "10:00"), "60.5"), before(at(11, "11:00"), 5)]),
        Decimal("60.5"),
        [f"Not graded: 2 submissions at most, and you have used 2 before this one. {BEST_STAYS}"],
        id="over the limit the best one stays",
    ),
    pytest.param(
        COOLDOWN,
        submission(at(11, "10:09:59.999"), previous=[before(at(11, "10:00"), 5)]),
        5,
        [f"{cooldown()} {STAYS}"],
        id="a millisecond before the end of the cool-down",
    ),
    pytest.param(
        COOLDOWN,
        submission(at(11, "10:10"), previous=[before(at(11, "10:00"), 5)]),
        80,
        [],
        id="exactly at the end of the cool-down",
    ),
    pytest.param(
        COOLDOWN,
        submission("2026-11-11T09:05:00Z", previous=[before(at(11, "10:00"), 5)]),
        5,
        [f"{cooldown()} {STAYS}"],
        id="a cool-down across time zones",
    ),
    pytest.param(
        COOLDOWN,
        submission(at(11, "10:05"), previous=[before(at(11, "10:00"), None, autograder_error="true")]),
        80,
        [],
        id="no cool-down after a fault of the autograder",
    ),
    pytest.param(
        COOLDOWN,
        submission(at(11, "10:12"), previous=[before(at(11, "10:00"), 5), before(at(11, "10:06"), 5)]),
        80,
        [],
        id="a submission within the cool-down does not begin another one",
    ),
    pytest.param(
        COOLDOWN,
        submission(at(11, "10:15"), previous=[before(at(11, clock), 9) for clock in ("10:00", "10:06", "10:12")]),
        9,
        [f"{cooldown('10:12', '10:22')} {STAYS}"],
        id="a submission after the cool-down begins another one",
    ),
    pytest.param(
        COOLDOWN,
        submission(at(11, "10:05"), previous=[before(at(11, "10:00"), 64), before(at(11, "10:01"), 0)]),
        64,
        [f"{cooldown()} {STAYS}"],
        id="the second was refused while the first was being graded; neither loses the first one's score",
    ),
    pytest.param(
        COOLDOWN,
        submission(at(11, "10:05"), previous=[before(at(11, "10:05"), 5, id=100)]),
        80,
        [],
        id="a rerun does not wait for itself",
    ),
    pytest.param(
        {**TWICE, **COOLDOWN},
        submission(at(11, "10:12"), previous=[before(at(11, "10:00"), 5), before(at(11, "10:06"), 5)]),
        80,
        [number_of(2, 2)],
        id="a submission within the cool-down does not count",
    ),
    pytest.param(
        {**PER_DAY, "late_cutoff_hours": 48, "max_submissions": 30},
        submission(at(13, "12:00"), previous=[before(at(12, "10:00"), 64)]),
        70,
        [
            taken(1, after="12 hours, 1 minute"),
            number_of(2, 30),
        ],
        id="late, before the cut-off, one of many",
    ),
]

KEEP_BEST = {"keep_best": True}
BEST = "Best submission: Your submission of 11 Nov 2026, 10:00 +01:00 has more points, after its own penalties, "
BEST += "so its score counts."
BEST_SCORES = [
    pytest.param(KEEP_BEST, submission(at(12, "12:00")), 80, [], id="nothing was handed in before"),
    pytest.param(
        KEEP_BEST,
        submission(at(12, "12:00"), previous=[before(at(11, "10:00"), 92.5), before(at(11, "11:00"), 60)]),
        Decimal("92.5"),
        [BEST],
        id="an earlier submission was better",
    ),
    pytest.param(
        KEEP_BEST, submission(at(12, "12:00"), previous=[before(at(11, "10:00"), 80)]), 80, [], id="as good as before"
    ),
    pytest.param(
        KEEP_BEST,
        submission(at(12, "12:00"), previous=[before(at(11, "10:00"), 100, autograder_error=True), before(at(11, "11:00"))]),
        80,
        [],
        id="a score that the autograder failed to give does not count",
    ),
    pytest.param(
        KEEP_BEST,
        submission(at(11, "12:00"), previous=[before(at(11, "12:00"), 90, id=100), before(at(11, "13:00"), 95, id=101)]),
        80,
        [],
        id="a rerun keeps neither its own score nor a later one",
    ),
    pytest.param(
        {**KEEP_BEST, **PER_DAY},
        submission(at(13, "12:00"), previous=[before(at(11, "10:00"), "75.0")]),
        75,
        [taken(1, after="12 hours, 1 minute"), BEST],
        id="late and better, but less so than what it costs",
    ),
    pytest.param(
        {**KEEP_BEST, **PER_DAY},
        submission(at(14, "12:00"), previous=[before(at(13, "10:00"), 55)]),
        60,
        [taken(2, after="1 day, 12 hours")],
        id="an earlier score is with what was taken off then",
    ),
    pytest.param({}, {}, 80, [], id="no policies ask for nothing"),
]


@pytest.mark.parametrize(("policies", "data", "score", "items"), [*LATENESS, *REFUSALS, *BEST_SCORES])
def test_policies(policies, data, score, items):
    judgement = judge(Policies(**policies), parse(json.loads(json.dumps(data))), REACHED, MAXIMUM)
    assert judgement.score == score
    assert told(judgement) == items
    refused = refusal(Policies(**policies), parse(data))
    assert refused == (None if judgement.allowed else judgement)
    assert judgement.allowed is not any(text.startswith("Not graded: ") for text in items)


def test_the_points_of_the_items_and_of_the_tests_add_up_to_the_score():
    judgement = judge(Policies(late_percent_per_hour=0.7), parse(submission(at(13, "03:30"))), 63.93, 97.1)
    assert Decimal(str(judgement.items[0].score)) + Decimal("63.93") == judgement.score == Decimal("61.2112")


def test_items_fit_into_results_json_and_are_visible_whatever_the_tests_are():
    policies = Policies(max_submissions=3, keep_best=True, late_points_per_day=3)
    data = submission(at(14, "12:00"), previous=[before(at(11, "10:00"), 90)])
    judgement = judge(policies, parse(data), REACHED, MAXIMUM)
    document = document_of(judgement.items, 0.0)
    validate(document)
    assert [item["visibility"] for item in document["tests"]] == ["visible"] * 3
    assert [item["status"] for item in document["tests"]] == ["failed", "passed", "passed"]
    assert (document["tests"][0]["score"], document["tests"][0]["max_score"]) == (-6, 0)
    assert document["score"] == -6


@pytest.mark.parametrize(
    ("policies", "data", "field"),
    [
        pytest.param(PER_DAY, submission(None), "created_at", id="when it was handed in"),
        pytest.param(KEEP_BEST, submission(None), "created_at", id="when it was handed in, with no due date to compare"),
        pytest.param(
            COOLDOWN,
            submission(DUE, previous=[before(at(11, "10:00")), before(None)]),
            "previous_submissions[1].submission_time",
            id="when the second previous one was handed in",
        ),
    ],
)
def test_what_the_policies_need_is_missed_by_name(policies, data, field):
    with pytest.raises(AutograderError) as caught:
        judge(Policies(**policies), parse(data, "FILE"), REACHED, MAXIMUM)
    assert str(caught.value) == f"FILE: {field} is missing, and [policies] of assignment.toml needs it"


def test_staff_read_what_students_do_not():
    data = submission(
        at(13, "12:00"),
        users=[own(None)],
        previous=[
            before(at(11, "09:00"), 99, autograder_error=True),
            before(at(11, "10:00"), 90),
            before(at(11, "10:05"), 90),
            before(at(11, "10:30")),
        ],
    )
    policies = Policies(late_percent_per_day=10, cooldown_minutes=10, keep_best=True)
    assert judge(policies, parse(data), 63.5, MAXIMUM).notes == (
        "no due date: never late",
        "the assignment has one, 12 Nov 2026, 23:59 +01:00, but in the metadata a user's due date is null",
        "earlier submissions that do not count because the autograder failed: 1",
        "earlier submissions that do not count because they were not graded: 1",
        "the score of the submission of 11 Nov 2026, 10:30 +01:00 is not known",
        "kept: 90 points of 11 Nov 2026, 10:00 +01:00; this submission has 63.5 points",
    )
    refused = refusal(Policies(max_submissions=1), parse(data))
    assert refused.notes[-3:] == (
        "not graded: 1 submission at most, and you have used 1 before this one.",
        "the score of 11 Nov 2026, 10:00 +01:00 is kept: 90 points",
        "Gradescope has made this submission the active one; activate an earlier one if people grade parts of it by hand",
    )


SMALL = """
title = "Small"
[submission]
files = ["modules.py"]
[[suites]]
path = "tests"
[policies]
"""


def test_the_table_is_read(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "assignment.toml").write_text(SMALL)
    assert load(tmp_path).policies == Policies()
    (tmp_path / "assignment.toml").write_text(
        SMALL + "max_submissions = 30\ncooldown_minutes = 2.5\nlate_points_per_day = 3\ngrace_minutes = 5\nkeep_best = true\n"
    )
    assert load(tmp_path).policies == Policies(30, 2.5, 5, late_points_per_day=3, keep_best=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_submission = 30", "policies.max_submission is not a key of assignment.toml"),
        ("max_submissions = 0", "policies.max_submissions is 0; it must be between 1 and 1e+09"),
        ("max_submissions = 2.5", "policies.max_submissions is 2.5; it must be of type int"),
        ("cooldown_minutes = -1", "policies.cooldown_minutes is -1; it must be between 0 and 527040"),
        ("late_percent_per_day = 150", "policies.late_percent_per_day is 150; it must be between 0 and 100"),
        ("late_points_per_hour = nan", "policies.late_points_per_hour is nan; it must be between 0 and 1e+09"),
        ('late_percent_per_day = "10%"', "policies.late_percent_per_day is '10%'; it must be of type int or float"),
        ("keep_best = 1", "policies.keep_best is 1; it must be of type bool"),
        (
            "late_percent_per_day = 10\nlate_points_per_day = 3",
            "policies.late_points_per_day and late_percent_per_day cannot be combined; keep one of them",
        ),
        (
            'late_percent_per_day = 10\nlate_percent_of = "all"',
            'policies.late_percent_of is "all"; it must be "maximum" or "reached"',
        ),
        (
            'late_points_per_day = 10\nlate_percent_of = "reached"',
            "policies.late_percent_of has no effect without late_percent_per_day or late_percent_per_hour; "
            "add one, or remove it",
        ),
        (
            "grace_minutes = 15",
            "policies.grace_minutes has no effect without late_percent_per_day or late_percent_per_hour or late_points_per_day "
            "or late_points_per_hour or late_cutoff_hours or refuse_after_late_due_date; add one, or remove it",
        ),
    ],
)
def test_mistakes_in_the_table_are_named(tmp_path, text, words):
    (tmp_path / "tests").mkdir()
    (tmp_path / "assignment.toml").write_text(SMALL + text)
    with pytest.raises(AssignmentError) as caught:
        load(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'assignment.toml'}: {words}"


def blocks(kind):
    """The blocks of code of that kind on the page about policies."""
    return [text for name, text in re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if name == kind]


def test_the_page_gives_the_default_of_every_key():
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \|", PAGE, re.MULTILINE)
    written = {name: json.loads(default[1:-1]) if default[0] == "`" else None for name, default in rows}
    assert written == {item.name: item.default for item in fields(Policies)}


def test_the_pages_worked_case_comes_out_as_it_says():
    policies = Policies(**tomllib.loads(blocks("toml")[0])["policies"])
    data = json.loads(blocks("json")[0])
    shown, notes, refused, missed = (text.split("\n") for text in blocks(""))
    judgement = judge(policies, parse(data), 88, MAXIMUM)
    assert as_on_the_page(judgement) == " ".join(" ".join(shown).split())
    assert list(judgement.notes) == notes[:-1]
    assert judgement.score == Decimal("71.5")
    late = refusal(policies, parse({**data, "created_at": at(16, "00:00")}))
    assert as_on_the_page(late) == " ".join(" ".join(refused).split())
    messages = []
    for broken in ({"created_at": None}, {"users": [own("soon")]}):
        with pytest.raises(AutograderError) as caught:
            refusal(policies, parse({**data, **broken}))
        messages.append(str(caught.value))
    assert messages == [" ".join(text.split()) for text in "\n".join(missed).strip().split("\n\n")]


def as_on_the_page(judgement):
    """Name, points and text of each item."""
    items = [item(record) for record in judgement.items]
    points = [f" ({item['score']} / {item['max_score']})" if "score" in item else "" for item in items]
    return " ".join(f"{item['name']}{shown} {item['output']}" for item, shown in zip(items, points, strict=True))
