"""The process that runs the submission: it carries out one request after the other until it is killed.

Everything here is in the hands of the submission as soon as its first line has run. Nothing that this process says is
evidence, and nothing in its memory is a secret.
"""

import contextlib
import importlib
import os
import random
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from time import monotonic  # a suite may patch time.monotonic
from typing import Any

import numpy as np

from autograder.sandbox.connection import MAX_REQUEST_BYTES, MAX_STRUCTURE_BYTES, Connection, framed, pack
from autograder.sandbox.decoder import MAX_NODES
from autograder.sandbox.failures import MAX_MESSAGE
from autograder.sandbox.journal import Journal
from autograder.sandbox.kernel import trim_heap
from autograder.sandbox.late import LEFT
from autograder.sandbox.mirrors import MIRROR_KINDS
from autograder.sandbox.notices import Notices
from autograder.sandbox.operations import perform
from autograder.sandbox.patches import Patches
from autograder.sandbox.pretended import miss_missing_files
from autograder.sandbox.proxies import MAX_NESTED
from autograder.sandbox.replies import ENCODINGS, ReplyEncoder, report
from autograder.sandbox.requests import Lent, RequestDecoder
from autograder.sandbox.slow_imports import noticed
from autograder.sandbox.streams import IMPORT, Outbox, streams
from autograder.sandbox.surroundings import Surroundings
from autograder.sandbox.wire import MAX_NAME, Tag
from autograder.sandbox.world import UnusableModule, World

SOCKET_FD = 3
NOT_CONFINED = 120  # exit status of a child that could not be confined; it has run nothing of the submission
CONFINED = b"\x06"  # what a child that is confined prints first of all, before it knows anything of the submission
LONG_SECONDS = 0.2  # what a request leaves behind that took less is little
FRAMES_NESTED = 15  # of our own that each of them takes
FRAMES_OF_MESSAGES = 700  # of our own that putting a message together or taking one apart takes, while it lasts


