"""What is fuzzed: functions from bytes to nothing that read the bytes as a stranger's, as the grader would.

Each returns quietly where the bytes are taken or refused in a documented way. Any other exception is a bug, and so is what a
target asserts of a result. `test_fuzz.py` runs them on examples, `run.py` beside it on as many inputs as one likes.
"""

import contextlib
import importlib
import io
import json
import math
import os
import socket
import tempfile
import types
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgpack
import numpy as np

from autograder.answers import reading
from autograder.assignment import MAX_POINTS
from autograder.errors import AutograderError, SubmissionError
from autograder.gradescope import metadata
from autograder.grading.records import Record
from autograder.intake.stage import stage_submission
from autograder.results.gradescope import document_of, text_of
from autograder.sandbox.connection import HEADER, Connection, pack
from autograder.sandbox.limits import Limits
from autograder.sandbox.mirrors import mirror_of
from autograder.sandbox.replies import ReplyEncoder, report
from autograder.sandbox.streams import ERR, OUT, RECORD, VARIABLE, WARNING
from autograder.sandbox.wire import DTYPE_INDEX, DTYPES, TYPES, Tag
from autograder.sandbox.world import World
from autograder.standins.answered import Answer
from autograder.standins.classes import Classes, ClassStandin
from autograder.standins.door import Door
from autograder.standins.elsewhere import Elsewhere
from autograder.standins.failures import ProcessGone, SubmissionFailure, TrustedValueError
from autograder.standins.ledger import Ledger
from autograder.standins.patches import Patches
from autograder.standins.replies import ReplyDecoder
from autograder.standins.standin import Handle, new_handle
from autograder.standins.surroundings import Surroundings
from autograder.text import MAX_OUTPUT, clean

try:
    torch: Any = importlib.import_module("torch")
except ImportError:
    torch = None
else:  # each side is taught tensors by its own module
    importlib.import_module("autograder.sandbox.autograd")
    importlib.import_module("autograder.standins.tensors")

ANSWER_IDS = ("8.1a", "8.1b", "8.2", "8.3c")
WANTED = ("modules.py", "src/net.py")
SOURCE = b"import numpy as np\n\n\ndef double(x):\n    return 2 * x\n"

# The door, with the attacker at the other end


KEEPER: Any = types.SimpleNamespace(
    budget_bytes=Limits().reply_mb << 20,
    copy_arguments=False,
    active=False,
    classes=Classes(),
    patches=Patches(),
    pid=os.getpid(),
    elsewhere=Elsewhere(),
    surroundings=Surroundings(),
    answer=Answer(),
    imports=[],
    places=None,
)


class NoEndings:
    """What a door needs where there is no process that could end."""

    def end(self, serial: int) -> None:
        """There is no process."""

    def why_gone(self, serial: int) -> str:
        return "it is gone"


FIRST_REQUEST = 41  # the number of the first request


def opened(sock: socket.socket) -> tuple[Door, list]:
    """A door in the middle of a test, and what the suite holds: arrays 3 and 5, tensors 7 and 9, an object 11."""
    endings: Any = NoEndings()
    door = Door(Ledger(1), Connection(sock), endings, KEEPER)
    door.number, door.ledger.highest = FIRST_REQUEST - 1, 11
    held = [np.arange(4.0), np.zeros((2, 3), np.float32)]
    held += [torch.nn.Parameter(torch.ones(2)), torch.arange(3)] if torch else []
    for number, value in zip((3, 5, 7, 9), held, strict=False):
        door.ledger.add_mirror(number, mirror_of(value))
    held.append(new_handle(Handle, door.ledger, KEEPER, 11, "", "Layer"))
    door.ledger.standins[11] = held[-1]
    return door, held


def arguments() -> list:
    """What the suite lends with its first request: the numbers 2, 4, and with tensors 6 and 8."""
    return [np.arange(3), np.ones((2, 2)), *([torch.ones(3, requires_grad=True), torch.zeros(2)] if torch else [])]


