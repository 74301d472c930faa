"""What made-up students hand in, and how a platform's download has it."""

import ast
import csv
import io
import json
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.authoring.mistakes import Mistake
from autograder.demo.people import Student
from autograder.demo.variations import compiles, copied, vary


@dataclass
class Work:
    """What is handed in.

    Attributes:
        kind: whether it is right, or what is wrong.
        known: the known submissions in it.
        note: what is broken, whose work it is like, and whether two have handed in together.
    """

    kind: str
    known: Sequence[Mistake]
    files: dict[str, bytes]
    note: str = ""
    people: list[Student] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)


def broken(source: str, line: str, rng: random.Random) -> str:
    """Put a line before the last statement of some function."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    last = rng.choice(functions).body[-1]
    lines = source.splitlines(keepends=True)
    lines.insert(last.lineno - 1, " " * last.col_offset + line + "\n")
    return "".join(lines)


def varied(name: str, content: bytes, rng: random.Random) -> bytes:
    """A student's own variation of a file, which behaves the same."""
    source = content.decode()
    return vary(source, rng).encode() if name.endswith(".py") and compiles(source) else content


def hidden(name: str, content: bytes, rng: random.Random) -> bytes:
    """A file of another student, changed so that nobody sees at a glance where it is from."""
    source = content.decode()
    return copied(source, rng).encode() if name.endswith(".py") and compiles(source) else content


# Forms


def plain(works: Sequence[Work], folder: Path) -> None:
    """A folder for each student, named by the id; its time is that of handing in."""
    for work in works:
        for student in work.people:
            place = folder / student.id
            write(place, work.files)
            seconds = work.times[-1].timestamp()
            for path in (*place.rglob("*"), place):
                os.utime(path, (seconds, seconds))


def gradescope(works: Sequence[Work], folder: Path) -> None:
    """An export of submissions: a folder for each, and a file in YAML about all of them."""
    text = io.StringIO()
    for number, work in enumerate(works, 301_000_001):
        write(folder / f"submission_{number}", work.files)
        text.write(f"submission_{number}:\n  :submitters:\n")
        for student in work.people:
            text.write(f"  - :name: {json.dumps(student.name, ensure_ascii=False)}\n    :sid: '{student.id}'\n")
            text.write(f"    :email: {student.email}\n")
        text.write(
            f"  :created_at: {as_time(work.times[-1])}\n  :score: 0.0\n  :status: processed\n  :results:\n    tests: []\n"
        )
        text.write("  :history:\n" if len(work.times) > 1 else "  :history: []\n")
        for place, time in enumerate(work.times[:-1]):
            text.write(f"  - :id: {number - 1_000_000 * (place + 1)}\n    :created_at: {as_time(time)}\n    :score: 0.0\n")
    (folder / "submission_metadata.yml").write_text(f"---\n{text.getvalue()}", encoding="utf-8")


def as_time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}.000000000 Z"


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, name -> content, below a folder."""
    folder.mkdir(parents=True, exist_ok=True)  # also of a student who has none of the files
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
