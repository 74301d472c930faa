"""The process that runs the submission: it carries out one request after the other until it is killed.

Everything here is in the hands of the submission as soon as its first line has run. Nothing that this process says is
evidence, and nothing in its memory is a secret.
"""

import builtins
import contextlib
import copy
import importlib
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
    MAX_STRUCTURE_BYTES,
    SCALAR_INDEX,
    TYPE_INDEX,
    Connection,
    Decoder,
    Encoder,
    Tag,
    fingerprint,
)

SOCKET_FD = 3
MAX_REQUEST_STRUCTURE = 64 * MAX_STRUCTURE_BYTES  # the suite is trusted, its lists may be long
MAX_LIST = 20_000  # parts of a list that travels by copy; a longer one stays here and is iterated from there
KINDS: tuple[tuple[str, Any], ...] = (
    ("type", type),
    ("module", types.ModuleType),
    ("function", (types.FunctionType, types.BuiltinFunctionType, types.MethodType)),
    ("generator", types.GeneratorType),
    ("dict", dict),
    ("list", list),
    ("tuple", tuple),
    ("set", (set, frozenset)),
)
PLAIN_CONTAINERS = (dict, set, frozenset, type({}.keys()), type({}.values()), type({}.items()))
SIMPLE = frozenset((type(None), bool, int, float, complex, str, bytes, slice, range, type(Ellipsis), *SCALAR_INDEX))


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
        named = value if kind in ("type", "function", "module") else type(value)
        return [Tag.HANDLE, known, kind, str(getattr(named, "__name__", type(value).__name__))[:200]]

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
            entry = self.mirrors[mirror]
            np.copyto(entry[0], value)
            entry[1] = fingerprint(value)

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
        """The traceback without the frames of this package, the submission's files named as submitted."""
        report = traceback.TracebackException.from_exception(error, limit=-30)
        seen: set[int] = set()
        part: Any = report
        while part is not None and id(part) not in seen:
            seen.add(id(part))
            part.stack = traceback.StackSummary.from_list(frame for frame in part.stack if not self.is_ours(frame.filename))
            part = part.__cause__ or part.__context__
        return "".join(report.format()).replace(self.stage + os.sep, "")

    @staticmethod
    def is_ours(filename: str) -> bool:
        return filename.startswith((OUR_FOLDER, "<frozen importlib", IMPORTLIB_FOLDER))


EXCEPTIONS: dict[str, type[BaseException]] = {
    **{name: value for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)},
    "LinAlgError": np.linalg.LinAlgError,
    "AxisError": np.exceptions.AxisError,
}
EXCEPTION_NAMES = {value: name for name, value in EXCEPTIONS.items()}
OUR_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
IMPORTLIB_FOLDER = os.path.dirname(os.path.abspath(importlib.__file__)) + os.sep


def describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


class ReplyEncoder(Encoder):
    """Values to the suite: plain ones by copy, arrays that live on here as mirrors, everything else as handles."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.temporary: np.ndarray | None = None  # an array that nobody but the reply refers to

    def array(self, value: np.ndarray) -> Any:
        mirror = self.world.mirror_ids.get(id(value))
        if mirror is not None:
            return [Tag.MIRROR, mirror]
        if value.dtype not in DTYPE_INDEX:
            if value.dtype.newbyteorder("=") in DTYPE_INDEX:
                return self.plain_array(value.astype(value.dtype.newbyteorder("=")), 0, True)
            return self.world.handle(value)
        if value is self.temporary:
            return self.plain_array(value, 0, True)
        mirror = self.world.new_id()
        self.world.add_mirror(value, mirror)
        return self.plain_array(value, mirror, value.flags.writeable)

    def sequence(self, tag: Tag, values: Any) -> list:
        plain, parts = is_plain(values)
        if parts > MAX_LIST or (tag == Tag.LIST and not plain):
            return self.world.handle(values)
        return super().sequence(tag, values)

    def items(self, value: Any) -> Any:
        """All items of a builtin container at once; of anything else an iterator."""
        if type(value) in (list, tuple, *PLAIN_CONTAINERS) and len(value) <= MAX_LIST:
            return [Tag.LIST, *map(self.encode, value)]
        return self.encode(iter(value))

    def container(self, value: Any) -> Any:
        """The content of a dict, a view of one or a set, for a comparison on the suite's side."""
        if type(value) is dict:
            keys, values = list(value.keys()), list(value.values())
            return [Tag.DICT, super().sequence(Tag.LIST, keys), [Tag.LIST, *map(self.content, values)]]
        tag = Tag.LIST if isinstance(value, type({}.values())) else Tag.SET
        return [tag, *map(self.encode, value)]

    def content(self, value: Any) -> Any:
        if type(value) in PLAIN_CONTAINERS:
            return self.container(value)
        if type(value) is list:
            return [Tag.LIST, *map(self.content, value)]
        return self.encode(value)

    def other(self, value: Any) -> Any:
        """Numbers and strings of derived types cross as their base type; the rest stays here."""
        if isinstance(value, np.generic) and value.dtype in DTYPE_INDEX:
            return [Tag.SCALAR, DTYPE_INDEX[value.dtype], value.tobytes()]
        if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
            return self.array(np.ndarray.view(value, np.ndarray)) if type(value) is not np.ndarray else self.array(value)
        if isinstance(value, int) and type(value) is not int and not isinstance(value, bool):
            return self.integer(int.__index__(value))
        if isinstance(value, float) and type(value) is not float:
            return float.__float__(value)
        if isinstance(value, str) and type(value) is not str:
            return self.text(str.__str__(value))
        return self.world.handle(value)


