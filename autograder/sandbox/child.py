"""The process that runs the submission: it carries out one request after the other until it is killed.

Everything here is in the hands of the submission as soon as its first line has run. Nothing that this process says is
evidence, and nothing in its memory is a secret.
"""

import __future__

import contextlib
import copy
import importlib
import itertools
import operator
import os
import random
import socket
import sys
import tempfile
import time
import traceback
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox.wire import (
    DTYPE_INDEX,
    EXCEPTION_NAMES,
    EXCEPTIONS,
    FINGERPRINT_BYTES,
    MAX_STRUCTURE_BYTES,
    SCALAR_INDEX,
    TYPE_INDEX,
    Connection,
    Decoder,
    Encoder,
    Tag,
    fingerprint,
    pack,
)

SOCKET_FD = 3
MAX_REQUEST_STRUCTURE = 64 * MAX_STRUCTURE_BYTES  # the suite is trusted, its lists may be long
MAX_LIST = 20_000  # parts of a list that travels by copy; a longer one stays here and is iterated from there
MAX_CHUNK = 1000  # items of such a list that are sent at a time
MAX_MESSAGE = 20_000  # characters of an exception's message or traceback
MAX_NAME = 200
KINDS: tuple[tuple[str, Any], ...] = (
    ("type", type),
    ("module", types.ModuleType),
    ("function", types.FunctionType),
    ("method", types.MethodType),
    ("builtin function", types.BuiltinFunctionType),
    ("generator", types.GeneratorType),
    ("dict", dict),
    ("list", list),
    ("tuple", tuple),
    ("set", set),
    ("frozenset", frozenset),
)
NAMED_KINDS = ("type", "module", "function", "method", "builtin function")
VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
SIMPLE = frozenset(
    (type(None), bool, int, float, complex, str, bytes, slice, range, type(Ellipsis), type(NotImplemented), *SCALAR_INDEX)
)


class UnusableModule(Exception):
    """A module of the submission cannot be used; the cause says why."""

    def __init__(self, module: str, text: str) -> None:
        super().__init__(text)
        self.module = module


