"""The values that GitHub Classroom's actions pass on. All of them are in the log, which the student can read.

A grader's step has an output `result`, which `classroom-resources/autograding-grading-reporter` gets as an environment
variable: base64 of a JSON object (`src/main.js` and `src/console-results.js` there, `src/main.js` of
`classroom-resources/autograding-io-grader`). The reporter ends with two notices, of which Classroom takes the points
(`src/notify-classroom.js`); without the reporter, a step that prints the notices does the same.

GitHub has ended Classroom and calls the reporter deprecated (its README); forks of it read the same forms.
"""

import base64
import json
from typing import Any

from autograder.grading.outcome import Outcome
from autograder.grading.records import number
from autograder.results.excerpts import divide, is_full, policy_items, reason, title, within
from autograder.results.gradescope import rounded

MAX_BYTES = 96_000  # 128 kB as base64: Linux starts no program with a longer environment variable (execve(2), MAX_ARG_STRLEN)
STATUS = {"passed": "pass", "failed": "fail", "broken": "error"}


def write_result(outcome: Outcome) -> str:
    """A line for the file $GITHUB_OUTPUT."""
    content = within(MAX_BYTES, lambda length: json.dumps(document(outcome, length), ensure_ascii=False), "GitHub Classroom")
    return f"result={base64.b64encode(content.encode()).decode()}\n"


def document(outcome: Outcome, length: int) -> dict[str, Any]:
    """What the reporter decodes, with reasons of so many characters."""
    shown, withheld = divide(outcome.records)
    tests = [
        test(
            title(record),
            STATUS[record.status],
            record.score or 0.0,
            # Of an error, the reporter prints nothing but the message.
            f"{title(record)}: {reason(record, length)}" if record.status == "broken" else reason(record, length),
            record.seconds,
        )
        for record in [*policy_items(outcome), *shown]
    ]
    if withheld.records:
        score, possible = withheld.points
        tests.append(test(withheld.words, "pass" if is_full(score, possible) else "fail", score))
    found = {entry["status"] for entry in tests}
    status = next((status for status in ("error", "fail") if status in found), "pass")
    return {"version": 1, "status": status, "max_score": number(outcome.score[1]), "tests": tests}


def test(name: str, status: str, score: float, message: str = "", seconds: float = 0.0) -> dict[str, Any]:
    """An element of `tests`. Where it stands and its code are the suite's business: the reporter would print them."""
    return {
        "name": name,
        "status": status,
        "score": number(score),
        "message": message or None,
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": rounded(seconds, 3),
    }


def write_notices(outcome: Outcome) -> str:
    """Two lines for the standard output of a step: workflow commands that leave the points where Classroom looks for them."""
    score, possible = map(number, outcome.score)
    report = json.dumps({"totalPoints": score, "maxPoints": possible}, separators=(",", ":"))
    return f"::notice title=Autograding complete::Points {score}/{possible}\n::notice title=Autograding report::{report}\n"
