"""PrairieLearn's results.json of an external grader: https://docs.prairielearn.com/externalGrading/#grading-results

Its student sees all of it in `<pl-external-grader-results>`: texts in a box of their own, HTML escaped.
"""

import json
from dataclasses import replace
from typing import Any

from autograder.errors import AutograderError
from autograder.grading.outcome import Outcome
from autograder.grading.parts import by_part
from autograder.grading.records import NEUTRAL, number
from autograder.results.excerpts import divide, printed, reason, title, within
from autograder.text import MAX_OUTPUT, block

MAX_BYTES = 1_000_000  # "this file should be limited to 1 MB"


def write(outcome: Outcome) -> str:
    return within(MAX_BYTES, lambda length: json.dumps(document(outcome, length), indent=1) + "\n", "PrairieLearn")


def document(outcome: Outcome, length: int) -> dict[str, Any]:
    """The content of results.json, with reasons and outputs of so many characters.

    What cannot be looked at is not gradable, nor is a result in which all tests with points are broken: it costs no attempt.

    Raises:
        AutograderError: no test has points, and a score is a share of them.
    """
    score, possible = outcome.score
    if not possible:
        raise AutograderError("no test has points, and a score for PrairieLearn is a share of the points; use @weight")
    if outcome.not_run and not outcome.items:
        return {"gradable": False, "format_errors": [block(outcome.not_run, MAX_OUTPUT)]}
    if all(record.status == "broken" for record in outcome.records if record.max_score):
        return {"gradable": False, "format_errors": [NEUTRAL]}
    shown, withheld = divide(outcome.records)
    tests = []
    items = [replace(item, score=0.0) for item in outcome.items]  # what they take off stands in the score
    for part, records in by_part(outcome.assignment, [*items, *shown]):
        for record in records:
            test = {
                "name": title(record),
                "description": part if outcome.assignment.parts else "",
                # A test that lacked points would hide those of all others. Of 0 possible ones, it is neither right nor wrong.
                "points": number(record.score or 0),
                "max_points": number(record.max_score or 0),
                "message": reason(record, length),
                "output": printed(record, length),
            }
            tests.append({key: value for key, value in test.items() if value != ""})
    if withheld.records:
        reached, all_points = map(number, withheld.points)
        tests.append({"name": withheld.words, "points": reached, "max_points": all_points})
    result = {"gradable": True, "score": min(1.0, max(0.0, score / possible)), "tests": tests}
    message = block("\n".join(outcome.remarks), MAX_OUTPUT)
    return {**result, "message": message} if message else result