class World:
    """What the suite has been given so far: objects by handle, arrays that both sides keep in step."""

    def __init__(self) -> None:
        self.objects: dict[int, Any] = {}
        self.handles: dict[int, int] = {}  # id(object) -> handle
        self.mirrors: dict[int, list] = {}  # mirror id -> [array, bytes at the last crossing]
        self.mirror_ids: dict[int, int] = {}  # id(array) -> mirror id
        self.next_id = 1
        self.deferred: dict[int, Any] = {}
        self.failed: dict[str, str] = {}  # module -> why it cannot be imported
        self.stage = ""

    def new_id(self) -> int:
        self.next_id += 2  # odd numbers are given here, even ones by the suite's side
        return self.next_id

    def handle(self, value: Any) -> list:
        known = self.handles.get(id(value))
        if known is None:
            known = self.new_id()
            self.handles[id(value)] = known
            self.objects[known] = value
        kind = next((name for name, types_ in KINDS if isinstance(value, types_)), "")
        named = value if kind in NAMED_KINDS else type(value)
        try:
            name = plain_text(named.__name__)[:MAX_NAME]
        except Exception:  # a name that is no string, a metaclass that raises
            name = "nameless"
        return [Tag.HANDLE, known, kind, name]

    def release(self, ids: list[int]) -> None:
        """Forget handles and mirrors that the suite does not refer to any more."""
        for number in ids:
            if number in self.objects:
                del self.handles[id(self.objects.pop(number))]
            elif number in self.mirrors:
                del self.mirror_ids[id(self.mirrors.pop(number)[0])]

    def add_mirror(self, array: np.ndarray, mirror: int) -> None:
        self.mirrors[mirror] = [array, fingerprint(array)]
        self.mirror_ids[id(array)] = mirror

    def update(self, updates: list) -> None:
        """Take what the suite has written into arrays that live here."""
        for mirror, value in updates:
            array, old = entry = self.mirrors[mirror]
            written = changed_items(value, old) if len(updates) > 1 and value.nbytes <= FINGERPRINT_BYTES else True
            writeable = array.flags.writeable
            with contextlib.suppress(ValueError):  # the submission has given it another shape, or protected its base
                array.flags.writeable = True
                np.copyto(array, value, where=written)
                array.flags.writeable = writeable
            entry[1] = fingerprint(array)

    def drop_mirrors(self, ids: list[int]) -> None:
        """Forget mirrors whose arrays were not sent after all."""
        for number in ids:
            del self.mirror_ids[id(self.mirrors.pop(number)[0])]

    def changes(self) -> list[tuple[int, np.ndarray]]:
        """What the submission has written into arrays that the suite has."""
        found = []
        for mirror, entry in self.mirrors.items():
            now = fingerprint(entry[0])
            if now != entry[1]:
                entry[1] = now
                found.append((mirror, entry[0]))
        return found

    def resolve(self, module: str, attribute: str) -> Any:
        """Return what `from module import attribute` gives."""
        if module in self.failed:
            raise UnusableModule(module, self.failed[module])
        try:
            loaded = importlib.import_module(module)
        except BaseException as error:
            self.failed[module] = self.import_failure(module, error)
            raise UnusableModule(module, self.failed[module]) from None
        if not attribute:
            return loaded
        try:
            return getattr(loaded, attribute)
        except AttributeError:
            file = os.path.basename(getattr(loaded, "__file__", None) or module)
            raise UnusableModule(module, f"{file} does not define {attribute}") from None

    def import_failure(self, module: str, error: BaseException) -> str:
        if isinstance(error, ModuleNotFoundError) and error.name == module:
            return f"{module.replace('.', '/')}.py is missing"
        if isinstance(error, SystemExit):
            return f"importing {module}.py ends the program ({describe(error)})\n{self.student_traceback(error)}"
        return f"importing {module}.py failed: {describe(error)}\n{self.student_traceback(error)}".rstrip()

    def student_traceback(self, error: BaseException) -> str:
        """The traceback without the frames of this package, the submission's files named as submitted.

        It is empty if it ends in a suite's helper: then the submission has not raised the exception.
        """
        report = traceback.TracebackException.from_exception(error, limit=-30)
        seen: set[int] = set()
        part: Any = report
        while part is not None and id(part) not in seen:
            seen.add(id(part))
            part.stack = traceback.StackSummary.from_list(frame for frame in part.stack if not self.is_ours(frame.filename))
            part = part.__cause__ or part.__context__
        if report.stack and report.stack[-1].filename.startswith(HELPER):
            return ""
        return "".join(report.format()).replace(self.stage + os.sep, "")

    @staticmethod
    def is_ours(filename: str) -> bool:
        return filename.startswith((OUR_FOLDER, "<frozen importlib", IMPORTLIB_FOLDER))


HELPER = "<helper "
OUR_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
IMPORTLIB_FOLDER = os.path.dirname(os.path.abspath(importlib.__file__)) + os.sep


def changed_items(value: np.ndarray, old: bytes) -> np.ndarray:
    """Which items of a contiguous array differ from the bytes it had; by bytes, so that -0.0 differs from 0.0.

    Two views of one array may have been written to: each must bring its own changes only.
    """
    before = np.frombuffer(old, np.uint8).reshape(-1, value.itemsize)
    return (value.reshape(-1).view(np.uint8).reshape(-1, value.itemsize) != before).any(axis=1).reshape(value.shape)


def plain_text(value: Any) -> str:
    """A string of the type str itself, whatever its class says it is."""
    return str.__str__(value)


def describe(error: BaseException) -> str:
    """An exception's type and message, also if it raises when it is asked for them."""
    name = type(error).__name__
    try:
        message = plain_text(str(error))[:MAX_MESSAGE]
    except BaseException as problem:
        return f"{name} (its message cannot be shown: {type(problem).__name__})"
    return f"{name}: {message}" if message else name