def wire(data: bytes) -> str:
    """Two replies in a row; say what came of the last that was read: "value", "exception" or "refused".

    Documented: a value, the submission's own exception, or a SubmissionFailure.

    The first byte says how the rest is framed: 0, as it stands; else as structures, each with its length in two bytes before
    it, in frames that announce just the arrays that are in them. Bit 0 adds the number of the request to each; bit 1 makes the
    content of arrays of 0 and 1, without it they are full of the structure's bytes.
    """
    frames = framed(data)
    ours, theirs = socket.socketpair()
    with ours, theirs, warnings.catch_warnings(record=True):  # the reply may tell of some
        door, held = opened(ours)
        outcome = "value"
        try:
            request = door.begin("call", arguments())
            theirs.setblocking(False)
            with contextlib.suppress(BlockingIOError):  # more than a socket holds; the rest is lost, as it might be
                theirs.sendall(frames)
            theirs.shutdown(socket.SHUT_WR)
            value = door.finish(request)
            check_value(value)
            value = door.ask("call", [value, held[-1]])
            check_value(value)
        except SubmissionFailure as error:
            outcome = "refused"
            check_text(str(error))
            assert isinstance(error, ProcessGone) == (door.gone is not None)
        except TrustedValueError:
            pass  # a data type, say, which a suite cannot hand on
        except BaseException as error:
            if not hasattr(error, "student_type"):
                raise
            outcome = "exception"
            assert isinstance(error, (Exception, SystemExit))
            check_text(error.student_type)
            check_text(error.student_traceback)
            str(error)
        with contextlib.suppress(ProcessGone):
            door.tell("sync")  # what the reply has done to arrays crosses back
        for mirror in door.ledger.mirrors.values():
            mirror.remember()()
    return outcome


def framed(data: bytes) -> bytes:
    """What the attacker writes into the socket; see `wire`."""
    if not data or data[0] == 0:
        return data[1:]
    stream, frames, number = io.BytesIO(data[1:]), b"", FIRST_REQUEST
    while True:
        length = stream.read(2)
        if len(length) < 2:
            return frames
        packed = stream.read(int.from_bytes(length, "little"))
        if data[0] % 2:
            packed = closed(packed, number)
        length = announced(packed)
        content = (b"\0\1" * length if data[0] & 2 else packed * length)[:length]
        frames += HEADER.pack(len(packed), len(content)) + packed + content
        number += not packed[2:].startswith(pack("told"))  # what is printed is told before the reply to the same request


def closed(packed: bytes, number: int) -> bytes:
    """Outcome, graph, updates and retained arrays as a list that ends with the number of the request."""
    if not packed or packed[0] & 0xF0 != 0x90 or packed[0] == 0x9F:
        return packed
    return bytes([packed[0] + 1]) + packed[1:] + pack(number)


MOST_ANNOUNCED = 1 << 12  # bytes; an attacker who announces more sends none


def announced(packed: bytes) -> int:
    """Bytes of the arrays in a structure, as the other side will count them; 0 where it will refuse it anyway."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        lent = dict(zip((2, 4, 6, 8), arguments(), strict=False))
        decoder = ReplyDecoder(opened(ours)[0].ledger, KEEPER, lent, KEEPER.budget_bytes)
        try:
            decoder.decode(msgpack.unpackb(packed, unicode_errors="surrogatepass", strict_map_key=False))
        except Exception:  # it is the other side that must not be surprised
            return 0
    total = sum(array.nbytes for array in decoder.arrays)
    return total if total <= MOST_ANNOUNCED else 0


COMPILED = (torch.Tensor, torch.Size, torch.Generator) if torch else ()
PLAIN = (type(None), bool, int, float, complex, str, bytes, slice, range, type(...), type(NotImplemented))


def check_value(value: Any) -> None:
    """Assert that a value is one of those that a suite can be given, whole."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if kind in PLAIN:
            continue
        if issubclass(kind, Handle):
            assert not isinstance(part, COMPILED)  # it says itself what it is an instance of
            continue
        if issubclass(kind, BaseException):
            check_text(str(part))
            waiting += [part.__cause__, part.__context__]
            continue
        if kind in (list, tuple, set, frozenset):
            waiting += part
        elif kind is dict:
            waiting += [*part.keys(), *part.values()]
        elif kind is np.ndarray or isinstance(part, np.generic):
            assert part.dtype in DTYPE_INDEX
            assert part.dtype != bool or np.asarray(part).view(np.uint8).max(initial=0) <= 1
        elif isinstance(part, np.dtype):
            assert part in DTYPES
        elif isinstance(part, type):
            assert kind is ClassStandin or part in TYPES or part.__module__.startswith("torch")
        elif torch and kind in (torch.Tensor, torch.nn.Parameter):
            assert part.dtype != torch.bool or not (part.view(torch.uint8) > 1).any()
        else:
            assert torch and kind.__module__.startswith("torch"), kind
    repr(value)


