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
import os
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

from autograder.commands.cli import main, parser
from autograder.commands.completion import complete
from autograder.errors import AutograderError
from autograder.host import processors
from autograder.printing import print_anything
from autograder.sandbox.client import Launched
from autograder.sandbox.forked import Nursery, forked_server
from autograder.sandbox.programs import PACKAGE_ROOT, clean_environment, fresh_options

NURSERIES = "nurseries"
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from autograder.commands.launch import divide
divide(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
"""


def command() -> NoReturn:
    """Run the command that this program was started as, and end it."""
    open_standard_streams()
    complete()
    print_anything(sys.stdout)
    print_anything(sys.stderr)
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
    if len(rungs(modules)) == 1 and processors() > 1 and not hasattr(arguments, "nurseries"):
        return None  # NumPy alone is loaded by both sides at the same time
    return modules


def servers_for(argv: Sequence[str]) -> str:
    """How many graders may run the tests of a submission beside each other; NURSERIES for a command that grades many."""
    arguments = parser().parse_args(argv)
    return NURSERIES if hasattr(arguments, "nurseries") else str(getattr(arguments, "jobs", None) or 1)


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
            numbers = [str(file.fileno()), str(here), servers_for(sys.argv[1:])]
            arguments = [*fresh_options(), "-c", PROGRAM, str(PACKAGE_ROOT), *numbers, *modules]
            os.execve(sys.executable, [sys.executable, *arguments], clean_environment())  # noqa: S606  there is no shell
    except OSError:
        return


def form_of(stream: object) -> dict[str, object]:
    """How a standard stream encodes; nothing for one that is closed."""
    names = ("encoding", "errors", "line_buffering", "write_through")
    return {name: getattr(stream, name) for name in names} if hasattr(stream, "reconfigure") else {}


def divide(state: int, here: int, wanted: str, modules: Sequence[str]) -> None:
    """Load the modules, with a fork server before each heavy one and after the last, and go on as the command. Never returns.

    Args:
        state, here: descriptors: what `start_again` has written, and the current folder.
        wanted: how many graders get servers of their own; or NURSERIES, for processes that fork servers when these are needed.
    """
    from autograder.sandbox import server  # noqa: F401  what it imports is loaded once, too
    from autograder.sandbox.ladder import rungs
    from autograder.sandbox.preloading import preload, settle

    try:
        os.chdir("/")  # no library is to keep the path
        launched: list[Launched] = [] if wanted == NURSERIES else [[] for _ in range(int(wanted))]
        nurseries: list[Nursery] = []
        for step in rungs(modules):
            preload(step)
            settle()
            for servers in launched:
                servers.extend(fork_server())
            if wanted == NURSERIES:
                nurseries.append(Nursery())
        os.fchdir(here)
        os.close(here)
        restore(state)
        print_anything(sys.stdout)  # the handler of what the encoding lacks is this program's
        print_anything(sys.stderr)
        end(main(servers=launched, nurseries=nurseries))
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


def fork_server() -> Launched:
    """Fork a server off this process, for `grade`.

    All that this process has in its memory, submissions can read: call this before anything secret is there, and while there
    is a single thread.
    """
    return [forked_server()]
