"""Which process of the submission carries out what a suite does now.

Each test has a process of its own. A fixture of wider scope that uses the submission has one with that scope, and what
comes after it (a narrower fixture, a test) runs in a copy of that process: what the fixture made is there, and what a test
does to it ends with the test.
"""

import contextlib
import os
import socket
import threading
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import AutograderError
from autograder.sandbox.client import Ending, Sandbox, SandboxError
from autograder.sandbox.connection import Connection
from autograder.sandbox.ladder import Ladder
from autograder.sandbox.limits import TimeLimit
from autograder.standins.answered import Answer
from autograder.standins.box import Box
from autograder.standins.carrier import Carrier
from autograder.standins.classes import Classes
from autograder.standins.door import Door
from autograder.standins.elsewhere import Elsewhere
from autograder.standins.endings import Endings
from autograder.standins.failures import SubmissionFailure
from autograder.standins.ledger import Ledger
from autograder.standins.names import Name
from autograder.standins.patches import Patches
from autograder.standins.places import Places
from autograder.standins.surroundings import Surroundings

SCOPES = ("session", "package", "module", "class", "function")  # from the widest to a single test


@dataclass(frozen=True)
class Owner:
    """A test, or the scope of a fixture."""

    scope: str
    node: str

    @property
    def rank(self) -> int:
        return SCOPES.index(self.scope)


@dataclass
class Process:
    """A process of the submission that is alive, or was until it went over a limit."""

    owner: Owner
    door: Door
    box: Box | None = None  # of its files; a copy has that of the process it is a copy of
    borrowed: bool = False  # it is the process of a wider scope, because that one could not be copied
    snapshot: list[Callable[[], None]] = field(default_factory=list)  # give the suite's arrays their content at that time

    def restore(self) -> None:
        for restore in self.snapshot:
            restore()


