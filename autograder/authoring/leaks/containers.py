"""What lies in files that hold others or numbers: archives, compressed files, arrays, pictures, documents. Nothing is run."""

import bz2
import gzip
import io
import json
import lzma
import math
import pickletools
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

PNG, PICTURES = b"\x89PNG\r\n\x1a\n", (b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"\0\0\1\0")
STREAM = re.compile(rb"<<((?:[^<>]|<<[^<>]*>>|<[0-9A-Fa-f\s]*>)*)>>\s*stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
SHOWN = re.compile(r"\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f\s]+)>|\bT[jJd*D]\b|'|\"", re.DOTALL)


class Unreadable(Exception):
    """Nobody knows what a file holds; the text says why."""


@dataclass
class Budget:
    """How much of one file of the zip is looked through, whatever it unfolds to."""

    content_bytes: int = 64 << 20
    text_letters: int = 8 << 20
    parts: int = 5000

    def take(self, content_bytes: int = 0, text_letters: int = 0) -> None:
        """Count one more part.

        Raises:
            Unreadable: it is too much.
        """
        self.content_bytes -= content_bytes
        self.text_letters -= text_letters
        self.parts -= 1
        if min(self.content_bytes, self.text_letters, self.parts) < 0:
            raise Unreadable("holds more than is looked through")

    def read(self, file: IO[bytes]) -> bytes:
        """Return all that an open file holds, which a small one may have been packed from."""
        content = file.read(self.content_bytes + 1)
        self.take(len(content))
        return content


@dataclass(frozen=True)
class Part:
    """Something in a file: bytes that are looked at as a file would be, a text, or numbers.

    Attributes:
        name: that it has there; "" for the only one.
    """

    name: str
    content: bytes | str | frozenset[float]


def parts(content: bytes, budget: Budget) -> Iterator[Part] | None:
    """Yield what a file holds; None for a format that is not known.

    Raises, while it yields:
        Unreadable: there is something that cannot be read.
    """
    for known, reader in READERS:
        if known(content):
            return guarded(reader(content, budget))
    return None


def guarded(found: Iterator[Part]) -> Iterator[Part]:
    try:
        yield from found
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, MemoryError) as error:
        raise Unreadable(f"cannot be opened: {error}") from error
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError) as error:
        raise Unreadable(f"cannot be opened: {error}") from error


def starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(magic)


def in_zip(content: bytes, budget: Budget) -> Iterator[Part]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield Part("", archive.comment.decode("latin-1"))
        for info in archive.infolist():
            yield Part(info.filename, info.comment.decode("latin-1"))
            if not info.is_dir():
                with archive.open(info) as file:
                    yield Part(info.filename, budget.read(file))


def in_tar(content: bytes, budget: Budget) -> Iterator[Part]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for info in archive:
            budget.take()
            yield Part(info.name, "\n".join((info.linkname, *map(str, info.pax_headers.values()))))
            if info.isfile() and (file := archive.extractfile(info)):
                yield Part(info.name, budget.read(file))


def unpacked_by(opener: Callable[[IO[bytes]], Any]) -> Callable[[bytes, Budget], Iterator[Part]]:
    def reader(content: bytes, budget: Budget) -> Iterator[Part]:
        with opener(io.BytesIO(content)) as file:
            yield Part("", budget.read(file))

    return reader


def in_zlib(content: bytes, budget: Budget) -> Iterator[Part]:
    yield Part("", inflated(content, budget))


def inflated(content: bytes, budget: Budget) -> bytes:
    found = zlib.decompressobj().decompress(content, budget.content_bytes + 1)
    budget.take(len(found))
    return found


def is_zlib(content: bytes) -> bool:
    if content[:1] != b"\x78" or len(content) < 8 or int.from_bytes(content[:2], "big") % 31:
        return False
    try:
        zlib.decompressobj().decompress(content[:1000], 1000)
    except zlib.error:
        return False
    return True


def in_npy(content: bytes, budget: Budget) -> Iterator[Part]:
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    data = content[file.tell() :]
    if dtype.hasobject:
        yield from in_pickle(data, budget)
        return
    if math.prod(shape) * dtype.itemsize > len(data):
        raise Unreadable("is an array that lacks its end")
    yield from in_array(np.frombuffer(data, dtype, count=math.prod(shape)) if dtype.itemsize else np.zeros(0))


