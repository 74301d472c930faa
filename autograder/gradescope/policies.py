"""Apply [policies] of assignment.toml to a submission: is it graded, how many points are taken off, and in which words.

Everything comes from Gradescope's metadata and nothing from the clock, so a rerun years later has the same result. The words
for students contain no scores, because these may come from tests that students do not see yet. Staff find the scores in the
notes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from autograder.assignment import LATE_RATES, Policies
from autograder.errors import AutograderError
from autograder.gradescope.metadata import Metadata, Previous
from autograder.gradescope.wording import decimal, plain, plural, span, when
from autograder.grading.records import SCORE_DIGITS, Record, Status

UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1)}  # that have passed, whatever the clocks were set to meanwhile
SAME_TIME = timedelta(seconds=1)  # within which an entry without an id is the submission itself


@dataclass(frozen=True)
class Judgement:
    """What the policies come to.

    Attributes:
        allowed: whether the tests run. Otherwise the score is the one that the student had before.
        items: for results.json, beside the tests; their scores are 0 or below.
        score: in points, with everything taken off.
        notes: for staff.
    """

    allowed: bool
    items: tuple[Record, ...]
    score: Decimal
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deadline:
    """The dates that count for a submission: the most favourable ones of those who hand in; None where nothing is ever late.

    Attributes:
        words: "your due date", with the date and whose it is.
        notes: for staff.
    """

    due: datetime | None
    late_due: datetime | None
    words: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """What was handed in before.

    Attributes:
        graded: when those were handed in that the policies let through, oldest first.
        scored: time and score of all whose score is known, oldest first.
        notes: for staff.
    """

    graded: tuple[datetime, ...]
    scored: tuple[tuple[datetime, Decimal], ...]
    notes: tuple[str, ...]


def refusal(policies: Policies, metadata: Metadata) -> Judgement | None:
    """Say, before any test runs, whether the submission is not graded at all; None if it is.

    Raises:
        AutograderError: the metadata lack what the policies need; the message names the field.
    """
    can_refuse = (
        policies.max_submissions is not None
        or policies.cooldown_minutes
        or policies.late_cutoff_hours is not None
        or policies.refuse_after_late_due_date
    )
    if not can_refuse:
        return None
    now, dates = handed_in(metadata), deadline(metadata)
    past = history(policies, metadata, dates, now)
    why = reason(policies, dates, now, past.graded)
    if why is None:
        return None
    before = score_before(policies, past)
    if before:
        score = before[1]
        text = f"{why} It is not graded, and your {'best ' if policies.keep_best else ''}score does not change."
        kept = f"the score of {when(before[0])} is kept: {plural(score, 'point')}"
    else:
        score = Decimal(0)
        text = f"{why} It is not graded. No score of an earlier submission is known, so this one shows 0 points."
        kept = "no earlier score is known, so it has 0 points"
        if past.graded:
            text += " If you have one, activate the earlier submission in your submission history."
    notes = (
        f"not graded: {why}",
        kept,
        "Gradescope has made this submission the active one; activate an earlier one if people grade parts of it by hand",
    )
    return Judgement(False, (item("Not graded", text, "failed"),), score, (*dates.notes, *past.notes, *notes))


def judge(policies: Policies, metadata: Metadata, reached: Decimal | float, maximum: Decimal | float) -> Judgement:
    """Apply the policies to a submission whose tests have run.

    Args:
        reached: points of all tests.
        maximum: that could be reached.

    Raises:
        AutograderError: the metadata lack what the policies need; the message names the field.
    """
    refused = refusal(policies, metadata)
    if refused:
        return refused
    score = decimal(reached)
    items: list[Record] = []
    notes: list[str] = []
    if any(getattr(policies, name) is not None for name in LATE_RATES):
        dates = deadline(metadata)
        notes += dates.notes
        if dates.due is not None:
            found = lateness(policies, dates, handed_in(metadata), score, decimal(maximum))
            if found:
                items.append(found[0])
                score -= found[1]
    if policies.max_submissions is not None or policies.keep_best:
        now = handed_in(metadata)
        past = history(policies, metadata, deadline(metadata), now)
        notes += past.notes
        if policies.max_submissions is not None:
            name = f"Submission {len(past.graded) + 1} of at most {policies.max_submissions}"
            items.append(item(name, "Submissions that failed through our fault do not count.", "passed"))
        best = score_before(policies, past) if policies.keep_best else None
        if best and best[1] > score:
            text = f"Your submission of {when(best[0])} has more points, after its own penalties, so its score counts."
            items.append(item("Best submission", text, "passed"))
            notes.append(f"kept: {plural(best[1], 'point')} of {when(best[0])}; this submission has {plural(score, 'point')}")
            score = best[1]
    return Judgement(True, tuple(items), score, tuple(notes))


def handed_in(metadata: Metadata) -> datetime:
    if metadata.created_at is None:
        raise missing(metadata, "created_at")
    return metadata.created_at


def missing(metadata: Metadata, field: str) -> AutograderError:
    return AutograderError(f"{metadata.source}: {field} is missing, and [policies] of assignment.toml needs it")


def deadline(metadata: Metadata) -> Deadline:
    """The latest dates of all users; without users those of the assignment."""
    general = metadata.assignment.dates
    each = [user.dates for user in metadata.users] or [general]
    due = latest([dates.due for dates in each])
    if due == general.due:
        whose = ""
    elif len(each) > 1:
        whose = ", the latest in your group"  # whose it is concerns nobody else
    else:
        whose = ", yours by extension" if due and general.due and due > general.due else ", your own"
    words = f"your due date ({when(due)}{whose})" if due else ""
    notes = []
    if due is None:
        notes.append("no due date: never late")
        if general.due is not None:
            notes.append(f"the assignment has one, {when(general.due)}, but in the metadata a user's due date is null")
    return Deadline(due, latest([dates.late_due for dates in each]), words, tuple(notes))


def latest(dates: Sequence[datetime | None]) -> datetime | None:
    """The most favourable of several dates; None is better than any."""
    known = [date for date in dates if date is not None]
    return max(known) if len(known) == len(dates) else None


def history(policies: Policies, metadata: Metadata, dates: Deadline, now: datetime) -> History:
    """What was handed in before, each submission once, without those that a fault of ours ended.

    On a rerun Gradescope may list the submission itself and later ones; they are left out. An earlier submission that was
    not graded, by the policies and dates of now, neither counts nor begins a cool-down.
    """
    earlier: dict[object, tuple[datetime, Previous]] = {}
    for index, entry in enumerate(metadata.previous):
        if entry.time is None:
            raise missing(metadata, f"previous_submissions[{index}].submission_time")
        itself = entry.id == metadata.id if entry.id and metadata.id else abs(entry.time - now) < SAME_TIME
        if itself or entry.time >= now:
            continue
        key = entry.id or entry.time
        if key not in earlier or not entry.autograder_error:
            earlier[key] = (entry.time, entry)
    failed = sum(entry.autograder_error for time, entry in earlier.values())
    valid = [(time, entry.score) for time, entry in earlier.values() if not entry.autograder_error]
    valid.sort(key=lambda it: it[0])
    graded: list[datetime] = []
    for time, _ in valid:
        if reason(policies, dates, time, graded) is None:
            graded.append(time)
    notes = []
    if failed:
        notes.append(f"earlier submissions that do not count because the autograder failed: {failed}")
    if len(valid) > len(graded):
        notes.append(f"earlier submissions that do not count because they were not graded: {len(valid) - len(graded)}")
    if valid and valid[-1][1] is None:
        notes.append(f"the score of the submission of {when(valid[-1][0])} is not known")
    scored = tuple((time, score) for time, score in valid if score is not None)
    return History(tuple(graded), scored, tuple(notes))


def score_before(policies: Policies, past: History) -> tuple[datetime, Decimal] | None:
    """Time and score of the earlier submission that counts: the best one, or the last one that was graded.

    One that was not graded has the score that was known then; that may be none yet of the submission a minute before it.
    """
    if policies.keep_best:
        return max(past.scored, key=lambda it: it[1], default=None)
    known = [it for it in past.scored if it[0] in past.graded] or past.scored
    return known[-1] if known else None


def reason(policies: Policies, dates: Deadline, time: datetime, graded: Sequence[datetime]) -> str | None:
    """Why a submission of that time is not graded, after those that were; None if it is."""
    grace = timedelta(minutes=policies.grace_minutes)
    and_grace = f" and {plural(policies.grace_minutes, 'minute')} of grace" if grace else ""
    if policies.late_cutoff_hours is not None and dates.due is not None:
        cutoff = timedelta(hours=policies.late_cutoff_hours)
        if time - dates.due > cutoff + grace:
            end = f"{plural(policies.late_cutoff_hours, 'hour')}{and_grace} after it" if cutoff else f"it{and_grace}"
            return f"Handed in {span(time - dates.due)} after {dates.words}; submissions later than {end} are not accepted."
    if policies.refuse_after_late_due_date and dates.late_due is not None and time - dates.late_due > grace:
        late = span(time - dates.late_due)
        end = f"submissions later than it{and_grace} are not accepted"
        return f"Handed in {late} after the late due date ({when(dates.late_due)}); {end}."
    if policies.max_submissions is not None and len(graded) >= policies.max_submissions:
        return f"{plural(policies.max_submissions, 'submission')} at most, and you have used {len(graded)} before this one."
    if policies.cooldown_minutes and graded and time - graded[-1] < timedelta(minutes=policies.cooldown_minutes):
        after = graded[-1] + timedelta(minutes=policies.cooldown_minutes)
        return (
            f"Handed in less than {plural(policies.cooldown_minutes, 'minute')} after your last graded submission "
            f"({when(graded[-1])}); the next one is graded after {when(after)}."
        )
    return None


def lateness(
    policies: Policies, dates: Deadline, time: datetime, reached: Decimal, maximum: Decimal
) -> tuple[Record, Decimal] | None:
    """The item of a late submission and the points it takes off; None if it is in time."""
    if dates.due is None or time <= dates.due:
        return None
    grace = timedelta(minutes=policies.grace_minutes)
    grace_words = f"{plural(policies.grace_minutes, 'minute')} of grace"
    text = f"Handed in {span(time - dates.due)} after {dates.words}"
    if time - dates.due <= grace:
        return item("Lateness", f"{text}, within {grace_words}: nothing is taken off.", "passed"), Decimal(0)
    rate = next(name for name in LATE_RATES if getattr(policies, name) is not None)
    amount = decimal(getattr(policies, rate))
    _, kind, _, unit = rate.split("_")
    started = -((dates.due + grace - time) // UNITS[unit])  # rounded up
    if kind == "points":
        each, full = plural(amount, "point"), amount
    elif policies.late_percent_of == "maximum":
        each, full = f"{plain(amount)} % of {plural(maximum, 'point')}", amount * maximum / 100
    else:
        each, full = f"{plain(amount)} % of the points reached", amount * max(reached, Decimal(0)) / 100
    full = round(started * full, SCORE_DIGITS)
    floor = decimal(policies.late_floor_points)
    taken = min(full, max(reached - floor, Decimal(0)))
    text += f", with {grace_words}" if grace else ""
    text += f": {started} started {unit}{'s' if started > 1 else ''} at {each}{' each' if started > 1 else ''}"
    if taken < full:
        text += (
            f"; {plural(full, 'point')}, of which {plain(taken)} are taken off: the penalty takes no score below {plain(floor)}"
        )
    return item("Lateness", f"{text}.", "failed" if full else "passed", taken), taken


def item(name: str, text: str, status: Status, taken: Decimal | None = None) -> Record:
    """An item of results.json; without points it is only information. Students see it, whatever they see of the tests."""
    score = None if taken is None else float(0 - taken)
    return Record(
        f"policy: {name}",
        name,
        "policies",
        score=score,
        max_score=None if taken is None else 0.0,
        status=status,
        reason=text,
        visibility="visible",
    )
