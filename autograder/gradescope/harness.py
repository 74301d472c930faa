"""What Gradescope does with the result of `run_autograder` before anybody sees it.

Its own program for that is not public; this follows the copy of version 0.15.0 that saligrama/securescope found in an image
in 2023, and the documentation, https://gradescope-autograders.readthedocs.io/en/latest/specs/.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.gradescope.supervisor import Completed
from autograder.results.gradescope import validate
from autograder.text import MAX_OUTPUT, line, shorten

TIMED_OUT = "The autograder took longer than its time limit, and was stopped. The score is 0."
NOT_JSON = "The autograder's results.json is not valid JSON. The score is 0; course staff see the file."


@dataclass(frozen=True)
class Stored:
    """What the platform keeps.

    Attributes:
        document: of results.json; None where there was none, which the platform calls a failure of the autograder.
        stdout: what `run_autograder` has printed.
        error: "timeout", "missing", "invalid_json" or "no_score"; empty where a valid result came out.
        remarks: for instructors: what was changed, and what is not as it should be.
    """

    document: dict[str, Any] | None
    stdout: str
    error: str = ""
    remarks: tuple[str, ...] = ()


def stored(folder: Path, run: Completed, seconds: float) -> Stored:
    """Return what is kept of a run.

    Args:
        folder: results/, with results.json and stdout.
        seconds: the time limit.
    """
    remarks: list[str] = []
    printed = read(folder / "stdout")
    if run.status:
        remarks.append(f"run_autograder ended with status {run.status}, which alone has no effect")
    if run.status is None:
        remarks.append(
            f"the time limit of {seconds:g} s was reached: whatever results.json had by then is replaced by 0 points"
        )
        return Stored({"score": 0, "output": TIMED_OUT}, cut(printed, "stdout", remarks), "timeout", tuple(remarks))
    if not (folder / "results.json").is_file():
        remarks.append("run_autograder has left no results/results.json: the platform calls this a failure of the autograder")
        return Stored(None, cut(printed, "stdout", remarks), "missing", tuple(remarks))
    text, odd = read(folder / "results.json"), set[str]()
    try:
        document, problem = json.loads(text, parse_constant=odd.add), ""
    except (ValueError, RecursionError) as error:
        document, problem = None, str(error)
    if not isinstance(document, dict):
        problem = problem or f"it is a {type(document).__name__}, not an object"
        remarks.append(f"results.json cannot be read: {problem}; it stands at the end of stdout")
        printed = cut(f"{printed}\n{text}", "stdout", remarks)
        return Stored({"score": 0, "output": NOT_JSON}, printed, "invalid_json", tuple(remarks))
    if odd:
        remarks.append(
            f"results.json contains {', '.join(sorted(odd))}, which is not JSON; what the platform does with it is not known"
        )
    tests = document.get("tests")
    items = [item for item in tests if isinstance(item, dict)] if isinstance(tests, list) else []
    document = {**document, "tests": [shortened(item, str(item.get("name")), remarks) for item in items]}
    document = shortened(document, "results.json", remarks)
    fault = ""
    if document.get("score") is None and not any("score" in item for item in items):
        remarks.append(
            "results.json has neither a score nor a test with one: the platform calls this a failure of the autograder"
        )
        fault = "no_score"
    else:
        remarks += undocumented(document)
    return Stored(document, cut(printed, "stdout", remarks), fault, tuple(remarks))


def read(path: Path) -> str:
    """The text of a file as the platform reads it; empty where there is none."""
    return path.read_text(encoding="utf-8", errors="replace").replace("\0", "\ufffd") if path.is_file() else ""


def cut(text: str, what: str, remarks: list[str]) -> str:
    """A text without its middle if it is longer than the platform keeps."""
    if len(text) > MAX_OUTPUT:
        remarks.append(f"{what} has {len(text):,} characters; {MAX_OUTPUT:,} are kept, without the middle")
    return shorten(text, MAX_OUTPUT)


def shortened(item: dict[str, Any], what: str, remarks: list[str]) -> dict[str, Any]:
    if not isinstance(item.get("output"), str):
        return item
    return {**item, "output": cut(item["output"], f"the output of {line(what)}", remarks)}


def undocumented(document: dict[str, Any]) -> list[str]:
    try:
        validate(document)
    except AutograderError as error:
        return [f"{error} (by the documentation; what the platform makes of it is not known)"]
    return []
