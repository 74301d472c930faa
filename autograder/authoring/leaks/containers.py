"""Read files that contain other files or numbers: archives, compressed files, arrays, pickles. Nothing in them is run."""

import bz2
import gzip
import io
import lzma
import math
import pickletools
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

import numpy as np

from autograder.authoring.leaks.documents import PICTURES, PNG, in_pdf, in_picture, in_png
from autograder.authoring.leaks.parts import Budget, Part, Unreadable, inflated


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
    except Unreadable:
        raise
    except Exception as error:  # whatever a reader of a format makes of bytes that are not of it
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
