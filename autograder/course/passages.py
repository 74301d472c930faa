"""The lines of a submission that a failure is about, and those of the skeleton that they replace."""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from autograder.course.findings import Excerpt
from autograder.course.regions import extents, lines_of
from autograder.grading.mistakes.messages import MAX_MESSAGE
from autograder.grading.records import Record

MAX_LINES = 40  # of all excerpts of one side together
MAX_FUNCTIONS = 3
AROUND = 3  # lines above and below one that is in no function
NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
LOCATION = re.compile(r"([\w./-]{1,200}\.py)\"?(?:, line |:)(\d{1,9})")  # of a traceback, and of a message about a file
IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([\w.]+)", re.MULTILINE)

Place = tuple[str, str]  # the file, and the function's name with its class's
Functions = dict[Place, Excerpt]


def passages(
    files: Mapping[str, str], skeleton: Mapping[str, str], records: Sequence[Record]
) -> tuple[list[Excerpt], list[Excerpt]]:
    """Return the functions that failed tests are about, as they are in a submission and as they are in the skeleton.

    Such a function has the line that the traceback or the message gives, or the message or the title of a test names it, such
    as "LinearModule.backward"; a class stands for all its functions. Those of the first tests are shown, and what they call.
    Where none is found, all functions that the submission has changed are shown, and where there are none, files. Of each
    side, MAX_LINES are shown at most.
    """
    skeleton = {name: text for name, text in skeleton.items() if name in files}
    functions, handed_out = functions_in(files), functions_in(skeleton)
    functions |= lines_outside(records, files, functions)
    changed = {
        place: excerpt
        for place, excerpt in functions.items()
        if place not in handed_out or excerpt.text != handed_out[place].text
    }
    found = dict.fromkeys(place for record in records for place in located(record, changed) or named_by(record, changed))
    wanted = list(found)[:MAX_FUNCTIONS]
    wanted += called(wanted, changed) if wanted else list(changed)
    if not wanted:
        return cut(differing(files, skeleton)), cut(differing(skeleton, files))
    return cut([changed[place] for place in wanted]), cut([handed_out[place] for place in wanted if place in handed_out])


def functions_in(files: Mapping[str, str]) -> Functions:
    found = {}
    for name in sorted(files):
        if name.endswith(".py"):
            lines = lines_of(files[name])
            for owner, (first, last) in extents(files[name]).items():
                found[name, owner] = Excerpt(name, first, "\n".join(lines[first - 1 : last]))
    return found


def lines_outside(records: Sequence[Record], files: Mapping[str, str], functions: Functions) -> Functions:
    """The lines of messages and tracebacks that are in no function, such as those that do not compile, with some around."""
    found = {}
    for record in records:
        for file, line in location(record):
            if file in files and not located(record, functions):
                first = max(line - AROUND, 1)
                lines = lines_of(files[file])[first - 1 : line + AROUND]
                found[file, f"line {line}"] = Excerpt(file, first, "\n".join(lines))
    return found


def location(record: Record) -> list[tuple[str, int]]:
    """The last file and line that the reason gives: in a traceback, where the exception was raised."""
    return [(file, int(line)) for file, line in LOCATION.findall(record.reason[:MAX_MESSAGE])[-1:]]


def located(record: Record, functions: Functions) -> list[Place]:
    """The function that has this line."""
    return [
        place
        for file, line in location(record)
        for place, excerpt in functions.items()
        if excerpt.file == file and 0 <= line - excerpt.first <= excerpt.text.count("\n")
    ]


def named_by(record: Record, functions: Functions) -> list[Place]:
    """The functions that the message or the title names in full, or those of a class in the title, or of the test's name."""
    words = set(NAME.findall(record.name))
    methods = {word for word in NAME.findall((record.full_reason or record.reason)[:MAX_MESSAGE]) if "." in word}
    test = record.nodeid.rpartition("::")[2].partition("[")[0].lower()
    ways: tuple[Callable[[str], bool], ...] = (
        lambda owner: owner in methods,
        lambda owner: owner in words,
        lambda owner: owner.rpartition(".")[0] in words,
        lambda owner: is_in(owner.lower(), test),
    )
    found = ([place for place in functions if way(place[1])] for way in ways)
    return next(filter(None, found), [])


def called(places: Sequence[Place], functions: Functions) -> list[Place]:
    """Other functions of the same file and class, or of no class, that these call."""
    found = []
    for file, owner in functions:
        around, _, name = owner.rpartition(".")
        near = [place for place in places if place[0] == file and around in ("", place[1].rpartition(".")[0])]
        bodies = (functions[place].text.partition("\n")[2] for place in near)
        if (file, owner) not in places and any(re.search(rf"\b{re.escape(name)}\(", body) for body in bodies):
            found.append((file, owner))
    return found


def imported_by(records: Sequence[Record], folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Return those of a submission's files that the tests import, as far as their own text says; all where it says nothing.

    Args:
        folder: of the assignment; the ids of tests begin there.
    """
    names = set()
    for suite in sorted({record.nodeid.partition("::")[0] for record in records}):
        with contextlib.suppress(OSError, ValueError):
            names |= {f"{name.replace('.', '/')}.py" for name in IMPORT.findall((folder / suite).read_text(encoding="utf-8"))}
    return {name: text for name, text in files.items() if name in names} or dict(files)


def is_in(owner: str, test: str) -> bool:
    """Whether a test's name has the function's name, and a part of its class's: linearmodule.forward, test_linear_forward."""
    around, _, function = owner.rpartition(".")
    parts = [part for part in test.split("_") if len(part) > 2]
    return f"_{function.strip('_')}_" in f"_{test}_" and (not around or any(part in around for part in parts))


def differing(files: Mapping[str, str], others: Mapping[str, str]) -> list[Excerpt]:
    """What the files have from the first line on that is not the others'."""
    shown = []
    for name in sorted(files):
        lines, theirs = lines_of(files[name]), lines_of(others.get(name, ""))
        same = next((i for i, (a, b) in enumerate(zip(lines, theirs, strict=False)) if a != b), min(len(lines), len(theirs)))
        shown += [Excerpt(name, same + 1, "\n".join(lines[same:]))] if lines[same:] else []
    return shown


def cut(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """The excerpts by file and line, of which the last are shorter or left out where there would be too many lines."""
    room, shown = MAX_LINES, []
    for excerpt in excerpts:
        lines = excerpt.text.split("\n")[:room]
        room -= len(lines)
        shown += [Excerpt(excerpt.file, excerpt.first, "\n".join(lines))] if lines else []
    return sorted(shown, key=lambda excerpt: (excerpt.file, excerpt.first))