def check_text(text: str) -> None:
    """Assert that a student may be shown a text."""
    assert clean(text) == text


def wire_seeds() -> Iterator[bytes]:
    """Honest replies, by the encoder of the submission's side."""
    values = [None, True, -3, 2.5, 1 + 2j, "text", b"bytes", 10**40, slice(1, None, 2), range(3), ..., NotImplemented]
    values += [np.float32(1.5), np.arange(6.0).reshape(2, 3), np.array([True, False]), np.float64, np.dtype("int8")]
    values += [[1, [2.0, "x"]], (1, np.ones(2)), {"k": [1]}, {1, 2}, frozenset("ab"), object(), len, World]
    if torch:
        values += [torch.arange(3.0), torch.nn.Parameter(torch.ones(2, 2)), torch.ones(2, requires_grad=True) * 2]
        values += [torch.float64, torch.Size([2, 3]), torch.device("cpu"), torch.nn.Linear(2, 3)]
        values += [torch.ones(2, dtype=torch.bfloat16), [torch.zeros(2), torch.nn.Parameter(torch.arange(2.0))]]
    changed = [[Tag.LIST, 2, [Tag.ARRAY, 4, [3], 0, True]], [Tag.LIST, 3, [Tag.ARRAY, 11, [4], 0, True]]]
    if torch:
        changed += [[Tag.LIST, 7, [Tag.TENSOR_STATE, True, None, [Tag.TENSOR, 8, [2], 0, 0, None]]]]
    nothing = [Tag.LIST]
    second = [Tag.LIST, "ok", None, None, nothing, nothing]
    for value in values:
        world = World()
        world.next_id = 21
        encoder = ReplyEncoder(world)
        node = encoder.content(value) if isinstance(value, (dict, set, frozenset)) else encoder.encode(value)
        graph = encoder.graph()
        yield seed([Tag.LIST, "ok", node, graph, nothing, nothing], second)
        yield seed(second, [Tag.LIST, "ok", node, graph, [Tag.LIST, *changed[1:]], nothing])
    text = b"text"
    events = [[OUT, 1], [ERR, 1], [RECORD, 1, b"n", 30, b"f", 1, b"g", "ValueError", b"t", True, [Tag.TUPLE, b"a", 1]]]
    events += [[WARNING, 1, "UserWarning", b"m", b"Own", b"f", 1, None], [VARIABLE, 0, b"NAME", True]]
    told = [Tag.LIST, *([Tag.LIST, *event] for event in events)]
    yield seed([Tag.LIST, "told", text, told, None, nothing, nothing], second, second)
    yield seed([Tag.LIST, "ok", [Tag.MIRROR, 3], None, [Tag.LIST, *changed], [Tag.LIST, 2, 4]], second)
    yield seed([Tag.LIST, "import", "modules", "it is missing", None, nothing, nothing])
    errors = (ValueError("no"), KeyError("k"), OSError(2, "no"), UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), SystemExit(1))
    own = type("Own", (ValueError,), {"__module__": "modules"})("x", object())
    own.__cause__, own.__context__ = type("Deeper", (type(own),), {})(1), KeyError("k")
    for error in (*errors, own):
        world = World()
        world.next_id = 21
        yield seed([Tag.LIST, *report(ReplyEncoder(world), error), None, nothing, nothing])
    classes = ([Tag.LIST, "modules", "Mine"], [Tag.LIST, 33, "Mine"], [Tag.LIST, "modules", "E", "OSError", [Tag.LIST]])
    for cls in classes:
        yield seed([Tag.LIST, "ok", [Tag.HANDLE, 31, "", "Mine", None, cls], None, nothing, nothing], second)
        yield seed([Tag.LIST, "ok", [Tag.HANDLE, 33, "type", "Mine", None, cls], None, nothing, nothing], second)
    for base in range(3):  # a class of PyTorch that an object says it is an instance of
        handle = [Tag.HANDLE, 31, "", "Mine", base]
        yield seed([Tag.LIST, "ok", handle, None, nothing, nothing], second)
    yield b"\0" + framed(seed([Tag.LIST, "ok", [Tag.ARRAY, 11, [2], 13, True], None, nothing, nothing], second))