class TooLarge(Exception):
    """A container has more parts than travel by copy."""


class ReplyEncoder(Encoder):
    """Values to the suite: plain ones by copy, arrays that live on here as mirrors, everything else as handles."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.temporary: np.ndarray | None = None  # an array that nobody but the reply refers to
        self.new_mirrors: list[int] = []
        self.room = MAX_LIST

    def start_again(self) -> None:
        """Forget what was encoded so far."""
        self.world.drop_mirrors(self.new_mirrors)
        self.new_mirrors.clear()
        self.arrays.clear()

    def array(self, value: np.ndarray) -> Any:
        mirror = self.world.mirror_ids.get(id(value))
        if mirror is not None:
            return [Tag.MIRROR, mirror]
        if value.dtype not in DTYPE_INDEX:
            if value.dtype.newbyteorder("=") in DTYPE_INDEX:
                return self.plain_array(value.astype(value.dtype.newbyteorder("=")), 0, True)
            return self.world.handle(value)
        if value.ndim > 32:
            return self.world.handle(value)
        if value is self.temporary:
            return self.plain_array(value, 0, value.flags.writeable)
        mirror = self.world.new_id()
        self.world.add_mirror(value, mirror)
        self.new_mirrors.append(mirror)
        return self.plain_array(value, mirror, value.flags.writeable)

    def sequence(self, tag: Tag, values: Any) -> list:
        plain, parts = is_plain(values)
        if parts > MAX_LIST or (tag == Tag.LIST and not plain):
            return self.world.handle(values)
        return super().sequence(tag, values)

    def items(self, value: Any) -> Any:
        """All items of a builtin container at once; of a long one, or of anything else, an iterator.

        With an iterator comes how many items may be taken from it at a time: 1 if it runs code of the submission.
        """
        if type(value) in (list, tuple, dict, set, frozenset, *VIEWS):
            if len(value) <= MAX_CHUNK and is_plain(value)[1] <= MAX_LIST:
                return [Tag.LIST, *map(self.encode, value)]
            return [Tag.TUPLE, self.encode(iter(value)), MAX_CHUNK]
        return [Tag.TUPLE, self.encode(iter(value)), 1]

    def chunk(self, values: list) -> Any:
        return [Tag.LIST, *map(self.encode, values)]

    def content(self, value: Any) -> Any:
        """What a builtin container holds, whatever class derives from it, for a comparison on the suite's side."""
        try:
            return self.copied(value)
        except (TooLarge, RecursionError):  # large, or it contains itself
            self.start_again()
            return self.world.handle(value)

    def keys(self, value: Any) -> Any:
        """What `in` looks at in a builtin container."""
        return self.content(list(dict.keys(value)) if isinstance(value, dict) else value)

    def copied(self, value: Any, depth: int = 0) -> Any:
        kind = next((base for base in CONTAINERS if isinstance(value, base)), None)
        if kind is None:
            self.room -= is_plain([value])[1] + 4
            return self.encode(value)
        parts = list(kind.__iter__(value))
        self.room -= len(parts)
        if self.room < 0 or depth > 40:
            raise TooLarge
        inner = [self.copied(part, depth + 1) for part in parts]
        if kind is dict:
            values = [self.copied(dict.__getitem__(value, key), depth + 1) for key in parts]
            return [Tag.DICT, [Tag.LIST, *inner], [Tag.LIST, *values]]
        return [CONTAINERS[kind], *inner]

    def other(self, value: Any) -> Any:
        """Numbers and strings of derived types cross as their base type; the rest stays here."""
        if isinstance(value, np.generic) and value.dtype in DTYPE_INDEX:
            return [Tag.SCALAR, DTYPE_INDEX[value.dtype], value.tobytes()]
        if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
            return self.array(np.ndarray.view(value, np.ndarray)) if type(value) is not np.ndarray else self.array(value)
        kind = type(value)
        if issubclass(kind, int) and kind not in (int, bool):
            return self.integer(int.__index__(value))
        if issubclass(kind, float) and kind is not float:
            return float.__float__(value)
        if issubclass(kind, str) and kind is not str:
            return self.text(plain_text(value))
        return self.world.handle(value)


