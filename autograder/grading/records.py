"""Records of tests -> Gradescope's results.json: complete, bounded, valid, written at once or not at all."""

import contextlib
import json
import math
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from autograder import __version__
from autograder.errors import REMEDIES, AutograderError
from autograder.signals import held
from autograder.text import clean

MAX_OUTPUT = 100_000  # characters of one output; Gradescope cuts the middle out of longer ones
MAX_PRINTED = 10_000  # characters for staff of what a test printed that its student does not see
MAX_NAME = 300  # characters of a name, a number or a tag
MAX_POINTS = 1e9  # of one test; a larger number is a mistake, and sums of it would lose the decimals
MAX_INTEGER = 1 << 53  # larger ones do not survive a reader that knows floats only
MAX_DEPTH = 10
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
        hide_errors: replaces the reason.
        leaderboard: name, value and order of its column. Such a test is an item as well only if it has points.
        needs_human: it has a verdict, and yet something of ours went wrong.
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
    needs_human: bool = False
    seconds: float = 0.0
    usage: dict[str, float] = field(default_factory=dict)

    def is_item(self) -> bool:
        """Whether it stands in `tests`: all but what is for a leaderboard alone, and that when staff must look at it."""
        return not self.leaderboard or self.max_score is not None or self.status == "broken"

    def item(self) -> dict[str, Any]:
        """The test as an element of `tests` in results.json."""
        item: dict[str, Any] = {"name": line(self.name) or line(self.nodeid) or "test"}
        if self.max_score is not None:
            item["score"] = number(self.score or 0.0)
            item["max_score"] = number(self.max_score)
        item["status"] = "passed" if self.status == "passed" else "failed"
        if self.tags:
            item["tags"] = [line(tag) for tag in self.tags]
        output = self.output()
        if output:
            item["output"] = output
        if self.visibility:
            item["visibility"] = self.visibility
        if self.number:
            item["number"] = line(self.number)
        item["extra_data"] = self.extra()
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
        printed = as_painted(self.printed).rstrip()
        if printed and self.show_output:
            parts.append(f"Printed:\n{printed}" if parts else printed)
        return block("\n\n".join(parts), MAX_OUTPUT)

    def extra(self) -> dict[str, Any]:
        """What staff see besides."""
        extra: dict[str, Any] = {"id": self.nodeid, "seconds": rounded(self.seconds, 4), **self.usage}
        if self.staff:
            extra["staff"] = self.staff
        if self.status == "broken" or self.needs_human:
            extra["needs_human"] = True
        if self.printed and not self.show_output:
            extra["printed"] = block(self.printed, MAX_PRINTED)
        return harmless(extra)

    def entry(self) -> dict[str, Any]:
        """The test as an element of `leaderboard` in results.json."""
        column = self.leaderboard or {}
        value = column.get("value")
        if isinstance(value, str):
            value = line(value)
        elif value is not None:
            value = number(value) if math.isfinite(value) else None
        return {"name": line(str(column.get("name"))) or "value", "value": value, "order": column.get("order", "desc")}


def number(value: float) -> float | int:
    """A finite JSON number without the noise of binary fractions; whole numbers as integers.

    Scores are finite when they are recorded. Should one not be, it is worth nothing, and not the whole result.
    """
    value = float(value)
    value = round(min(max(value, -MAX_POINTS), MAX_POINTS), SCORE_DIGITS) if math.isfinite(value) else 0.0
    return int(value) if value == int(value) else value


def rounded(value: float, digits: int) -> float:
    """A time in seconds."""
    return round(value, digits) if math.isfinite(value) and value > 0 else 0.0


def line(text: str) -> str:
    """A name on one line, bounded and harmless."""
    return " ".join(block(text, MAX_NAME).split())


def as_painted(text: str) -> str:
    """What a terminal shows in the end of lines that were painted over, as progress bars do."""
    return "\n".join(part.rstrip("\r").rpartition("\r")[2] for part in text.split("\n"))


def block(text: str, length: int) -> str:
    """A text of several lines, bounded and harmless."""
    return shorten(clean(shorten(text, length)), length)  # first of all shortened: cleaning takes its time


def shorten(text: str, length: int) -> str:
    """The head and the tail of a text that is too long."""
    if len(text) <= length:
        return text
    note = f"\n[... {len(text) - length} characters left out ...]\n"
    half = (length - len(note) - 10) // 2
    return text[:half] + note + text[-half:]


def harmless(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Data for staff as JSON that every reader takes: clean and bounded text, finite numbers."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, dict) and depth:
        return {line(str(key)): harmless(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and depth:
        return [harmless(item, depth - 1) for item in value]
    return block(value if isinstance(value, str) else repr(value), MAX_OUTPUT)


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
        "execution_time": rounded(seconds, 3),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
    }
    if output:
        document["output"] = block(output, MAX_OUTPUT)
    if visibility:
        document["visibility"] = visibility
    if stdout_visibility:
        document["stdout_visibility"] = stdout_visibility
    document["tests"] = [record.item() for record in records if record.is_item()]
    document["leaderboard"] = [record.entry() for record in records if record.leaderboard]
    document["extra_data"] = harmless(
        {
            "autograder": __version__,
            "needs_human": any(record.status == "broken" or record.needs_human for record in records),
            **(extra or {}),
        }
    )
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


def text_of(document: dict[str, Any]) -> str:
    """Return a document as the text of results.json; AutograderError where it does not fit the schema."""
    validate(document)
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def write(document: dict[str, Any], path: Path) -> None:
    """Write a document as results.json; only its owner can read it. See `replace`."""
    replace(path, text_of(document), 0o600)


def replace(path: Path, text: str, mode: int = 0o666) -> None:
    """Write a text so that the file is there complete, or as it was before.

    Args:
        mode: of the file, less what the umask takes away.

    Raises:
        AutograderError: it cannot be written; the message says why and what to do.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")  # a pipe, /dev/stdout: not to be replaced by a file
        else:
            with held():
                write_beside(target, text, mode)
    except OSError as error:
        untouched = f"; what stood in {path.name} before still does" if path.is_file() else ""
        remedy = REMEDIES.get(error.errno or 0)
        raise AutograderError(
            f"{path} was not written: {error.strerror or error}{f'; {remedy}' if remedy else ''}{untouched}"
        ) from error


def write_beside(path: Path, text: str, mode: int) -> None:
    """Write a file of another name, then rename it."""
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