def seed(*structures: list) -> bytes:
    packed = [pack(structure) for structure in structures]
    return b"\3" + b"".join(len(block).to_bytes(2, "little") + block for block in packed)


# The intake


def intake_zip(data: bytes) -> None:
    """A zip handed in. Documented: a stage of the files asked for, or a SubmissionError."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch) / "hw.zip"
        archive.write_bytes(data)
        check_intake([archive], Path(scratch) / "stage")


def intake_source(data: bytes) -> None:
    """A file modules.py handed in. Documented: as `intake_zip`."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "modules.py"
        file.write_bytes(data)
        check_intake([file], Path(scratch) / "stage")


def intake_folder(data: bytes) -> None:
    """A folder handed in, made by `planted`. Documented: as `intake_zip`."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "submission"
        folder.mkdir()
        planted(folder, data)
        check_intake([folder], Path(scratch) / "stage")


def check_intake(sources: list[Path], into: Path) -> None:
    try:
        stage = stage_submission(sources, into, WANTED, {})
    except SubmissionError as error:
        check_text(str(error))
        return
    try:
        assert set(stage.files) <= set(WANTED)
        assert {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()} == set(stage.files)
        for remark in (*map(str, stage.early_remarks), *stage.ignored):
            check_text(remark)
    finally:
        stage.discard()


def planted(folder: Path, data: bytes) -> None:
    """Files, links, pipes and folders by these bytes: lines of a letter that says what, and a name."""
    for line in data.split(b"\n")[:50]:
        kind, name = line[:1], line[1:].replace(b"\0", b"")[:200]
        place = os.fsencode(folder)
        parts = [part for part in name.split(b"/") if part not in (b"", b".", b"..")]
        with contextlib.suppress(OSError):  # one name is below another that is no folder
            for part in parts[:-1]:
                place = os.path.join(place, part)
                os.makedirs(place, exist_ok=True)
            target = os.path.join(place, *parts[-1:])
            if kind == b"l":
                os.symlink(b"/etc/passwd", target)
            elif kind == b"p":
                os.mkfifo(target)
            elif kind == b"d":
                os.mkdir(target)
            elif kind == b"z":
                planted_file(target, zipped({"modules.py": SOURCE}))
            elif parts:
                planted_file(target, kind * 3 + line)


def planted_file(path: bytes, content: bytes) -> None:
    with open(path, "xb") as file:  # never into a pipe that is there already
        file.write(content)


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def zip_seeds() -> Iterator[bytes]:
    files = {"hw/modules.py": SOURCE * 5, "hw/src/net.py": SOURCE, "hw/notes.txt": b"n" * 99, "__MACOSX/._x": b""}
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield zipped(files, compression)
    yield zipped({"up/in.zip": zipped(files)})
    yield zipped({"../modules.py": SOURCE, "C:\\src\\net.py": SOURCE, "modules.py": SOURCE, "Modules.py": SOURCE})


def source_seeds() -> Iterator[bytes]:
    yield from (SOURCE, b"\xef\xbb\xbf" + SOURCE, SOURCE.decode().encode("utf-16"), b"# coding: latin-1\nx = '\xe9'\n")
    yield from ("x = \u2018a\u2019\u00a0\n".encode(), "x = 1  # \u202e\n".encode(), b"x = \0\n", b"%pip\n", b'{"nbformat": 4}')


def folder_seeds() -> Iterator[bytes]:
    yield b"fmodules.py\nfsrc/net.py\nlsrc/link.py\npfifo\ndfolder/in/folder"
    yield b"fhw/Modules.py\nfhw/src/net.py\nfhw/.DS_Store\nzhw.zip\nfhw/\xff\xfe.py\nf\x1b[31m.py\nlmodules.py"
    yield b"zup/hw.zip"


# Answers, metadata, results


def answers(data: bytes) -> None:
    """An answers.toml. Documented: never raises; an entry for each question, with texts that may be shown."""
    found = reading.read(data, ANSWER_IDS)
    assert set(found.entries) == set(ANSWER_IDS)
    assert len(found.remarks) <= reading.MAX_REMARKS
    for remark in found.remarks:
        check_text(remark)
    for entry in found.entries.values():
        check_text(entry.text)
        check_text(entry.problem or "")
        assert entry.value is None or not entry.problem
        for value in entry.value if isinstance(entry.value, tuple) else (entry.value,):
            if isinstance(value, str):
                check_text(value)
            elif value is not None:
                float(value)


def answer_seeds() -> Iterator[bytes]:
    yield b'8.1a = -3  # why\n8.1b = ["a", "c"]\n[part 2]\n8.2 = 1/3\n8.3c = tanh\n'
    yield "\ufeff8.1a = \u22120,25\n8.1b = [1,\r\n 2\n]\n8.2 = 1e-300\n8.3c = \u201ctrue\u201d\n".encode()
    yield "8.1a = 5 %\n8.2 = nan".encode("utf-16")
    yield b"8.1a = 1e" + b"0" * 5000 + b'1\n8.1b = [0 0 0]\n8.2 = "3.7 (rounded)"\n8.3c = b)\n8.1b = (4, 7)'


def submission_metadata(data: bytes) -> None:
    """A submission_metadata.json. Documented: a Metadata, or an AutograderError that can be printed."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / metadata.FILE
        file.write_bytes(data)
        try:
            metadata.student_ids(metadata.load(file))
        except AutograderError as error:
            str(error).encode()