def is_plain(values: Any, depth: int = 0) -> tuple[bool, int]:
    """Whether a sequence holds plain values only, and how many parts it has."""
    if len(values) > MAX_LIST or depth > 40:
        return False, MAX_LIST + 1
    plain, parts = True, len(values)
    for value in values:
        kind = type(value)
        if kind is list or kind is tuple:
            inner, count = is_plain(value, depth + 1)
            plain, parts = plain and inner, parts + count
        elif kind is np.ndarray:
            plain = plain and value.dtype in DTYPE_INDEX
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
    return value


class RequestDecoder(Decoder):
    """Values from the suite."""

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


def op_exit(world: World, manager: Any, name: str | None, message: str) -> bool:
    """Leave a `with` block; an exception of the suite is shown as one of the same builtin type."""
    if name is None:
        return bool(type(manager).__exit__(manager, None, None, None))
    kind = getattr(builtins, name, Exception)
    return bool(type(manager).__exit__(manager, kind, kind(message), None))


def op_helper(world: World, source: str, name: str, names: list, values: list, modules: list) -> Any:
    """Define a suite's helper beside the submission's code."""
    space: dict[str, Any] = {"__name__": "suite_helper", **dict(zip(names, values, strict=True))}
    space.update({alias: importlib.import_module(module) for alias, module in modules})
    exec(compile(source, f"<helper {name}>", "exec"), space)  # noqa: S102  source written by the instructor
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
        failure: list | None = None
        try:
            if decoder.references:
                arguments = settle(self.world, arguments)
            result = perform(self.world, name, arguments, keywords)
        except UnusableModule as error:
            failure = ["import", error.module, str(error)]
        except BaseException as error:
            failure = ["error", *self.report(encoder, error)]
        del arguments
        retained, updates = [], []
        for (mirror, array, writeable), old in zip(lent, before, strict=True):
            if writeable and fingerprint(array) != old:
                updates.append((mirror, array))
            # Referred to by the list of what was lent, by this loop and by the call: one more keeps it.
            if sys.getrefcount(array) > 3:
                self.world.add_mirror(array, mirror)
                retained.append(mirror)
        if failure is None:
            if type(result) is np.ndarray and sys.getrefcount(result) == 2:
                base = result.base
                if base is None or (type(base) is np.ndarray and base.base is None and sys.getrefcount(base) == 3):
                    encoder.temporary = result
            try:
                failure = ["ok", ENCODINGS.get(name, ReplyEncoder.encode)(encoder, result)]
            except BaseException as error:  # an object that raises while it is looked at
                encoder = ReplyEncoder(self.world)
                failure = ["error", *self.report(encoder, error)]
        changed = [[Tag.LIST, mirror, encoder.plain_array(array, 0, True)] for mirror, array in updates + self.world.changes()]
        flush()
        self.connection.send([Tag.LIST, *failure, [Tag.LIST, *changed], [Tag.LIST, *retained]], encoder.arrays)

    def report(self, encoder: ReplyEncoder, error: BaseException) -> list:
        """An exception as: nearest known type, own type, arguments, message, traceback."""
        known = next(cls for cls in type(error).__mro__ if cls in EXCEPTION_NAMES)
        try:
            message, text = str(error), self.world.student_traceback(error)
            plain, parts = is_plain(error.args)
            arguments = encoder.encode(error.args) if plain and parts < 20 else [Tag.TUPLE, message[:MAX_MESSAGE]]
        except Exception as problem:
            message = text = f"{type(error).__name__} (its message cannot be shown: {type(problem).__name__})"
            arguments = [Tag.TUPLE, message]
        error.__traceback__ = error.__context__ = error.__cause__ = None  # their frames hold the arguments
        names = [EXCEPTION_NAMES[known], type(error).__name__]
        if len(text) > MAX_MESSAGE:
            text = f"{text[: MAX_MESSAGE // 2]}\n[...]\n{text[-MAX_MESSAGE // 2 :]}"
        return [*names, arguments, message[:MAX_MESSAGE], text]

    def start(self, stage: str, seed: int) -> None:
        """Make the process the submission's own. There is no reply; a failure shows in the next request."""
        self.world.stage = stage
        sys.path.insert(0, stage)
        random.seed(seed)
        np.random.seed(seed % (1 << 32))  # what student code calls is the old global generator

    def fork(self) -> None:
        """Continue in a copy of this process, on a connection that the suite's side sends."""
        if len(os.listdir("/proc/self/task")) > 1:
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
        self.connection.send([Tag.LIST, "ok", done, [Tag.LIST], [Tag.LIST]], [])


MAX_MESSAGE = 20_000
ENCODINGS: dict[str, Callable] = {"items": ReplyEncoder.items, "value": ReplyEncoder.content}


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the submission may have replaced or closed it
            stream.flush()


def main(sock: socket.socket) -> None:
    """Serve until the other side goes away. The process is confined already."""
    Servant(Connection(sock), World()).run()
