"""Processes that run apart from the tests.

Each begins with one long call. A fixture takes the process over, with what comes of the call.
"""

import functools
from collections.abc import Callable
from typing import Any

from autograder.errors import AssignmentError
from autograder.sandbox.limits import TimeLimit
from autograder.standins.endings import Words
from autograder.standins.keeper import Keeper, Owner, Process
from autograder.standins.requests import RequestEncoder


def start_apart(
    keeper: Keeper,
    owner: Owner,
    cpu_seconds: float,
    call: Callable[[], functools.partial],
    time_before: TimeLimit,
    words: Words,
) -> tuple[Process, RequestEncoder]:
    """Have a process of its own begin with a call; return it and the request it is busy with.

    Args:
        owner: of the process, until a fixture takes it over.
        cpu_seconds: that the call may use.
        call: makes the call that is sent; what it does with the submission is done in that process.
        time_before: limit for doing so.
        words: turns an ending into a sentence for the student; None for the usual one.
    """
    keeper.enter(owner, time_before)
    process = keeper.spawn(owner, cpu_seconds)
    keeper.processes.append(process)
    try:
        made = call()
        request = process.door.begin("call", [made.func, *made.args, *made.keywords.values()], made.keywords)
        keeper.sandbox.run_apart(process.door.serial, cpu_seconds, process.door.connection.socket)
    except BaseException:
        keeper.close(owner)
        raise
    finally:
        keeper.running.remove(owner)
        if process in keeper.processes:
            keeper.processes.remove(process)
    keeper.endings.apart[process.door.serial] = words
    return process, request


def take_over(keeper: Keeper, process: Process, owner: Owner) -> None:
    """Make a process that was started apart that of a fixture, before its call has come to an end.

    Raises:
        AssignmentError: there is one already, of that scope or of one that holds it.
    """
    for other in keeper.processes:
        if other.owner == owner or (other.owner.rank <= owner.rank and not other.door.gone):
            raise AssignmentError(
                f"{process.owner.node} cannot be part of a fixture of scope {owner.scope}: a fixture of scope "
                f"{other.owner.scope} has used the submission already, and the two cannot share a process; make the result "
                "the first that a fixture of that scope asks for, and use the submission in narrower ones"
            )
    process.owner = owner
    keeper.add(process)


def finish_apart(keeper: Keeper, process: Process, request: RequestEncoder) -> Any:
    """Wait for the call of a process that was started apart and has been taken over; return or raise its outcome.

    It is waited for as long as the limit in force says. Its processor time is what `start_apart` was told.
    """
    __tracebackhide__ = True
    keeper.sandbox.wait_for(process.door.serial, keeper.endings.time.wall_seconds)
    try:
        return process.door.finish(request)
    finally:
        del keeper.endings.apart[process.door.serial]