@contextlib.contextmanager
def more_frames(count: int) -> Iterator[None]:
    """While this lasts, so many more calls may be nested: those of our own are none of the submission's."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + count)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def enter_folder(folder: str) -> None:
    """Follow the suite to another current folder; stay where there is none of that name here."""
    with contextlib.suppress(OSError):
        os.chdir(folder)


# What a suite may set for the whole process: the seeds of global generators, and the modes of libraries.
ADJUSTMENTS: dict[str, Callable[[Any], Any]] = {
    "random.seed": random.seed,
    "numpy.random.seed": np.random.seed,  # what student code calls is the old global generator
    "os.chdir": enter_folder,
}
SEEDS = ("random.seed", "numpy.random.seed", "torch.manual_seed")
# What the submission may choose for a part of its work, which what the suite does for it is to follow.
MODES: dict[str, Callable[[], bool]] = {}


class Request:
    """A request that is being carried out.

    Args:
        number: the reply repeats it.
        lent: arrays and tensors of the suite among its arguments.
    """

    def __init__(self, number: int, lent: list[Lent]) -> None:
        self.number = number
        self.lent = lent

    def retain(self, world: World) -> list[int]:
        """Keep in step from now on what was lent, and return the numbers."""
        numbers = []
        for item in self.lent:
            if item.number not in world.mirrors and item.number not in world.anchors:
                item.keep(world)
                numbers.append(item.number)
        # What the submission writes into what it was given in place of a tensor is still to be told.
        self.lent = [item for item in self.lent if item.given is not None]
        return numbers


class Servant:
    """Answers the requests of one connection, one after the other.

    The fork server makes one, and each child serves with its copy of that: what is made before a fork is made once.
    """

    connection: Connection

    def __init__(self, world: World) -> None:
        self.world = world
        self.requests: list[Request] = []  # that are being carried out; the last one was made within those before it
        self.turn = threading.RLock()  # of the thread that uses the connection
        self.pid = os.getpid()
        self.patches = Patches(world)
        self.outbox = Outbox()
        self.outbox.aside = True  # until this is a child
        self.streams = streams(self.outbox, self.call_back)
        self.notices = Notices(self.outbox)
        self.surroundings = Surroundings()
        self.notices.install()
        self.surroundings.install()
        LEFT.told = self.tell_import
        world.call_back = self.call_back
        world.importing = self.importing

    @property
    def number(self) -> int:
        """That of the request that is being carried out."""
        return self.requests[-1].number

    def run(self) -> None:
        while True:
            try:
                message = self.receive()
            except EOFError:
                return
            begun = monotonic()  # the clock of the processor would be a system call
            try:
                self.answer(*message)
            except EOFError:
                return
            del message
            if monotonic() - begun > LONG_SECONDS:  # such as a training run, whose process then waits for long
                trim_heap()

    def receive(self) -> tuple[list, RequestDecoder]:
        """Return the operation, arguments, keywords, updates and number of the next message, and what has decoded them."""
        decoder = RequestDecoder(self.world)
        if self.requests:  # somewhere deep in the submission's code
            with more_frames(FRAMES_OF_MESSAGES):
                request = self.connection.receive(decoder, MAX_REQUEST_BYTES)
        else:
            request = self.connection.receive(decoder, MAX_REQUEST_BYTES)
        decoder.arrays.clear()
        number, adjustments, released = request.pop(), request.pop(), request.pop()
        for name, argument in adjustments or ():
            if name == "patch":
                self.patches.apply(*argument)
            else:
                self.adjust(name, argument)
        if released:
            self.world.release(released)
        request.append(number)
        return request, decoder

    def adjust(self, name: str, argument: Any) -> None:
        """Do for the whole process what the suite has done for its own, at the latest when the library is there."""
        known = self.surroundings.adjustments.get(name) or ADJUSTMENTS.get(name)
        if known:
            known(argument)
        else:
            LEFT.when_loaded(name, lambda: ADJUSTMENTS[name](argument))

    def answer(self, message: list, decoder: RequestDecoder) -> None:
        request = Request(message.pop(), decoder.lent)
        self.requests.append(request)
        if message[0] == "start":
            self.start(*message[1])
        elif message[0] == "fork":
            self.world.update(message.pop() or [])
            self.fork()
        else:
            self.carry_out(message, decoder)
        self.requests.remove(request)

    def arrive(self, decoder: RequestDecoder, arguments: list, changes: list) -> list:
        """Take over what has arrived with a message; return its arguments with what the suite has named in them."""
        if decoder.containers:
            decoder.keep_containers()
        for item in decoder.lent:
            item.arrived()
        if decoder.references:
            *arguments, changes = decoder.settle([*arguments, changes])
        if changes:
            self.world.update(changes)
        return arguments

    def carry_out(self, message: list, decoder: RequestDecoder) -> None:
        name, arguments, keywords, changes = message
        message.clear()  # from here on only `arguments` refers to what was sent
        encoder = ReplyEncoder(self.world)
        result: Any = None
        outcome: list = []
        graph = None  # of the tensors in the answer
        try:
            arguments = self.arrive(decoder, arguments, changes)
            if self.patches.replaced or name == "execute":
                with self.patches.in_place():
                    result = self.execute(*arguments) if name == "execute" else perform(name, arguments, keywords)
            else:
                result = perform(name, arguments, keywords)
        except UnusableModule as error:
            outcome = ["import", error.module, str(error)[: 2 * MAX_MESSAGE]]
        except BaseException as error:
            outcome = report(encoder, error)
        del arguments
        with self.turn:  # a thread may be using an object of the suite
            retained, updates = [], []
            for item in self.requests[-1].lent:
                mirror = item.written()
                if mirror:
                    updates.append((item.number, mirror))
                if item.is_kept():
                    item.keep(self.world)
                    retained.append(item.number)
            if not outcome:
                kind = MIRROR_KINDS.get(type(result))
                if kind and sys.getrefcount(result) == 2 and not kind.is_held(result) and not kind.is_aliased(result):
                    encoder.temporary = result
                try:
                    outcome = ["ok", ENCODINGS.get(name, ReplyEncoder.encode)(encoder, result)]
                    graph = encoder.graph()
                except BaseException as error:  # an object that raises while it is looked at
                    encoder.start_again()
                    outcome = report(encoder, error)
            updates += self.world.changes()
            self.flush()
            self.reply(encoder, outcome, graph, updates, retained)

    def take_over(self, connection: Connection, journal: Journal) -> None:
        """Let the suite see, and decide, what this process prints, reads, logs and warns of.

        Args:
            journal: where the fork server finds what was printed last, if this process is killed.
        """
        self.connection = connection
        self.pid = self.outbox.pid = os.getpid()
        self.outbox.journal, self.outbox.aside = journal, False
        for name, stream in zip(("stdin", "stdout", "stderr"), self.streams, strict=True):
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)

    def execute(self, module: str, how: str) -> bool:
        """Import a module in the middle of a test, which looks at what that does.

        Args:
            how: "import", "again" where the suite has taken it out of sys.modules.
        """
        if how == "import":
            with contextlib.suppress(BaseException):
                importlib.import_module(module)
            self.world.resolve(module, "")  # which says in words why that has failed
        else:
            sys.modules.pop(module, None)
            self.world.failed.pop(module, None)
            self.world.names.pop(module, None)
            importlib.import_module(module)
        return True

    @contextlib.contextmanager
    def importing(self) -> Iterator[None]:
        """In one process the import comes before any test: what it prints and how it filters warnings is not the test's."""
        with noticed(self.world.stage, self.tell_import), self.outbox.set_aside(), warnings.catch_warnings():
            yield

    def tell_import(self, library: str, milliseconds: int) -> None:
        self.outbox.add(IMPORT, library[:MAX_NAME].encode("utf-8", "replace"), milliseconds)

    def reply(self, encoder: ReplyEncoder, outcome: list, graph: Any, updates: list, retained: list[int]) -> None:
        if self.world.let_go:
            retained += [-number for number in self.world.take_let_go()]
        changed = [[Tag.LIST, changed, mirror.encode(encoder)] for changed, mirror in updates]
        tail = [graph, [Tag.LIST, *changed] if changed else None, [Tag.LIST, *retained] if retained else None, self.number]
        packed = packed_reply([Tag.LIST, *outcome, *tail])
        if packed is None and outcome[0] == "callback":
            outcome = [outcome[0], "too large", outcome[2][:2], [Tag.LIST], [Tag.LIST]]
            packed = packed_reply([Tag.LIST, *outcome, *tail])
        if packed is None:
            encoder.forget_mirrors()
            encoder.arrays.clear()
            packed = pack([Tag.LIST, "too large", None, [Tag.LIST], [Tag.LIST], self.number])
        self.tell()
        self.connection.send_packed(packed, encoder.arrays)

    def flush(self) -> None:
        """Have streams that the submission has put in place of ours, which keep nothing back, write what they hold."""
        for stream in (sys.stdout, sys.stderr):
            if stream not in self.streams:
                with contextlib.suppress(Exception):  # it may be closed
                    stream.flush()

    def tell(self) -> None:
        """Send what was printed and the like, in a message of its own before the reply to the same request."""
        if self.surroundings.former_environment:
            self.surroundings.tell_environment(self.outbox)
        if not self.outbox.events and not self.outbox.dropped:
            return
        encoder = ReplyEncoder(self.world)
        told = [Tag.LIST, "told", *self.outbox.encode(encoder), None, [Tag.LIST], [Tag.LIST], self.number]
        if encoder.arrays:
            self.connection.send(told, encoder.arrays)
        else:
            self.connection.before = framed(told)

    def call_back(self, operation: str, target: int, arguments: Sequence[Any], keywords: dict[str, Any]) -> Any:
        """Have an object of the suite used where the suite is, in the middle of carrying out a request.

        While this waits for the outcome, the suite may make requests in turn.

        Raises:
            what the use of the object has raised.
        """
        if os.getpid() != self.pid:
            raise RuntimeError("an object of the tests cannot be used in another process")
        with self.turn, self.patches.in_place(replaced=False):
            if not self.requests:
                raise RuntimeError("an object of the tests cannot be used after the call that it was given to has ended")
            if len(self.requests) > MAX_NESTED:
                operation = "too deep"
            with more_frames(FRAMES_OF_MESSAGES):
                self.ask_for(operation, target, arguments, keywords)
            with more_frames(FRAMES_NESTED):
                return self.outcome()

    def ask_for(self, operation: str, target: int, arguments: Sequence[Any], keywords: dict[str, Any]) -> None:
        """Tell the suite which of its objects is to be used, and how."""
        retained = [number for request in self.requests for number in request.retain(self.world)]
        encoder = ReplyEncoder(self.world)  # which now names what was lent, should it be among the arguments
        target_and_arguments = [target, *map(encoder.encode, (*arguments, *keywords.values()))]
        modes = [[Tag.LIST, name, look()] for name, look in MODES.items()]
        outcome = ["callback", operation, [Tag.LIST, *target_and_arguments], [Tag.LIST, *keywords], [Tag.LIST, *modes]]
        graph = encoder.graph()
        self.flush()
        self.reply(encoder, outcome, graph, self.world.changes(), retained)

    def outcome(self) -> Any:
        """Answer what the suite asks for until it says what the use of its object has given, and return or raise that."""
        while True:
            message, decoder = self.receive()
            if message[0] not in ("return", "raise"):
                self.answer(message, decoder)
                continue
            status, arguments, _, changes, _ = message
            arguments = self.arrive(decoder, arguments, changes)
            Request(0, decoder.lent).retain(self.world)  # whoever gets it may keep it, and nobody would notice
            if status == "raise":
                if isinstance(arguments[0], BaseException):  # its own, which has come through the suite
                    raise arguments[0]
                known, name, own, given, number = arguments[0]
                error = self.world.proxies.get(number) or self.world.suite_error(known, name, own, given, number)
                raise error
            return arguments[0]

    def start(self, stage: str, seed: int, roots: tuple[str, ...], own: bool) -> None:
        """Make the process the submission's own. There is no reply; a failure shows in the next request.

        Args:
            stage: folder of the submission's files.
            roots: folders in it from which modules are imported as well.
            own: it is a copy for this process, which runs in it.
        """
        self.world.stage = self.notices.stage = stage
        miss_missing_files()
        sys.path[:0] = [os.path.join(stage, root) for root in roots] + [stage]
        if own:
            os.chdir(stage)
            sys.dont_write_bytecode = True
        for name in SEEDS:
            if name in ADJUSTMENTS or LEFT.is_due(name):
                self.adjust(name, seed % (1 << 32))

    def fork(self) -> None:
        """Continue in a copy of this process, on a connection that the suite's side sends."""
        if threads_alive():
            self.acknowledge(False)
            return
        self.acknowledge(True)
        _, (new_socket, new_output), _, _ = socket.recv_fds(self.connection.socket, 1, 2)
        self.flush()
        between = os.fork()
        if between:
            os.close(new_socket)
            os.close(new_output)
            os.waitpid(between, 0)
            return
        between = os.getpid()
        if os.fork():
            os._exit(0)
        while os.getppid() == between:  # until the copy is a child of the fork server, which can wait for it
            time.sleep(0.0002)
        os.dup2(new_output, 1)
        os.dup2(new_output, 2)
        os.dup2(new_socket, SOCKET_FD)
        os.close(new_socket)
        os.close(new_output)
        self.connection = Connection(self.connection.socket)  # the same descriptor, now the new socket
        self.pid = os.getpid()
        self.outbox.start_again()
        self.acknowledge(True)

    def acknowledge(self, done: bool) -> None:
        self.connection.send([Tag.LIST, "ok", done, None, [Tag.LIST], [Tag.LIST], self.number], [])


def packed_reply(reply: list) -> bytes | None:
    """The bytes of a reply; None if it is more than the suite's side takes."""
    packed = pack(reply)
    too_large = len(packed) > MAX_STRUCTURE_BYTES or (len(packed) > MAX_NODES and nodes_of(reply) > MAX_NODES)
    return None if too_large else packed


def nodes_of(node: list) -> int:
    """What the other side counts of a structure."""
    fields = 10 * len(node[3]) if node and node[0] == Tag.NAMED_TUPLE and len(node) == 5 else 0
    return len(node) + fields + sum(nodes_of(part) for part in node if type(part) is list)


def threads_alive() -> bool:
    """Whether this process has more threads than this one, so that a copy would lack them."""
    try:
        return len(os.listdir("/proc/self/task")) > 1
    except OSError:  # a copy: the sandbox shows /proc/self to the process only that it was set up in
        return len(sys._current_frames()) > 1


def main(servant: Servant, sock: socket.socket, journal: Journal) -> None:
    """Serve until the other side goes away. The process is confined already."""
    servant.take_over(Connection(sock), journal)
    servant.run()
