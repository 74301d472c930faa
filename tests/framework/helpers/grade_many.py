"""A program that grades many submissions as `autograder class` does: in forks of one session, with fork servers by rungs.

    python grade_many.py ASSIGNMENT JOBS OUT

JOBS is a JSON file, a list of `course.jobs.Job`; OUT is a folder in which each answer appears as NUMBER.json.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox.forked import Nursery
from autograder.sandbox.ladder import rungs
from autograder.sandbox.preloading import preload, settle

PROCESSES = 2


def nurseries_for(modules: Sequence[str]) -> list[Nursery]:
    """Load modules, with a nursery for each rung. Nothing is to be known in this process before."""
    nurseries = []
    for step in rungs(modules):
        preload(step)
        settle()
        nurseries.append(Nursery())
    return nurseries


def main(assignment: str, jobs: str, out: str) -> None:
    wanted = json.loads(Path(jobs).read_text())
    nurseries = nurseries_for(wanted["preload"])
    from autograder.assignment import load
    from autograder.course.jobs import Answer, Job
    from autograder.course.pool import Pool
    from autograder.grading.carried import uncarried

    def on_answer(answer: Answer) -> None:
        path = Path(out, f"{answer.job.number}.json")
        path.with_suffix(".new").write_text(json.dumps({"document": answer.document, "fault": answer.fault}))
        os.replace(path.with_suffix(".new"), path)

    asked = [Job(one["number"], tuple(one["sources"]), only=tuple(one["only"])) for one in wanted["jobs"]]
    Pool(uncarried(load(Path(assignment))), nurseries, PROCESSES, note=lambda words: print(words, file=sys.__stderr__)).run(
        asked, on_answer
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