class Keeper:
    """Hands out the process for the current test or fixture, and ends it with it.

    Args:
        sandbox: the running fork server.
        stage: folder of the submission's files.
        budget_bytes: of arrays in one reply.
        copy_arguments: the suite's arrays are passed as copies, so that nothing the submission does reaches them.
        classes: the stand-ins of the submission's classes.
        operators: (class, method or other computed attribute) pairs of the reference; see `standin.combine`. None if there is
            no reference.
        libraries: that the process of a test or scope is expected to use, as far as that is known.
        may_swallow: whether a context manager of the reference may swallow exceptions.
        words: turns an ending and the time limit in force into a sentence for the student.
        places: of the suite's files; without it, the submission runs in an empty folder.
        roots: folders of the stage, by their names in it, from which modules are imported as well.
    """

    def __init__(
        self,
        sandbox: Sandbox | Ladder,
        stage: str,
        budget_bytes: int,
        operators: frozenset[tuple[str, str]] | None,
        words: Callable[[Ending, TimeLimit], str],
        copy_arguments: bool = False,
        classes: Classes | None = None,
        places: Places | None = None,
        roots: Sequence[str] = (),
        may_swallow: bool = True,
        libraries: "Callable[[Owner, Keeper], Collection[str] | None]" = lambda owner, keeper: None,
    ) -> None:
        self.sandbox = sandbox
        self.endings = Endings(sandbox, words)
        self.stage = stage
        self.budget_bytes = budget_bytes
        self.copy_arguments = copy_arguments
        self.places = places
        self.roots = list(roots)
        self.elsewhere = Elsewhere()
        self.turn = threading.RLock()  # of the suite's thread that has a process made
        self.patches = Patches()
        self.surroundings = Surroundings(places.files if places else "")
        self.modules: list[str] = []  # of the submission that the suite has imported
        self.needs: dict[str | None, set[str]] = {}  # file of a suite -> modules from which it has a constant as it is
        self.libraries = libraries
        self.operators = operators
        self.may_swallow = may_swallow
        self.classes = classes or Classes()
        self.processes: list[Process] = []  # by scope, the widest first
        self.running: list[Owner] = []  # a test, and on top of it the fixture that is being set up for it
        self.notes: list[str] = []  # about the current test, for the record
        self.swallowed: list[BaseException] = []  # in the current test
        self.answer = Answer()
        self.on_truth: Callable[[], None] | None = None  # called when a suite has asked what is there, outside of any test
        self.imports: list[tuple[str, int]] = []  # of libraries, that took long in a process: names and milliseconds
        self.keys = 0
        self.seeds: list[tuple[Owner, str, int]] = []  # set where there was no process yet

    @property
    def active(self) -> bool:
        """Whether a test or fixture runs, so that the submission may be used."""
        return bool(self.running)

    def new_key(self) -> int:
        self.keys += 1
        return self.keys

    def check_imports(self, file: Path) -> None:
        """See that modules can be imported of which tests in a file may use nothing but constants, which are known without.

        Raises:
            SubmissionFailure: one cannot.
        """
        for module in self.needs.get(str(file), ()):
            self.current().ask("resolve", [Name(self, module, "")])

    def imported(self) -> tuple[str, ...]:
        """The modules of the submission that the suite has imported."""
        return tuple(self.modules)

    def permits(self, class_name: str, operator_name: str) -> bool:
        """Whether the reference's class of that name has the operator, so that it is part of the interface.

        Without a reference it is where the suite itself uses the class.
        """
        if self.operators is None:
            return class_name in self.classes.used
        return any((class_name, f"__{prefix}{operator_name}__") in self.operators for prefix in ("", "r", "i"))

    def defines(self, class_name: str, name: str) -> bool:
        """Whether the reference's class of that name has code for an attribute, so that each look at it may find another value.

        Without a reference that may be so for any class.
        """
        known = self.operators
        if known is None or (class_name, name) in known:
            return True
        return (class_name, "__getattr__") in known or (class_name, "__getattribute__") in known

    def overrides(self, class_name: str, method: str) -> bool:
        """Whether the reference's class of that name has a method; without a reference, whether the suite uses the class."""
        if self.operators is None:
            return class_name in self.classes.used
        return (class_name, method) in self.operators

    def waited(self) -> None:
        """The suite has waited: what it has looked at before may be another by now."""
        for process in self.processes:
            process.door.looked.forget()

    def expect(self, owner: Owner | None, left: int) -> None:
        """A test comes next, or None: have a process ready that is no heavier than it must be.

        Args:
            left: how many tests there are from that one on.
        """
        with contextlib.suppress(SandboxError):  # the test will find that the server has ended
            self.sandbox.expect(self.libraries(owner, self) if owner else (), left)

    def seed(self, name: str, value: int) -> None:
        """Seed a global generator of the submission's process as the suite has just seeded its own."""
        if not self.running:
            return
        process = self.process_of(self.running[-1])
        if process:
            process.door.adjustments.append((name, value))
        else:
            self.seeds.append((self.running[-1], name, value))

    def enter(self, owner: Owner, time: TimeLimit) -> None:
        """A test, or a fixture of wider scope, begins. It finds the suite's arrays as the fixtures left them."""
        self.running.append(owner)
        self.endings.time = time
        for process in self.processes:
            if process.owner.rank <= owner.rank:
                process.restore()
        own = self.process_of(owner)
        if own and not own.door.gone:
            self.sandbox.limit(own.door.serial, time)

    def renew(self, time: TimeLimit) -> None:
        """What runs now has so much time from now on."""
        self.endings.time = time
        process = self.process_of(self.running[-1]) if self.running else None
        if process and not process.door.gone:
            self.sandbox.limit(process.door.serial, time)

    def leave(self, owner: Owner) -> None:
        """It is done. A fixture's process waits for those who use it."""
        self.running.remove(owner)
        process = self.process_of(owner)
        if not process or process.door.gone or owner.scope == "function":
            return
        with contextlib.suppress(SubmissionFailure):  # seen again by whoever needs the fixture
            process.door.ask("sync")
            process.snapshot = process.door.ledger.snapshot()
            self.sandbox.limit(process.door.serial, None)

    def close(self, owner: Owner) -> int | None:
        """End the process of a test or scope, if it has one of its own; return its serial number."""
        self.seeds = [seed for seed in self.seeds if seed[0] != owner]
        process = self.process_of(owner)
        if not process:
            return None
        self.processes.remove(process)
        if process.borrowed:
            if not process.door.gone:
                self.sandbox.limit(process.door.serial, None)
            return None
        process.door.close()
        if process.box:
            process.box.left()
        self.endings.end(process.door.serial)
        return process.door.serial

    def process_of(self, owner: Owner) -> Process | None:
        return next((process for process in self.processes if process.owner == owner), None)

    def current(self) -> Door:
        """The door to the process of what runs now, which is made when it is first asked for."""
        self.elsewhere.check()
        if not self.running:
            raise AutograderError(
                "the suite uses the submission outside of a test or fixture in a way that cannot wait for one "
                "(its truth, length or items, say); move that into a fixture"
            )
        owner = self.running[-1]
        if self.processes:
            last = self.processes[-1]
            if last.owner is owner or last.owner == owner:
                return last.door
        with self.turn, self.patches.ours() if self.patches.before else contextlib.nullcontext():
            process = self.process_of(owner) or self.new_process(owner)
        return process.door

    def new_process(self, owner: Owner) -> Process:
        wider = [process for process in self.processes if process.owner.rank < owner.rank and not process.door.gone]
        process = self.copy(wider[-1], owner) if wider else self.spawn(owner)
        known = wider[-1].owner.rank if wider else -1  # what was seeded before that process was made is seeded in it
        process.door.adjustments += [(name, value) for seeded, name, value in self.seeds if seeded.rank > known]
        self.add(process)
        return process

    def add(self, process: Process) -> None:
        """Let a process be that of its owner."""
        self.processes.append(process)
        self.processes.sort(key=lambda process: process.owner.rank)

    def spawn(self, owner: Owner, cpu_seconds: float = 0.0) -> Process:
        """A new process; it may need more processor time than the test or fixture that runs now."""
        serial, sock = self.sandbox.spawn(max(cpu_seconds, self.endings.time.cpu_seconds), self.libraries(owner, self))
        control = self.sandbox.control_of(serial)
        with contextlib.ExitStack() as undo:
            undo.callback(sock.close)
            self.sandbox.limit(serial, self.endings.time)
            stage, connection = self.stage, Connection(sock, control)
            box = None
            if self.places:
                box = Box(self.places, self.sandbox.box_of(serial))
                stage, connection = box.submission, Carrier(sock, control, box)
            door = Door(Ledger(serial), connection, self.endings, self)
            door.tell("start", [stage, zlib.crc32(owner.node.encode()), tuple(self.roots), box is not None])
            undo.pop_all()
        if self.places:
            door.folder = self.places.cwd  # where the process is by then, whatever it was told before
        return Process(owner, door, box)

    def copy(self, parent: Process, owner: Owner) -> Process:
        """A copy of a process; the process itself where it has threads, which a copy would lack."""
        self.sandbox.limit(parent.door.serial, self.endings.time)
        if not parent.door.ask("fork"):
            self.notes.append("shares a process with other tests, because the fixture they use has started threads")
            return Process(owner, parent.door, borrowed=True)
        serial, sock, ends = self.sandbox.prepare_copy(parent.door.serial)
        self.sandbox.limit(serial, self.endings.time)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            socket.send_fds(parent.door.connection.socket, [b"F"], ends)
            for end in ends:
                os.close(end)
            door = parent.door.copy_into(serial, sock)
            pid = door.greeting()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        finally:
            self.sandbox.limit(parent.door.serial, None)
        if not self.sandbox.adopt(serial, pid):
            door.lose("your code interfered with the process it runs in")
        return Process(owner, door)