CONTAINERS: dict[Any, Tag] = {
    dict: Tag.DICT,
    list: Tag.LIST,
    tuple: Tag.TUPLE,
    frozenset: Tag.FROZENSET,
    set: Tag.SET,
    VIEWS[0]: Tag.SET,
    VIEWS[1]: Tag.LIST,
    VIEWS[2]: Tag.SET,
}


def is_plain(values: Any, depth: int = 0) -> tuple[bool, int]:
    """Whether a sequence holds plain values only, and how many parts it has on the wire."""
    if len(values) > MAX_LIST or depth > 40:
        return False, MAX_LIST + 1
    plain, parts = True, len(values)
    for value in values:
        kind = type(value)
        if kind is list or kind is tuple:
            inner, count = is_plain(value, depth + 1)
            plain, parts = plain and inner, parts + count
        elif kind is np.ndarray:
            plain, parts = plain and value.dtype in DTYPE_INDEX, parts + 10
        elif kind is str or kind is bytes:
            parts += len(value) >> 3
        elif kind not in SIMPLE and not (isinstance(value, type) and value in TYPE_INDEX):
            plain = plain and isinstance(value, (int, float, str, np.generic, np.dtype))
        if parts > MAX_LIST:
            break
    return plain, parts


class Reference:
    """A name or an expression of the suite, looked up only when the whole request has arrived."""

    def __init__(self, look_up: Callable[[World], Any]) -> None:
        self.look_up = look_up


def settle(world: World, value: Any) -> Any:
    """Put what the references in an argument stand for in their place."""
    if type(value) is Reference:
        return value.look_up(world)
    if type(value) in (list, tuple):
        return type(value)(settle(world, part) for part in value)
    if type(value) is dict:
        return {settle(world, key): settle(world, part) for key, part in value.items()}
    if type(value) is slice:
        return slice(*(settle(world, part) for part in (value.start, value.stop, value.step)))
    if type(value) in (set, frozenset):
        return type(value)(settle(world, part) for part in value)
    return value


class RequestDecoder(Decoder):
    """Values from the suite."""

    max_depth = 400

    def __init__(self, world: World) -> None:
        super().__init__(budget=1 << 62)  # the suite is trusted; the memory limit still holds
        self.world = world
        self.nodes = -1 << 62
        self.lent: list[tuple[int, np.ndarray, bool]] = []  # the suite's arrays, by future mirror id
        self.references = False

    def new_array(self, value: np.ndarray, mirror: int, writeable: bool) -> np.ndarray:
        if mirror:
            self.lent.append((mirror, value, writeable))
        return value

    def mirror(self, node: list, depth: int) -> np.ndarray:
        if node[0] in self.world.mirrors:
            return self.world.mirrors[node[0]][0]
        return next(array for number, array, _ in self.lent if number == node[0])

    def handle(self, node: list, depth: int) -> Any:
        return self.world.objects[node[0]]

    def name(self, node: list, depth: int) -> Reference:
        self.references = True
        return Reference(lambda world: world.resolve(*node))

    def deferred(self, node: list, depth: int) -> Reference:
        self.references = True
        key, name, arguments, keywords = self.parts(node, depth)

        def look_up(world: World) -> Any:
            if key not in world.deferred:
                world.deferred[key] = perform(world, name, settle(world, arguments), keywords)
            return world.deferred[key]

        return Reference(look_up)


def op_call(world: World, function: Callable, *arguments: Any, **keywords: Any) -> Any:
    return function(*arguments, **keywords)


def op_next(world: World, iterator: Any) -> Any:
    """Return (True, the next item) or (False, None)."""
    try:
        return True, next(iterator)
    except StopIteration:
        return False, None


