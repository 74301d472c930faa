"""The [policies] of an assignment in a class: applied to what is graded already, for due dates do not change what tests say."""

from dataclasses import replace
from datetime import datetime

from autograder.assignment import LATE_RATES, Policies
from autograder.course.model import HandIn, Row
from autograder.errors import AutograderError
from autograder.gradescope import metadata
from autograder.gradescope.policies import judge
from autograder.gradescope.wording import plural, span, when
from autograder.grading.outcome import Outcome
from autograder.grading.records import total
from autograder.results.ungraded import SEE_ABOVE, ungraded

PREVIOUS = "previous_submissions"
EARLIER = ("max_submissions", "cooldown_minutes", "keep_best")  # policies that look at earlier hand-ins


def needs_due_date(policies: Policies) -> bool:
    """Whether nobody can apply the policies without a due date."""
    rated = any(getattr(policies, name) is not None for name in LATE_RATES)
    return rated or policies.late_cutoff_hours is not None or policies.refuse_after_late_due_date


def apply_policies(row: Row, due: datetime | None = None) -> None:
    """Say whether a row is late, and put what the policies take off into a copy of its outcome.

    For a group the latest due date of its members counts. A submission that the policies do not take has the result of one
    that was not run; what its tests gave is a note for staff. Policies about earlier hand-ins are left out, with a note, where
    the download does not say what these were. Where something else is not known that the policies need, nothing is taken off,
    and the row needs a human.

    Args:
        row: with the outcome as grading has left it.
        due: the due date of the class, with a time zone; None if there is none.
    """
    hand_in, outcome = row.hand_in, row.outcome
    if hand_in is None:
        return
    deadline = latest_due(hand_in, due)
    row.late = late_words(hand_in, deadline)
    if outcome is None or outcome.assignment.policies == Policies():
        return
    policies, left_out = known_policies(outcome.assignment.policies, hand_in)
    if left_out:
        outcome = row.outcome = replace(outcome, notes=[*outcome.notes, left_out])
    reason = unknown(policies, hand_in, deadline)
    if reason:
        row.outcome = unapplied(outcome, reason)
    elif hand_in.time is not None:
        try:
            row.outcome = judged(outcome, policies, metadata_of(hand_in, due))
        except AutograderError as error:
            row.outcome = unapplied(outcome, str(error))


def latest_due(hand_in: HandIn, due: datetime | None) -> datetime | None:
    """The due date that counts; None where somebody has none."""
    dates = [person.due or due for person in hand_in.people]
    known = [date for date in dates if date is not None]
    return max(known, default=None) if len(known) == len(dates) else None


def late_words(hand_in: HandIn, deadline: datetime | None) -> str:
    """How late a hand-in is; empty where it is in time or nobody knows."""
    if hand_in.time is not None and deadline is not None and hand_in.time > deadline:
        return f"{span(hand_in.time - deadline)} after the due date ({when(deadline)})"
    return "late, as the platform says" if hand_in.time is None and hand_in.late else ""


def about_earlier(policies: Policies) -> list[str]:
    """Those of the policies that look at earlier hand-ins, by name."""
    return [name for name in EARLIER if getattr(policies, name) != getattr(Policies(), name)]


def known_policies(policies: Policies, hand_in: HandIn) -> tuple[Policies, str]:
    """The policies that can be applied to a hand-in, and a note that says which are left out."""
    names = about_earlier(policies)
    if not names or PREVIOUS in hand_in.metadata:
        return policies, ""
    note = f"not applied: {', '.join(names)}; the download does not say what was handed in before"
    return replace(policies, **{name: getattr(Policies(), name) for name in names}), note


def unknown(policies: Policies, hand_in: HandIn, deadline: datetime | None) -> str:
    """What is not known that the policies need; empty where they can be applied."""
    history = about_earlier(policies)
    if not needs_due_date(policies) and not history:
        return ""
    if hand_in.time is None and (hand_in.late is not False or history):
        return (
            "the platform says that it is late, but not by how much" if hand_in.late else "the time of handing in is not known"
        )
    if hand_in.time is None or not needs_due_date(policies):
        return ""
    if deadline is None:
        return "the due date is not known"
    if policies.refuse_after_late_due_date and hand_in.time > deadline:
        return "it is late, and the late due date is not known (refuse_after_late_due_date)"
    return ""


def unapplied(outcome: Outcome, reason: str) -> Outcome:
    """The outcome of a row that a human has to look at, as `gradescope.policing` has it."""
    note = f"needs a human: the policies were not applied: {reason}"
    return replace(outcome, notes=[*(each for each in outcome.notes if each != note), note], needs_human=True)


def metadata_of(hand_in: HandIn, due: datetime | None) -> metadata.Metadata:
    """What Gradescope would say of a hand-in."""
    assert hand_in.time is not None  # for mypy
    users = [
        {"name": person.name, "email": person.email, "sid": person.id, "assignment": {"due_date": iso(person.due or due)}}
        for person in hand_in.people
    ]
    content = {**hand_in.metadata, "created_at": iso(hand_in.time), "users": users, "assignment": {"due_date": iso(due)}}
    return metadata.parse(content, hand_in.label)


def iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="microseconds")


def judged(outcome: Outcome, policies: Policies, data: metadata.Metadata) -> Outcome:
    """A copy of the outcome with what the policies say."""
    reached, possible = total(outcome.records)
    judgement = judge(policies, data, reached, possible)
    notes = list(judgement.notes)
    if judgement.allowed:
        applied = replace(outcome)
    else:
        applied = ungraded(outcome.assignment, outcome.records, SEE_ABOVE)
        applied.remarks, applied.notes = list(outcome.remarks), list(outcome.notes)
        applied.needs_human, applied.submission_sha256 = outcome.needs_human, outcome.submission_sha256
        notes.append(f"its tests gave {plural(reached, 'point')} of {plural(possible, 'point')}")
    applied.items, applied.counted, applied.policies = list(judgement.items), float(judgement.score), notes
    return applied
