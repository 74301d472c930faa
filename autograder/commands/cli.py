"""The command line: which commands there are, and the exit status of each ending."""

import argparse
import contextlib
import functools
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder import __version__
from autograder.commands import (
    audit,
    build,
    check,
    codes,
    completion,
    demo,
    doctor,
    emulate,
    grade,
    grade_class,
    gradescope,
    job,
    new,
)
from autograder.commands.parser import EXIT_STATUS, Parser, show_first_steps
from autograder.errors import AutograderError, SubmissionError, UsageError, machine_fault
from autograder.signals import Interruption

if TYPE_CHECKING:
    from autograder.sandbox.client import Launched
    from autograder.sandbox.forked import Nursery

COMMANDS = (grade, grade_class, check, audit, doctor, new, demo, build, codes, emulate, gradescope, completion, job)


def main(argv: Sequence[str] | None = None, servers: "Sequence[Launched]" = (), nurseries: "Sequence[Nursery]" = ()) -> int:
    """Return the exit status: 0 done, 1 a check failed, 2 wrong usage, 3 our own fault.

    Args:
        servers: to grade with, for each grader, if `launch.py` has forked some.
        nurseries: of servers, one for each rung, for a command that grades many submissions.
    """
    arguments = parser().parse_args(argv)
    arguments.server = servers[0] if servers else None
    arguments.others = servers[1:]
    arguments.nurseries = nurseries
    interruption = Interruption()
    try:
        with contextlib.ExitStack() as arguments.cleanup:
            status = arguments.run(arguments)
        if sys.stdout:
            sys.stdout.flush()  # while its failing can still be told
        return status
    except SubmissionError as error:
        return failed(1, str(error))
    except UsageError as error:
        return failed(2, str(error))
    except AutograderError as error:
        return failed(3, str(error))
    except BrokenPipeError:  # who reads what is printed has had enough
        return failed(141)  # as a program that SIGPIPE ends
    except KeyboardInterrupt:
        return failed(*interruption.told())
    except Exception as error:
        if interruption.number:  # of which a library made another error, or a terminal that has gone away
            return failed(*interruption.told())
        told = machine_fault(error)
        if not told:
            raise
        return failed(3, told)


def failed(status: int, message: str = "") -> int:
    """Say why, and return the status. What does not reach anybody is dropped."""
    with contextlib.suppress(OSError):
        if message:
            print(f"autograder: {message}", file=sys.stderr, flush=True)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # the interpreter would try again at its end, and say so
            with open(os.devnull, "wb") as null:
                os.dup2(null.fileno(), stream.fileno())
    return status


@functools.cache  # launch.py has parsed the arguments before
def parser() -> argparse.ArgumentParser:
    root = Parser(
        prog="autograder",
        description="Grade and build assignments.",
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"autograder {__version__}")
    root.set_defaults(run=show_first_steps)
    commands = root.add_subparsers(metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    return root