def op_chunk(world: World, iterator: Any, count: int) -> list:
    """Return the next items, at most `count` and fewer if they are large; none at the end."""
    items: list = []
    room = MAX_LIST
    for item in itertools.islice(iterator, count):
        items.append(item)
        room -= is_plain([item])[1] + 4
        if room < 0:
            break
    return items


def op_exit(world: World, manager: Any, name: str | None, message: str) -> bool:
    """Leave a `with` block; an exception of the suite is shown as one of the same builtin type."""
    if name is None:
        return bool(type(manager).__exit__(manager, None, None, None))
    kind = EXCEPTIONS[name]
    try:
        error = kind(message)
    except Exception:  # one that needs more than a message
        kind, error = Exception, Exception(message)
    return bool(type(manager).__exit__(manager, kind, error, None))


def op_helper(world: World, source: str, name: str, names: list, values: list, modules: list) -> Any:
    """Define a suite's helper beside the submission's code."""
    space: dict[str, Any] = {"__name__": "suite_helper", **dict(zip(names, values, strict=True))}
    space.update({alias: importlib.import_module(module) for alias, module in modules})
    flags = __future__.annotations.compiler_flag  # annotations may name what exists in the suite only
    exec(compile(source, f"{HELPER}{name}>", "exec", flags), space)  # noqa: S102  source written by the instructor
    return space[name]


def op_write_files(world: World, names: list[str], contents: list[np.ndarray]) -> str:
    """Write files into a new folder of the box and return its path."""
    folder = tempfile.mkdtemp(dir=os.getcwd())
    for name, content in zip(names, contents, strict=True):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content.tobytes())
    return folder


OPERATIONS: dict[str, Callable] = {
    "call": op_call,
    "next": op_next,
    "exit": op_exit,
    "helper": op_helper,
    "write_files": op_write_files,
    "sync": lambda world: None,
    "resolve": lambda world, value: value,
    "items": lambda world, value: value,
    "value": lambda world, value: value,
    "keys": lambda world, value: value,
    "chunk": op_chunk,
    "format": lambda world, value, specification: format(value, specification),
    "enter": lambda world, manager: type(manager).__enter__(manager),
    "isinstance": lambda world, value, kind: isinstance(value, kind),
    "issubclass": lambda world, value, kind: issubclass(value, kind),
    "getattr": lambda world, value, name: getattr(value, name),
    "setattr": lambda world, value, name, new: setattr(value, name, new),
    "delattr": lambda world, value, name: delattr(value, name),
    "len": lambda world, value: len(value),
    "bool": lambda world, value: bool(value),
    "str": lambda world, value: str(value),
    "float": lambda world, value: float(value),
    "int": lambda world, value: int(value),
    "complex": lambda world, value: complex(value),
    "round": lambda world, *values: round(*values),
    "dir": lambda world, value: dir(value),
    "copy": lambda world, value: copy.copy(value),
    "deepcopy": lambda world, value: copy.deepcopy(value),
    "divmod": lambda world, a, b: divmod(a, b),
    "contains": lambda world, container, item: item in container,
}


