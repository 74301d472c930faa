"""Decode bytes as text in every encoding that fits."""

import codecs
import contextlib
import re

MARKS = (  # UTF-32 first: its mark in little endian begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
WIDE = (("utf-16-le", 2), ("utf-16-be", 2), ("utf-32-le", 4), ("utf-32-be", 4))
CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1b"}) + b"\x7f"  # bytes that stand in no text
ASCII = bytes(range(ord(" "), 0x7F)) + b"\t\n\r"
CONTROL_SHARE = 0.02  # of them that a text may have, damaged as it is; of random bytes they are 0.11
PLAIN_SHARE = 0.8  # of ASCII in what is read as two or four bytes a letter without a mark that says so
RUN = re.compile(r"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]{6,}")  # letters in a row amid bytes that are none
DECLARED = re.compile(rb"(?:coding[:=]|charset=|encoding=)\s*[\"']?([-\w.]+)")
UTF7 = re.compile(r"\+[A-Za-z0-9+/]{2,}-?")


def texts(content: bytes) -> tuple[list[str], bool]:
    """Return what bytes say, the likeliest reading first, and whether they are a text as a whole.

    Of a text in an unknown encoding the letters beyond ASCII may be wrong ones; secrets have few of them.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, "replace")
            if text.count("\ufffd") <= CONTROL_SHARE * len(text) + 1:
                return unique([text, *narrow(content[len(mark) :]), *others(content, text)]), True
    if b"\0" in content:
        for encoding, size in WIDE:
            text = content[: len(content) // size * size].decode(encoding, "replace")
            if sum("\t" <= letter <= "~" for letter in text) >= PLAIN_SHARE * len(text):
                return unique([text.replace("\0", " "), *others(content, text)]), True
    bare = content.replace(b"\0", b"")
    nuls = len(content) - len(bare)
    if sum(map(bare.count, CONTROLS)) > CONTROL_SHARE * len(bare) or nuls > CONTROL_SHARE * len(content) + 1:
        return runs(content), False
    try:
        text = bare.decode()
    except UnicodeDecodeError:
        text = bare.decode("latin-1")
    apart = [content.replace(b"\0", b" ").decode("latin-1")] if nuls else []
    return unique([text, *apart, *others(content, text)]), True


def narrow(content: bytes) -> list[str]:
    """Return what bytes behind a mark say if it says the wrong thing: as ASCII, where most of them are."""
    letters = sum(map(content.count, ASCII))
    return [content.decode("latin-1")] if letters >= PLAIN_SHARE * len(content) else []


def runs(content: bytes) -> list[str]:
    """Return the pieces of text amid other bytes, one a line, for letters of one byte and of two."""
    found = ["\n".join(RUN.findall(content.decode("latin-1")))]
    if b"\0" in content:
        for start in (0, 1):
            wide = content[start : len(content) - (len(content) - start) % 2]
            found += ["\n".join(piece for piece in RUN.findall(wide.decode("utf-16-le", "replace")) if piece.isascii())]
    return [text for text in unique(found) if text]


def others(content: bytes, text: str) -> list[str]:
    """Return what a text says in the encodings that it names, and in UTF-7."""
    found = []
    for name in {*DECLARED.findall(content[:2000])}:
        with contextlib.suppress(LookupError, ValueError):  # no such encoding, or not that of this text
            found.append(codecs.lookup(name.decode("ascii")).decode(content, "replace")[0])
    if text.isascii() and UTF7.search(text):
        found.append(text.encode().decode("utf-7", "replace"))
    return [other for other in found if isinstance(other, str)]


def unique(found: list[str]) -> list[str]:
    return list(dict.fromkeys(found))
