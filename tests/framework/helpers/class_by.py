"""A program that grades submissions by an engine: `python class_by.py KIND WHERE ASSIGNMENT SUBMISSION...`.

It prints "ready", and then a line of JSON for each answer as it comes, without what was measured; in the end the notes, or the
error. KIND is "pool" or one of `starting.cluster`.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from autograder.assignment import load
from autograder.course.cluster import starting
from autograder.course.jobs import Answer, Job, Taken, outcome_of, without_times
from autograder.course.pool import Pool
from autograder.errors import AutograderError
from autograder.results.gradescope import document


def main(kind: str, where: str, folder: str, *submissions: str) -> int:
    assignment = load(Path(folder))
    out = os.dup(1)  # suites print
    starting.CONNECT_SECONDS = int(os.environ.get("CONNECT_SECONDS", 30))
    patience = float(os.environ.get("PATIENCE_SECONDS", 30))
    slots = int(os.environ.get("SLOTS", 1))

    def tell(line: object) -> None:
        os.write(out, json.dumps(line).encode() + b"\n")

    def on_answer(answer: Answer) -> None:
        result = fault = None
        if answer.document and answer.document["records"]:
            taken = Taken.read(answer.document["taken"])
            outcome = outcome_of(assignment, taken, [answer.document], answer.document["variant"])
            result = {"taken": answer.document["taken"], **document(without_times(outcome))}
        elif answer.document:
            result = answer.document["taken"]
        else:
            fault = answer.fault
        tell({"submission": Path(answer.job.sources[0]).name, "result": result, "fault": fault})

    jobs = [Job(number, (path,)) for number, path in enumerate(submissions)]
    try:
        with contextlib.ExitStack() as context:
            if kind == "pool":
                engine = Pool(assignment, [], 2)
            else:
                how = {"slots": slots, "patience_seconds": patience}
                engine = context.enter_context(starting.cluster(kind, where, assignment, **how))
            tell("ready")
            engine.run(jobs, on_answer)
            tell({"notes": engine.notes})
    except AutograderError as error:
        tell({"error": f"{type(error).__name__}: {error}"})
    except KeyboardInterrupt:
        tell({"error": "interrupted"})
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