def in_array(array: np.ndarray) -> Iterator[Part]:
    """Yield the texts and the numbers of an array, and the text that numbers spell."""
    if array.dtype.names:
        for name in array.dtype.names:
            yield Part("", name)
            yield from in_array(array[name].ravel())
    elif array.dtype.kind in "SU":
        values = array.tolist()
        yield Part("", "\n".join(each.decode("latin-1") if isinstance(each, bytes) else each for each in values))
    elif array.dtype.kind in "iuf" and array.size:
        if array.dtype.kind in "iu" and array.size >= 16 and array.min() >= 0 and array.max() < 0x110000:
            spelt = array.astype(np.uint32).tobytes().decode("utf-32", "replace")
            yield Part("", array.astype(np.uint8).tobytes() if array.max() < 256 else spelt)
        yield Part("", frozenset(np.unique(array).astype(float).tolist()))
    elif array.dtype.kind == "c":
        yield from in_array(np.concatenate([array.real, array.imag]))


def in_pickle(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the texts and numbers of a pickle, read and not loaded."""
    words, numbers, blocks = [], set(), []
    for _, argument, _ in pickletools.genops(content):
        if isinstance(argument, str):
            words.append(argument)
        elif isinstance(argument, (bytes, bytearray)):
            blocks.append(bytes(argument))
        elif isinstance(argument, (int, float)) and abs(argument) < 1e300:
            numbers.add(float(argument))
    yield Part("", "\n".join(words))
    yield Part("", frozenset(numbers))
    for block in blocks:
        budget.take(len(block))
        yield Part("", block)


def is_pickle(content: bytes) -> bool:
    return content[:1] == b"\x80" and content[1:2] in b"\2\3\4\5" and content.endswith(b".")


def in_png(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the texts that a picture carries, and what comes after its end."""
    place = len(PNG)
    while place + 12 <= len(content):
        length, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        data = content[place + 8 : place + 8 + length]
        place += 12 + length
        if kind == b"tEXt":
            yield Part("", data.replace(b"\0", b"\n").decode("latin-1"))
        elif kind == b"zTXt":
            yield Part("", inflated(data.partition(b"\0")[2][1:], budget))
        elif kind == b"iTXt":
            _, _, rest = data.partition(b"\0")
            text = rest[2:].split(b"\0", 2)[-1]
            yield Part("", inflated(text, budget) if rest[:1] == b"\1" else text)
        elif kind == b"IEND":
            break
    if content[place:].strip(b"\0\r\n "):
        yield Part("", content[place:])


def in_picture(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield nothing: the texts of these pictures stand there as they are."""
    yield from ()


def in_json(text: str) -> Iterator[Part]:
    """Yield the texts of a notebook or another JSON file; lines in a list are one text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield Part("", value)
        elif isinstance(value, dict):
            waiting += [*value.values(), *(key for key in value if len(key) > 20)]
        elif isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            yield Part("", "".join(value) if any(each.endswith("\n") for each in value) else "\n".join(value))
        elif isinstance(value, list):
            waiting += value


def in_pdf(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the streams of a document, and the text that its pages show in fonts of one byte a letter."""
    if b"/Encrypt" in content:
        raise Unreadable("is an encrypted document")
    kept: list[bytes] = [content]
    for head, data in STREAM.findall(content):
        if b"/Subtype/Image" in head.replace(b" ", b"") or b"/FontFile" in head or b"/Length1" in head:
            continue
        if b"FlateDecode" in head:
            kept.append(inflated(data, budget))
        elif b"/Filter" in head:
            raise Unreadable("is a document with streams that cannot be read")
        else:
            kept.append(data)
    for data in kept[1:]:
        yield Part("", data)
        yield Part("", text_shown(data.decode("latin-1")))
    if any(b"/Identity-H" in data for data in kept):
        raise Unreadable("is a document whose text stands in numbers of glyphs")


def text_shown(code: str) -> str:
    """Return the text that a page's code shows: the pieces of one operator together, a line for each."""
    lines, line = [], ""
    for match in SHOWN.finditer(code):
        if match[1] is not None:
            line += re.sub(r"\\([()\\])", r"\1", match[1])
        elif match[2] is not None:
            digits = re.sub(r"\s", "", match[2])
            line += bytes.fromhex(digits + "0" * (len(digits) % 2)).decode("latin-1")
        elif line:
            lines.append(line)
            line = ""
    return "\n".join([*lines, line])


def is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"


READERS: list[tuple[Callable[[bytes], bool], Callable[[bytes, Budget], Iterator[Part]]]] = [
    (starts(b"\x1f\x8b"), unpacked_by(lambda file: gzip.GzipFile(fileobj=file))),
    (starts(b"BZh"), unpacked_by(bz2.BZ2File)),
    (starts(b"\xfd7zXZ\0", b"\x5d\0\0"), unpacked_by(lzma.LZMAFile)),
    (is_tar, in_tar),
    (starts(b"\x93NUMPY"), in_npy),
    (starts(PNG), in_png),
    (starts(b"%PDF-"), in_pdf),
    (lambda content: zipfile.is_zipfile(io.BytesIO(content)), in_zip),
    (is_pickle, in_pickle),
    (starts(*PICTURES), in_picture),
    (is_zlib, in_zlib),
]