def perform(world: World, name: str, arguments: list, keywords: list[str]) -> Any:
    """Carry out one operation: a name from the table above, or a function of the standard module `operator`."""
    operation = OPERATIONS.get(name)
    if operation is None:
        return getattr(operator, name)(*arguments)
    count = len(arguments) - len(keywords)
    return operation(world, *arguments[:count], **dict(zip(keywords, arguments[count:], strict=True)))


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
        before = [fingerprint(array) if writeable else b"" for _, array, writeable in lent]
        for _, array, writeable in lent:
            array.flags.writeable = writeable
        encoder = ReplyEncoder(self.world)
        result: Any = None
        outcome: list = []
        try:
            if decoder.references:
                arguments = settle(self.world, arguments)
            result = perform(self.world, name, arguments, keywords)
        except UnusableModule as error:
            outcome = ["import", error.module, str(error)[: 2 * MAX_MESSAGE]]
        except BaseException as error:
            outcome = self.report(encoder, error)
        del arguments
        retained, updates = [], []
        for (mirror, array, writeable), old in zip(lent, before, strict=True):
            if writeable and fingerprint(array) != old:
                updates.append((mirror, array))
            # Referred to by the list of what was lent, by this loop and by the call: one more keeps it.
            if sys.getrefcount(array) > 3:
                self.world.add_mirror(array, mirror)
                retained.append(mirror)
        if not outcome:
            if type(result) is np.ndarray and sys.getrefcount(result) == 2:
                base = result.base
                if base is None or (type(base) is np.ndarray and base.base is None and sys.getrefcount(base) == 3):
                    encoder.temporary = result
            try:
                outcome = ["ok", ENCODINGS.get(name, ReplyEncoder.encode)(encoder, result)]
            except BaseException as error:  # an object that raises while it is looked at
                encoder.start_again()
                outcome = self.report(encoder, error)
        updates += self.world.changes()
        flush()
        self.reply(encoder, outcome, updates, retained)

    def reply(self, encoder: ReplyEncoder, outcome: list, updates: list, retained: list[int]) -> None:
        arrays = len(encoder.arrays)
        changed = [[Tag.LIST, mirror, encoder.plain_array(array, 0, True)] for mirror, array in updates]
        tail = [[Tag.LIST, *changed], [Tag.LIST, *retained], self.number]
        packed = pack([Tag.LIST, *outcome, *tail])
        if len(packed) > MAX_STRUCTURE_BYTES:
            encoder.world.drop_mirrors(encoder.new_mirrors)
            del encoder.arrays[:arrays]
            text = "the answer is too large to be looked at"
            outcome = ["error", "ValueError", "ValueError", [Tag.TUPLE, text], text, f"ValueError: {text}\n", None]
            packed = pack([Tag.LIST, *outcome, *tail])
        self.connection.send_packed(packed, encoder.arrays)

    def report(self, encoder: ReplyEncoder, error: BaseException) -> list:
        """An exception as: nearest known type, own name, arguments, message, traceback, own type if that is not known."""
        kind = type(error)
        known = next(cls for cls in kind.__mro__ if cls in EXCEPTION_NAMES)
        try:
            message = plain_text(str(error))[:MAX_MESSAGE]
            given = BaseException.args.__get__(error)  # type: ignore[attr-defined]
            plain, parts = is_plain(given)
            arguments = encoder.encode(given) if plain and parts < 1000 else [Tag.TUPLE, message]
            if encoder.arrays:
                encoder.start_again()
                arguments = [Tag.TUPLE, message]
        except BaseException as problem:
            message = f"(its message cannot be shown: {type(problem).__name__})"
            arguments = [Tag.TUPLE, message]
        try:
            text = self.world.student_traceback(error)
        except BaseException:  # an exception that raises when it is looked at
            text = f"{kind.__name__}: {message}"
        if len(text) > MAX_MESSAGE:
            text = f"{text[: MAX_MESSAGE // 2]}\n[...]\n{text[-MAX_MESSAGE // 2 :]}"
        error.__traceback__ = error.__context__ = error.__cause__ = None  # their frames hold the arguments
        own = None if known is kind else self.world.handle(kind)
        return ["error", EXCEPTION_NAMES[known], plain_text(kind.__name__)[:MAX_NAME], arguments, message, text, own]

    def start(self, stage: str, seed: int) -> None:
        """Make the process the submission's own. There is no reply; a failure shows in the next request."""
        self.world.stage = stage
        sys.path.insert(0, stage)
        random.seed(seed)
        np.random.seed(seed % (1 << 32))  # what student code calls is the old global generator

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
        self.connection.send([Tag.LIST, "ok", done, [Tag.LIST], [Tag.LIST], self.number], [])


ENCODINGS: dict[str, Callable] = {
    "items": ReplyEncoder.items,
    "chunk": ReplyEncoder.chunk,
    "value": ReplyEncoder.content,
    "keys": ReplyEncoder.keys,
}


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
