"""A class of an assignment in a folder, graded by the command: `assignment/` and `submissions/` in it, `out/` comes to be."""

import json
from pathlib import Path

from programs import run_autograder as run

TIMES = ("seconds", "cpu_seconds", "peak_mb", "run_cpu_seconds", "run_peak_mb")


def grade_class(folder: Path, *options: object, out: str = "out") -> tuple[int, str, str]:
    return run("class", "submissions", "--assignment", "assignment", "--out", out, *options, cwd=folder)


def grade_alone(folder: Path, name: str) -> dict:
    """The result of one of the submissions, by `autograder grade`."""
    out = f"alone-{name}.json"
    run("grade", folder / "submissions" / name, "--assignment", "assignment", "--out", out, cwd=folder)
    return timeless(json.loads((folder / out).read_text()))


def documents(out: Path) -> dict[str, dict]:
    return {path.stem: json.loads(path.read_text()) for path in sorted((out / "results").glob("*.json"))}


def timeless(document: dict) -> dict:
    """A result without what was measured."""
    document["execution_time"] = 0
    for test in document["tests"]:
        for name in TIMES:
            test["extra_data"].pop(name, None)
    return document
