"""The process that runs the submission: it carries out one request after the other until it is killed.

Everything here is in the hands of the submission as soon as its first line has run. Nothing that this process says is
evidence, and nothing in its memory is a secret.
"""

import contextlib
import os
import random
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox.connection import MAX_STRUCTURE_BYTES, Connection, pack
from autograder.sandbox.failures import MAX_MESSAGE
from autograder.sandbox.mirrors import MIRROR_KINDS
from autograder.sandbox.operations import perform
from autograder.sandbox.replies import ENCODINGS, ReplyEncoder, report
from autograder.sandbox.requests import RequestDecoder, settle
from autograder.sandbox.wire import Tag
from autograder.sandbox.world import UnusableModule, World

SOCKET_FD = 3
NOT_CONFINED = 120  # exit status of a child that could not be confined; it has run nothing of the submission
CONFINED = b"\x06"  # what a child that is confined prints first of all, before it knows anything of the submission
MAX_REQUEST_STRUCTURE = 64 * MAX_STRUCTURE_BYTES  # the suite is trusted, its lists may be long
# What a suite may set for the whole process: the seeds of global generators, and the modes of libraries.
ADJUSTMENTS: dict[str, Callable[[Any], Any]] = {
    "random.seed": random.seed,
    "numpy.random.seed": np.random.seed,  # what student code calls is the old global generator
    "os.chdir": lambda folder: enter_folder(folder),
}


class Servant:
    """Answers the requests of one connection, one after the other."""

    def __init__(self, connection: Connection, world: World) -> None:
        self.connection = connection
        self.world = world
        self.number = 0  # of the request that is being answered; the reply repeats it

    def run(self) -> None:
        while True:
            try:
                self.answer_one()
            except EOFError:
                return

    def answer_one(self) -> None:
        decoder = RequestDecoder(self.world)
        request = self.connection.receive(decoder, MAX_REQUEST_STRUCTURE)
        decoder.arrays.clear()
        self.number = request.pop()
        for name, argument in request.pop():
            ADJUSTMENTS[name](argument)
        self.world.release(request.pop())
        self.world.update(request.pop())
        if request[0] == "start":
            self.start(*request[1])
        elif request[0] == "fork":
            self.fork()
        else:
            self.carry_out(request, decoder)

    def carry_out(self, request: list, decoder: RequestDecoder) -> None:
        name, arguments, keywords = request
        request.clear()  # from here on only `arguments` refers to what was sent
        lent = decoder.lent
        for item in lent:
            item.arrived()
        encoder = ReplyEncoder(self.world)
        result: Any = None
        outcome: list = []
        graph = None  # of the tensors in the answer
        try:
            if decoder.references:
                arguments = settle(self.world, arguments)
            result = perform(name, arguments, keywords)
        except UnusableModule as error:
            outcome = ["import", error.module, str(error)[: 2 * MAX_MESSAGE]]
        except BaseException as error:
            outcome = report(encoder, error)
        del arguments
        retained, updates = [], []
        for item in lent:
            mirror = item.written()
            if mirror:
                updates.append((item.number, mirror))
            mirror = item.kept()
            if mirror:
                self.world.add_mirror(item.number, mirror)
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
        flush()
        self.reply(encoder, outcome, graph, updates, retained)

    def reply(self, encoder: ReplyEncoder, outcome: list, graph: Any, updates: list, retained: list[int]) -> None:
        arrays = len(encoder.arrays)
        changed = [[Tag.LIST, number, mirror.encode(encoder)] for number, mirror in updates]
        tail = [graph, [Tag.LIST, *changed], [Tag.LIST, *retained], self.number]
        packed = pack([Tag.LIST, *outcome, *tail])
        if len(packed) > MAX_STRUCTURE_BYTES:
            encoder.forget_mirrors()
            del encoder.arrays[:arrays]
            text = "the answer is too large to be looked at"
            outcome = ["error", "ValueError", "ValueError", [Tag.TUPLE, text], text, f"ValueError: {text}\n", None]
            tail[0] = None
            packed = pack([Tag.LIST, *outcome, *tail])
        self.connection.send_packed(packed, encoder.arrays)

    def start(self, stage: str, seed: int, roots: list[str], own: bool) -> None:
        """Make the process the submission's own. There is no reply; a failure shows in the next request.

        Args:
            stage: folder of the submission's files.
            roots: folders in it from which modules are imported as well.
            own: it is a copy for this process, which runs in it.
        """
        self.world.stage = stage
        sys.path[:0] = [os.path.join(stage, root) for root in roots] + [stage]
        if own:
            os.chdir(stage)
            sys.dont_write_bytecode = True
        sys.argv = [""]  # a script that reads its flags while it is imported finds none
        for name in ADJUSTMENTS:
            if name.endswith("seed"):
                ADJUSTMENTS[name](seed % (1 << 32))

    def fork(self) -> None:
        """Continue in a copy of this process, on a connection that the suite's side sends."""
        if threads_alive():
            self.acknowledge(False)
            return
        self.acknowledge(True)
        _, (new_socket, new_output), _, _ = socket.recv_fds(self.connection.socket, 1, 2)
        flush()
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
        self.acknowledge(True)

    def acknowledge(self, done: bool) -> None:
        self.connection.send([Tag.LIST, "ok", done, None, [Tag.LIST], [Tag.LIST], self.number], [])


def enter_folder(folder: str) -> None:
    """Follow the suite to another current folder; stay where there is none of that name here."""
    with contextlib.suppress(OSError):
        os.chdir(folder)


def threads_alive() -> bool:
    """Whether this process has more threads than this one, so that a copy would lack them."""
    try:
        return len(os.listdir("/proc/self/task")) > 1
    except OSError:  # a copy: the sandbox shows /proc/self to the process only that it was set up in
        return len(sys._current_frames()) > 1


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the submission may have replaced or closed it
            stream.flush()


def main(sock: socket.socket) -> None:
    """Serve until the other side goes away. The process is confined already."""
    Servant(Connection(sock), World()).run()
