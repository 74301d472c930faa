"""The command starts here. Libraries that take seconds to load are loaded once, for both sides.

    command ── exec ──► a fresh program in a clean environment
                          │ loads NumPy
                          ├── fork ──► the fork server of the first rung: it never sees more than that
                          │ loads PyTorch
                          ├── fork ──► the fork server of the next rung
                          └── the command again: it gets its environment and arguments back and goes on

They share the pages of the libraries, see `sandbox/ladder.py`. Environment, arguments and folder of the caller travel in
descriptors that are read after the last fork, on the command's side alone, so that nothing of them was ever in the memory of a
server.
"""

import ast
import atexit
import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from typing import NoReturn

from autograder.commands.cli import main, parser
from autograder.errors import AutograderError
from autograder.host import processors
from autograder.sandbox import kernel
from autograder.sandbox.client import Launched
from autograder.sandbox.programs import PACKAGE_ROOT, clean_environment, fresh_options

UNKNOWN = -1  # status of a process that is not a child of this one
CONTROL = 3  # the server's only descriptor beside the standard streams
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from autograder.commands.launch import divide
divide(int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
"""


def command() -> NoReturn:
    """Run the command that this program was started as, and end it."""
    open_standard_streams()
    modules = modules_to_share(sys.argv[1:])
    if modules is not None:
        start_again(modules)
    end(main())


def end(status: int) -> NoReturn:
    """End this program with what is to be done at its end, and without taking libraries down.

    That takes Python 50 ms, and more than 0.1 s with PyTorch. Threads that a suite has left are not waited for.
    """
    if threading.active_count() == 1:
        atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(status)


def open_standard_streams() -> None:
    """Put /dev/null where a standard stream is closed: its number would be that of the next file or socket."""
    for descriptor, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free
            stream = open(descriptor, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  it stays
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def modules_to_share(argv: Sequence[str]) -> Sequence[str] | None:
    """What is to be loaded before the sides divide; None where each is to load what it needs."""
    special = sys.gettrace() or sys._xoptions or sys.warnoptions or sys.flags.optimize
    if sys.platform != "linux" or special:  # a debugger's, or options that a fresh program would not have
        return None
    arguments = parser().parse_args(argv)
    if getattr(arguments, "sandbox", "off") == "off":
        return None
    from autograder.assignment import load
    from autograder.sandbox.ladder import rungs

    try:
        modules = load(arguments.assignment).sandbox.preload
    except (AutograderError, OSError):  # which `main` tells
        return None
    return modules if len(rungs(modules)) > 1 or processors() == 1 else None  # NumPy is loaded by both at the same time


def graders_for(argv: Sequence[str]) -> int:
    """How many graders may run the tests of a submission beside each other."""
    return getattr(parser().parse_args(argv), "jobs", None) or 1


def start_again(modules: Sequence[str]) -> None:
    """Replace this program by a fresh one that loads the modules and then divides. Returns if that cannot be."""
    state = {
        "environment": dict(os.environb),
        "arguments": [os.fsencode(argument) for argument in sys.argv],
        "path": [os.fsencode(path) for path in sys.path],
        "streams": {name: form_of(getattr(sys, name)) for name in ("stdin", "stdout", "stderr")},
        "dont_write_bytecode": sys.dont_write_bytecode,
    }
    try:
        here = os.open(".", os.O_PATH | os.O_DIRECTORY)
        with open(os.memfd_create("state"), "w+b") as file:
            file.write(repr(state).encode())
            file.seek(0)
            for descriptor in (here, file.fileno()):
                os.set_inheritable(descriptor, True)
            numbers = [str(file.fileno()), str(here), str(graders_for(sys.argv[1:]))]
            arguments = [*fresh_options(), "-c", PROGRAM, str(PACKAGE_ROOT), *numbers, *modules]
            os.execve(sys.executable, [sys.executable, *arguments], clean_environment())  # noqa: S606  there is no shell
    except OSError:
        return


def form_of(stream: object) -> dict[str, object]:
    """How a standard stream encodes; nothing for one that is closed."""
    names = ("encoding", "errors", "line_buffering", "write_through")
    return {name: getattr(stream, name) for name in names} if hasattr(stream, "reconfigure") else {}


def divide(state: int, here: int, graders: int, modules: Sequence[str]) -> None:
    """Load the modules, with a fork server before each heavy one and after the last, and go on as the command. Never returns.

    Args:
        state, here: descriptors: what `start_again` has written, and the current folder.
        graders: each gets servers of its own.
    """
    from autograder.sandbox import server  # noqa: F401  what it imports is loaded once, too
    from autograder.sandbox.ladder import rungs
    from autograder.sandbox.preloading import preload, settle

    try:
        os.chdir("/")  # no library is to keep the path
        launched: list[Launched] = [[] for _ in range(graders)]
        for step in rungs(modules):
            preload(step)
            settle()
            for servers in launched:
                servers.extend(fork_server())
        os.fchdir(here)
        os.close(here)
        restore(state)
        end(main(servers=launched))
    except KeyboardInterrupt:
        print("autograder: interrupted", file=sys.stderr)
        sys.exit(130)


def restore(descriptor: int) -> None:
    """Give the command what it was started with."""
    with open(descriptor, "rb") as file:
        state = ast.literal_eval(file.read().decode())
    os.environ.clear()
    os.environb.update(state["environment"])
    sys.argv[:] = [os.fsdecode(argument) for argument in state["arguments"]]
    sys.path[:] = [os.fsdecode(path) for path in state["path"]]
    sys.dont_write_bytecode = state["dont_write_bytecode"]
    for name, form in state["streams"].items():
        if form and getattr(sys, name):
            getattr(sys, name).reconfigure(**form)
    if "tempfile" in sys.modules:
        vars(sys.modules["tempfile"])["tempdir"] = None  # found without TMPDIR
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # both sides would draw the same numbers


class ForkedServer:
    """A fork server that is a child of this process; see `client.ServerProcess`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        limit = time.monotonic() + (timeout or 0)
        while self.status is None:
            try:
                pid, status = os.waitpid(self.pid, 0 if timeout is None else os.WNOHANG)
            except ChildProcessError:  # in another grader, which is a fork of the one that has started it
                return UNKNOWN
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() >= limit:
                raise subprocess.TimeoutExpired(f"fork server {self.pid}", timeout or 0)
            else:
                time.sleep(0.002)
        return self.status

    def kill(self) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)


def fork_server() -> Launched:
    """Fork a server off this process, for `grade`.

    All that this process has in its memory, submissions can read: call this before anything secret is there, and while there
    is a single thread.
    """
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    gc.collect()
    gc.freeze()  # so that no collection on either side writes to what both share
    pid = os.fork()
    if pid == 0:
        be_server(theirs.detach())
    theirs.close()
    return [(ForkedServer(pid), control)]


def be_server(control: int) -> None:
    """The server's whole life. It never returns: it must not go on as a second command."""
    status = 1
    try:
        from autograder.sandbox import server  # not earlier: NumPy may start threads, which a fork would lose

        os.setsid()
        os.dup2(control, CONTROL, inheritable=False)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1):
            os.dup2(null, stream)
        kernel.close_descriptors(CONTROL + 1)
        os.chdir("/")
        os.environ.clear()
        os.environ.update(clean_environment())
        server.main(CONTROL)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
