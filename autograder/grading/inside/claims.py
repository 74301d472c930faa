"""What a test that ran inside has come to, as text between the two sides.

The submission shares the process that writes it, so it may say anything: `read` takes exactly what `write` makes.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

from autograder.grading.phases import Phases
from autograder.grading.verdicts import Failure
from autograder.sandbox.wire import MAX_TEXT, WireError
from autograder.text import clean, shorten

MAX_FAILURES = 200  # subtests and phases of one test
MAX_WORDS = 20_000  # characters of one text
NOT_FINITE = "not a finite number"
PHASES = ("setup", "call", "teardown")
KEYS = {"failures", "skipped", "passed", "score", "column", "problem"}


@dataclass
class Claim:
    """What a test has come to, as its process says.

    Attributes:
        score: that the test has set; None if it has set none, NaN if it is no finite number.
        column: the value for the leaderboard.
        problem: why the test could not be run, for staff.
    """

    phases: Phases
    score: float | None = None
    column: float | str | None = None
    problem: str | None = None


def write(claim: Claim) -> str:
    """Return the claim as text of at most `MAX_TEXT` characters; its own texts are cut until that is so."""
    failures = claim.phases.failures[: MAX_FAILURES - 1] + claim.phases.failures[MAX_FAILURES - 1 :][-1:]
    room = MAX_WORDS
    while True:
        text = json.dumps(
            {
                "failures": [
                    [each.phase, cut(each.words, room), cut(each.staff, room), each.broken, cut(each.full, room)]
                    for each in failures
                ],
                "skipped": cut(claim.phases.skipped, room),
                "passed": claim.phases.passed,
                "score": NOT_FINITE if claim.score is not None and not math.isfinite(claim.score) else claim.score,
                "column": cut(claim.column, room) if isinstance(claim.column, str) else claim.column,
                "problem": cut(claim.problem, room),
            },
            ensure_ascii=False,
        )
        if len(text) < MAX_TEXT:
            return text
        room //= 2


def cut(text: str | None, length: int) -> str | None:
    return text and clean(shorten(text, max(length, 100)))


def read(text: Any) -> Claim:
    """Return the claim in a text.

    Raises:
        WireError: it is not as `write` makes it.
    """
    if type(text) is not str:
        raise WireError("the outcome of the test is no text")
    try:
        found = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise WireError("the outcome of the test cannot be read") from error
    if type(found) is not dict or set(found) != KEYS or type(found["failures"]) is not list:
        raise WireError("the outcome of the test is none that pytest gives")
    if len(found["failures"]) > MAX_FAILURES:
        raise WireError(f"the test claims to have failed more than {MAX_FAILURES} times")
    phases = Phases(
        failures=[failure_of(each) for each in found["failures"]],
        skipped=text_or_none(found["skipped"]),
        passed=of_type(bool, found["passed"]),
    )
    column = found["column"]
    return Claim(
        phases=phases,
        score=math.nan if found["score"] == NOT_FINITE else number_or_none(found["score"]),
        column=text_or_none(column) if type(column) is str else number_or_none(column),
        problem=text_or_none(found["problem"]),
    )


def refuse(constant: str) -> float:
    raise ValueError(constant)


def failure_of(parts: Any) -> Failure:
    if type(parts) is not list or len(parts) != 5 or parts[0] not in PHASES:
        raise WireError("the test claims to have failed in no way that pytest knows")
    texts = of_type(str, parts[1]), of_type(str, parts[2])
    return Failure(parts[0], *texts, of_type(bool, parts[3]), of_type(str, parts[4]))


def of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise WireError(f"the outcome of the test has a {type(value).__name__} where a {kind.__name__} belongs")
    return shorten(str(value), MAX_WORDS) if kind is str else value


def text_or_none(value: Any) -> str | None:
    return None if value is None else of_type(str, value)


def number_or_none(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float):
        raise WireError("the score of the test is no number")
    try:
        number = float(value)
    except OverflowError as error:
        raise WireError("the score of the test is no number") from error
    return number if math.isfinite(number) else math.nan  # 1e999


def out_of_range(claim: Claim, max_score: float | None, tolerance: float) -> str | None:
    """What staff read where the score is one that no test inside may give; None where it may.

    Args:
        max_score: the test's points; None without a weight.
    """
    most = max_score or 0.0
    score = claim.score
    if score is None or math.isnan(score) or -tolerance <= score <= most + tolerance:
        return None
    return (
        f"set_score has given {score:g} of {most:g} points. A test that runs inside cannot give more than its weight, or less "
        "than nothing: the submission could give itself any score. Raise the weight, or take the test out of inside"
    )
