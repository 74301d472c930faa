"""A program that grades the mistakes of an assignment: python grade_mistakes.py ASSIGNMENT OUT NAMES MODULE...

It loads the modules first. NAMES are of mistakes, separated by commas; "" for all. OUT becomes a JSON file: "told", name ->
faults and ids of the tests that have run, as they are returned; "done", the names as they are done.
"""

import json
import sys
from pathlib import Path

from grade_many import PROCESSES, nurseries_for


def main(assignment: str, out: str, names: str, *modules: str) -> None:
    nurseries = nurseries_for(modules)
    from autograder.assignment import load
    from autograder.audit.mistakes import graded

    done: list[str] = []
    found = graded(
        load(Path(assignment)),
        nurseries,
        PROCESSES,
        begin=lambda total: lambda one: done.append(one.mistake.name),
        names=[name for name in names.split(",") if name],
        note=lambda words: print(words, file=sys.__stderr__),
    )
    told = {one.mistake.name: {"faults": one.faults, "tests": [record.nodeid for record in one.records]} for one in found}
    Path(out).write_text(json.dumps({"told": told, "done": done}))


if __name__ == "__main__":
    main(*sys.argv[1:])
