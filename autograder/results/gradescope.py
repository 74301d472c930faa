"""Gradescope's results.json: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format

The document is complete, bounded and valid, and is written at once or not at all.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.errors import AutograderError
from autograder.files import write_atomically
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record, number, total
from autograder.results.schema import faults
from autograder.text import MAX_OUTPUT, block, harmless, line

MAX_PRINTED = 10_000  # characters for staff of what a test printed that its student does not see


def write(outcome: Outcome) -> str:
    """Return the text of results.json."""
    return text_of(document(outcome))


def document(outcome: Outcome) -> dict[str, Any]:
    """Return the content of results.json."""
    extra: dict[str, Any] = {"sandbox": outcome.level, "notes": outcome.notes}
    for name in ("variant", "submission_sha256", "layers", "version", "policies"):
        value = getattr(outcome, name)
        if value is not None:
            extra[name] = value
    if outcome.needs_human:
        extra["needs_human"] = True
    content = document_of([*outcome.items, *outcome.records], outcome.seconds, "\n".join(outcome.remarks), extra)
    return {**content, "score": number(outcome.score[0])}


def document_of(
    records: Sequence[Record], seconds: float, output: str = "", extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the content of results.json for these tests.

    Args:
        seconds: that grading took.
        output: text for the whole submission.
        extra: for staff: the sandbox's level, versions.
    """
    content: dict[str, Any] = {
        "score": number(total(records)[0]),
        "execution_time": rounded(seconds, 3),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
    }
    if output:
        content["output"] = block(output, MAX_OUTPUT)
    content["tests"] = [item(record) for record in records if record.is_item()]
    content["leaderboard"] = [entry(record) for record in records if record.leaderboard]
    content["extra_data"] = harmless(
        {
            "autograder": __version__,
            "needs_human": any(record.status == "broken" or record.needs_human for record in records),
            **(extra or {}),
        }
    )
    return content


def item(record: Record) -> dict[str, Any]:
    """The test as an element of `tests` in results.json."""
    item: dict[str, Any] = {"name": line(record.name) or line(record.nodeid) or "test"}
    if record.max_score is not None:
        item["score"] = number(record.score or 0.0)
        item["max_score"] = number(record.max_score)
    item["status"] = "passed" if record.status == "passed" else "failed"
    if record.tags:
        item["tags"] = [line(tag) for tag in record.tags]
    output = record.output()
    if output:
        item["output"] = output
    if record.visibility:
        item["visibility"] = record.visibility
    if record.number:
        item["number"] = line(record.number)
    item["extra_data"] = details(record)
    return item


def details(record: Record) -> dict[str, Any]:
    """What staff see besides."""
    extra: dict[str, Any] = {"id": record.nodeid, "seconds": rounded(record.seconds, 4), **record.usage}
    if record.staff:
        extra["staff"] = record.staff
    if record.full_reason:
        extra["reason"] = record.full_reason
    if record.named:
        extra["named"] = record.named.plain()
    if record.inside:
        extra["inside"] = True
    if record.killed_for:
        extra["killed_for"] = record.killed_for
    if record.status == "broken" or record.needs_human:
        extra["needs_human"] = True
    if record.printed and not record.show_output:
        extra["printed"] = block(record.printed, MAX_PRINTED)
    return harmless(extra)


def entry(record: Record) -> dict[str, Any]:
    """The test as an element of `leaderboard` in results.json."""
    column = record.leaderboard or {}
    value = column.get("value")
    if isinstance(value, str):
        value = line(value)
    elif value is not None:
        value = number(value) if math.isfinite(value) else None
    return {"name": line(str(column.get("name"))) or "value", "value": value, "order": column.get("order", "desc")}


def rounded(value: float, digits: int) -> float:
    """A time in seconds."""
    return round(value, digits) if math.isfinite(value) and value > 0 else 0.0


def validate(document: dict[str, Any]) -> None:
    """Check a document against the documented schema.

    Raises:
        AutograderError: it does not fit; the message names the place.
    """
    schema = json.loads(Path(__file__).with_name("results.schema.json").read_text(encoding="utf-8"))
    place, words = next(faults(document, schema, schema["$defs"]), ("", ""))
    if words:
        raise AutograderError(f"results.json would be invalid at {place or 'the document'}: {words[:500]}")


def text_of(document: dict[str, Any]) -> str:
    """Return a document as the text of results.json; AutograderError where it does not fit the schema."""
    validate(document)
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def write_file(document: dict[str, Any], path: Path) -> None:
    """Write a document as results.json; only its owner can read it. See `write_atomically`."""
    write_atomically(path, text_of(document).encode(), 0o600)