def metadata_seeds() -> Iterator[bytes]:
    dates = {"release_date": "2026-01-01T00:00:00.000000Z", "due_date": "2026-02-01T00:00:00+01:00", "late_due_date": None}
    user = {"email": "a@b.c", "id": 1, "name": "A", "sid": "s1", "assignment": dates}
    earlier = {"submission_time": "2026-01-02 00:00:00 UTC", "score": 7.5, "autograder_error": False, "results": {"tests": []}}
    yield json.dumps(
        {
            "id": 1, "created_at": "2026-01-03T10:00:00.5-0800",
            "assignment": {**dates, "group_size": 2, "total_points": "20.0"},
            "submission_method": "upload", "users": [user], "previous_submissions": [earlier],
        }
    ).encode()  # fmt: skip
    yield b'{"users": [{}], "assignment": {"group_size": 1e3, "id": NaN}, "created_at": null}'


def written_results(data: bytes) -> None:
    """Records that hold what these bytes say, as a JSON list of their fields. Documented: valid JSON by the schema."""
    try:
        given = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        given = data.decode("utf-16", "surrogatepass") if len(data) % 2 == 0 and data else data.decode("latin-1")
    fields = given if isinstance(given, list) else [given]
    document = document_of([record_of(part) for part in fields[:20]], 1.0, output=text(given), extra={"given": given})
    loaded = json.loads(text_of(document), parse_constant=refuse)
    assert len(loaded["tests"]) + len(loaded["leaderboard"]) >= min(len(fields), 20)
    assert all(len(test.get("output", "")) <= MAX_OUTPUT for test in loaded["tests"])
    total = sum(test.get("score", 0) for test in loaded["tests"])
    assert math.isclose(loaded["score"], min(max(total, -MAX_POINTS), MAX_POINTS), abs_tol=1e-5)


def refuse(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def text(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def record_of(given: Any) -> Record:
    """A record in whose every field stands what was given, where its type allows it."""
    said = text(given)
    points = 1.0
    if isinstance(given, float) or (isinstance(given, int) and abs(given) < 10**300):
        points = float(given)
    return Record(
        nodeid=said, name=said, suite=said, number=said or None, score=points, max_score=points, status="failed", reason=said,
        printed=said, staff=said, tags=(said,), usage={said: points}, seconds=points,
        leaderboard={"name": said, "value": said if isinstance(given, str) else points} if len(said) % 2 else None,
    )  # fmt: skip


def result_seeds() -> Iterator[bytes]:
    yield json.dumps(["a", "\x1b[31m<script>", "\ud800", "\u202e", 1.5, -1e308, 10**30, None, {"k": [1]}]).encode()
    yield b'[NaN, Infinity, -Infinity, "\\u0000", "x\\rpainted over\\n"]'


@dataclass(frozen=True)
class Target:
    """What is fuzzed, and inputs to begin with."""

    run: Callable[[bytes], object]
    seeds: Callable[[], Iterator[bytes]]


TARGETS = {
    "wire": Target(wire, wire_seeds),
    "zip": Target(intake_zip, zip_seeds),
    "source": Target(intake_source, source_seeds),
    "folder": Target(intake_folder, folder_seeds),
    "answers": Target(answers, answer_seeds),
    "metadata": Target(submission_metadata, metadata_seeds),
    "results": Target(written_results, result_seeds),
}
