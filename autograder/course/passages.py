"""The lines of a submission that a failure is about, and those of the skeleton that they replace."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from autograder.course.failures import MAX_MESSAGE
from autograder.course.findings import Excerpt
from autograder.course.regions import extents, lines_of
from autograder.grading.records import Record

MAX_LINES = 40  # of all excerpts of one side together
MAX_FUNCTIONS = 3
NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
FRAME = re.compile(r'^ *File "([^"\n]{1,200})", line (\d{1,9})', re.MULTILINE)

Place = tuple[str, str]  # the file, and the function's name with its class's
Functions = dict[Place, Excerpt]


def passages(
    files: Mapping[str, str], skeleton: Mapping[str, str], records: Sequence[Record]
) -> tuple[list[Excerpt], list[Excerpt]]:
    """Return the functions that failed tests are about, as they are in a submission and as they are in the skeleton.

    Such a function is one in which the submission's traceback ends, or that the message or the title of a test names, such as
    "LinearModule.backward"; a class stands for all its functions. Where none is found, all functions that the submission has
    changed are shown, and where there are none, files. Of each side, MAX_LINES are shown at most.
    """
    functions, handed_out = functions_in(files), functions_in(skeleton)
    changed = [place for place in functions if place not in handed_out or functions[place].text != handed_out[place].text]
    wanted = [place for place in most_named(records, functions) if place in changed][:MAX_FUNCTIONS] or changed
    if not wanted:
        return cut(differing(files, skeleton)), cut(differing(skeleton, files))
    return cut([functions[place] for place in wanted]), cut([handed_out[place] for place in wanted if place in handed_out])


def functions_in(files: Mapping[str, str]) -> Functions:
    found = {}
    for name in sorted(files):
        if name.endswith(".py"):
            lines = lines_of(files[name])
            for owner, (first, last) in extents(files[name]).items():
                found[name, owner] = Excerpt(name, first, "\n".join(lines[first - 1 : last]))
    return found


def most_named(records: Sequence[Record], functions: Functions) -> list[Place]:
    """The functions that most of the failed tests are about, those first."""
    found: Counter[Place] = Counter()
    for record in records:
        found.update(raised_in(record, functions) or named_by(record, functions))
    order = {place: number for number, place in enumerate(functions)}
    return sorted(found, key=lambda place: (-found[place], order[place]))


def raised_in(record: Record, functions: Functions) -> list[Place]:
    """The function in which the submission's traceback ends."""
    frames = [(file, int(line)) for file, line in FRAME.findall(record.reason)]
    return [
        place
        for file, line in frames[-1:]
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
