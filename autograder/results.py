"""Records of tests -> Gradescope's results.json: complete, bounded, valid, written at once or not at all."""

import json
import math
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from autograder import __version__
from autograder.errors import AutograderError
from autograder.standins.text import clean

MAX_OUTPUT = 100_000  # characters of one output; Gradescope cuts the middle out of longer ones
MAX_NAME = 300
SCORE_DIGITS = 6
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
TOLERANCE = 1e-9  # points; ten times 0.1 are 1
NEUTRAL = "This test could not be run because of a problem on our side. It is not your fault; the course staff can see why."

Status = Literal["passed", "failed", "broken"]


@dataclass
class Record:
    """One collected test.

    Attributes:
        nodeid: pytest's name of it.
        max_score: its points; None for a test without a weight, which is information only.
        score: points reached.
        status: passed, failed, or broken: a fault of the suite or of this tool, for which nobody loses sleep but staff.
        reason: why it failed, for the student.
        printed: what the submission and the suite printed.
        staff: traceback and other details for the course staff.
    """

    nodeid: str
    name: str
    suite: str = ""
    number: str | None = None
    max_score: float | None = None
    score: float | None = None
    status: Status = "failed"
    reason: str = ""
    printed: str = ""
    staff: str = ""
    visibility: str | None = None
    tags: tuple[str, ...] = ()
    hide_errors: str | None = None
    show_output: bool = True
    leaderboard: dict[str, Any] | None = None
    seconds: float = 0.0
    usage: dict[str, float] = field(default_factory=dict)

    def item(self) -> dict[str, Any]:
        """The test as an element of `tests` in results.json."""
        item: dict[str, Any] = {"name": shorten(clean(self.name), MAX_NAME)}
        if self.max_score is not None:
            item["score"] = number(self.score or 0.0)
            item["max_score"] = number(self.max_score)
        item["status"] = "passed" if self.status == "passed" else "failed"
        if self.tags:
            item["tags"] = [clean(str(tag)) for tag in self.tags]
        output = self.output()
        if output:
            item["output"] = output
        if self.visibility:
            item["visibility"] = self.visibility
        if self.number:
            item["number"] = self.number
        extra: dict[str, Any] = {"id": self.nodeid, "seconds": round(self.seconds, 4), **self.usage}
        if self.staff:
            extra["staff"] = shorten(clean(self.staff), MAX_OUTPUT)
        if self.status == "broken":
            extra["needs_human"] = True
        if self.printed and not self.show_output:
            extra["printed"] = shorten(clean(self.printed), MAX_OUTPUT // 10)
        item["extra_data"] = extra
        return item

    def output(self) -> str:
        """What the student reads: why it failed, then what the code printed."""
        parts = []
        if self.status == "broken":
            parts.append(NEUTRAL)
        elif self.status == "failed" and self.hide_errors:
            parts.append(self.hide_errors)
        elif self.reason:
            parts.append(self.reason)
        if self.printed.strip() and self.show_output:
            parts.append(f"Printed:\n{self.printed.rstrip()}" if parts else self.printed.rstrip())
        return shorten(clean("\n\n".join(parts)), MAX_OUTPUT)


def number(value: float) -> float | int:
    """A finite JSON number without the noise of binary fractions; whole numbers as integers."""
    value = round(float(value), SCORE_DIGITS)
    if not math.isfinite(value):
        raise AutograderError(f"a score is {value}")
    return int(value) if value == int(value) else value


def shorten(text: str, length: int) -> str:
    """The head and the tail of a text that is too long."""
    if len(text) <= length:
        return text
    note = f"\n[... {len(text) - length} characters left out ...]\n"
    half = (length - len(note) - 10) // 2
    return text[:half] + note + text[-half:]


def total(records: Sequence[Record]) -> tuple[float, float]:
    """(points reached, points possible), without the rounding errors of adding floats."""
    scores = [Fraction(str(number(record.score or 0.0))) for record in records if record.max_score is not None]
    maxima = [Fraction(str(number(record.max_score))) for record in records if record.max_score is not None]
    return float(sum(scores)), float(sum(maxima))


def results(
    records: Sequence[Record],
    seconds: float,
    output: str = "",
    visibility: str | None = None,
    stdout_visibility: str | None = None,
    extra: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The content of results.json.

    Args:
        seconds: that grading took.
        output: text for the whole submission.
        visibility, stdout_visibility: Gradescope's defaults for all tests; left out when None.
        extra: for staff: the sandbox's level, versions.
    """
    document: dict[str, Any] = {
        "score": number(total(records)[0]),
        "execution_time": round(seconds, 3),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
    }
    if output:
        document["output"] = shorten(clean(output), MAX_OUTPUT)
    if visibility:
        document["visibility"] = visibility
    if stdout_visibility:
        document["stdout_visibility"] = stdout_visibility
    document["tests"] = [record.item() for record in records if not record.leaderboard]
    document["leaderboard"] = [record.leaderboard for record in records if record.leaderboard]
    document["extra_data"] = {
        "autograder": __version__,
        "needs_human": any(record.status == "broken" for record in records),
        **(extra or {}),
    }
    return document


def validate(document: dict[str, Any]) -> None:
    """Check a document against the documented schema.

    Raises:
        AutograderError: it does not fit; the message names the place.
    """
    import jsonschema  # 60 ms, needed once and at the end

    schema = json.loads(Path(__file__).with_name("results.schema.json").read_text(encoding="utf-8"))
    error = next(jsonschema.Draft202012Validator(schema).iter_errors(document), None)
    if error is not None:
        place = "/".join(map(str, error.absolute_path)) or "the document"
        raise AutograderError(f"results.json would be invalid at {place}: {error.message[:500]}")


def write(document: dict[str, Any], path: Path) -> None:
    """Write a document so that the file is there complete, or as it was before; only its owner can read it."""
    validate(document)
    text = json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
