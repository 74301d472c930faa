"""The fork server: a process that has loaded public libraries and nothing else, and forks one child per test.

It is started by `client.py` as a fresh program with an environment made from nothing, or forked by `launch.py` off such a
program, so that whatever a child finds in its memory, environment, descriptors and command line is public. It runs no byte
of a submission itself. It owns what the children cannot be trusted with: their deadlines, what they print, and their end.

Here it begins and ends; what it does in between is in `serving.py`.
"""

import contextlib
import errno
import gc
import os
import signal
import socket
import sys
import traceback
from typing import Any

import msgpack

from autograder.sandbox.confine import boxes, canary
from autograder.sandbox.confine.confinement import Confinement
from autograder.sandbox.confine.mounts import open_private_folders
from autograder.sandbox.confine.paths import default_readable, unreachable
from autograder.sandbox.late import LEFT
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import MESSAGE_BYTES
from autograder.sandbox.preloading import forget_paths, preload, settle
from autograder.sandbox.programs import own_folders
from autograder.sandbox.restrictions import Restrictions
from autograder.sandbox.serving import Server

LATE_MB = 256  # of its own memory, for PyTorch and what it brings
# Errors that the machine is the cause of, and whose text says enough. Any other would be a mistake of ours.
MACHINE_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EIO)


def main(descriptor: int, alone: bool = False) -> None:
    """Serve the grader at the other end of the control socket.

    Args:
        alone: this process shares its libraries with no other, and has not loaded them yet.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the grader
    control = socket.socket(fileno=descriptor)
    config = control.recv(MESSAGE_BYTES)
    if not config:
        return  # the grader was ended while this program started
    config = msgpack.unpackb(config)
    with contextlib.ExitStack() as cleanup:  # here, because a grader that was killed cannot tidy up
        for folder in filter(None, (config["scratch"], config["boxes"])):
            parent, name = os.path.split(folder)
            # Opened now: this process may come to see another folder under that path.
            cleanup.callback(boxes.remove_in, os.open(parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC), name)
        try:
            confinement, report = prepare(config, alone)
            server = Server(control, confinement, **config["rung"])
            server.send({"ready": report})
            try:
                server.run()
            finally:
                server.close()
        except ConnectionError:
            return  # the grader has left while it was owed an answer
        except (OSError, MemoryError) as error:
            if getattr(error, "errno", errno.ENOMEM) not in MACHINE_FAULTS:
                traceback.print_exc()
            refuse(control, str(error) or type(error).__name__)


def refuse(control: socket.socket, reason: str) -> None:
    """Answer the grader with nothing but the reason, until it goes. Before that, its folders must stay."""
    with contextlib.suppress(ConnectionError):
        control.send(msgpack.packb({"refused": reason}))
        while control.recv(MESSAGE_BYTES):
            control.send(msgpack.packb({"refused": reason}))


def prepare(config: dict[str, Any], alone: bool) -> tuple[Confinement, dict[str, Any]]:
    """Load what children use, find out which layers confine them here, and try these out.

    Args:
        config: what `client.Sandbox` has sent.
        alone: see `main`.

    Returns:
        The confinement of all children, and the report that `Sandbox.report` returns.
    """
    not_preloaded = preload(config["preload"])
    sys.dont_write_bytecode = True  # files of Python's own in a box would be carried over as the submission's
    if alone:
        settle()
    LEFT.leave(config["late"])
    if config["restrictions"]:
        not_preloaded += Restrictions(boxes=config["boxes"], **config["restrictions"]).install(LEFT)
    forget_paths([*own_folders(), *config["secrets"].values()])
    readable = [*default_readable(), *config["readable"]]
    private = open_private_folders([*readable, config["boxes"]])
    confinement = Confinement.prepare(
        readable=readable,
        hidden=config["hidden"],
        withheld=config["withheld"],
        boxes=config["boxes"],
        limits=Limits(**config["limits"]),
    )
    confinement.late_mb = LATE_MB if LEFT.due else 0
    uid = confinement.uid_base
    report = {
        "level": confinement.level,
        "layers": confinement.layers,
        "canary": canary.check(confinement, config["secrets"]),
        "not_preloaded": not_preloaded,
        "unreachable": uid and unreachable(readable, uid + 1),
        "private_folders": private,
    }
    gc.collect()
    gc.freeze()  # a collection in a child then leaves the shared pages alone
    return confinement, report
