"""`autograder job`: one job of a class, for engines that have it done by a program. Nobody types this."""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from autograder.commands.arguments import add_assignment
from autograder.errors import SubmissionError


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("job")  # without help it is not listed
    command.add_argument("--sandbox", choices=("strict", "auto"), default="auto")
    add_assignment(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.commands.grade import protect
    from autograder.course import program
    from autograder.course.jobs import Taken, answer, refusal
    from autograder.grading.story import carry_errors, outcome_of, prepared, remarks, require_sandboxes
    from autograder.sandbox.kernel import LINUX, end_with

    job, parent = program.read(sys.stdin.buffer.readline())
    if parent == program.STDIN:
        end_with_input()
    elif isinstance(parent, int) and LINUX:
        end_with(parent)
    out = os.dup(1)
    os.dup2(2, 1)  # what a suite prints is not the answer
    protect(arguments)
    assignment = load(arguments.assignment)
    started = time.monotonic()
    sources = [Path(source) for source in job.sources]
    try:
        with prepared(assignment, sources, arguments.sandbox, arguments.server, job.students or None) as submission:
            from autograder.grading.suites import run_suites

            def before_tests(records: object) -> None:
                require_sandboxes(submission, arguments.sandbox)

            ran = run_suites(assignment, submission, before_tests, only=job.only)
            used = time.monotonic() - started
            carry_errors(assignment, sources, arguments.sandbox, job.students or None, ran, used)
            taken = Taken.of(submission.stage, remarks(submission.stage, submission.variant))
            document = answer(outcome_of(assignment, submission, ran), taken)
    except SubmissionError as error:
        document = refusal(Taken.nothing(str(error)))
    document["seconds"] = round(time.monotonic() - started, 3)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(document, file)
    return 0


def end_with_input() -> None:
    """End as soon as nobody holds the other end of standard input, a pipe: the kernel kills this process then.

    Who has started it may be a thread, whose end is no reason to end.
    """
    import fcntl
    import select

    from autograder.sandbox.kernel import LINUX

    if LINUX:
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
        poll = select.poll()
        poll.register(0, 0)
        if poll.poll(0):  # it was closed before the line above
            os._exit(1)
