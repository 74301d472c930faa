"""Faults that the bytes of a source file show without a compiler: empty, UTF-16, Latin-1, a renamed notebook."""

import re
import unicodedata

from autograder.intake.remark import Remark

SIGNATURES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "a Word document"),
    (b"\x89PNG", "a PNG image"),
)
PLAIN_CODECS = frozenset({"utf-8", "utf8", "ascii", "us-ascii", "latin-1", "iso-8859-1", "iso-8859-15", "cp1252"})
CODING_LINE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
LINE_END = re.compile(r"\r\n|\r|\n")
BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def signature(head: bytes) -> str | None:
    """What a file that starts with these bytes is ("a RAR archive"), or None if nothing we know."""
    return next((what for magic, what in SIGNATURES if head.startswith(magic)), None)


def check_bytes(name: str, source: bytes) -> tuple[Remark, ...]:
    """Remarks on a Python file that need no compiler; after a fatal one, compiling it would say nothing useful."""

    def fatal(message: str, line: int | None = None, column: int | None = None) -> tuple[Remark, ...]:
        return (Remark(name, line, column, message, fatal=True),)

    may_be_empty = name.rpartition("/")[2] == "__init__.py"  # as that of a package often is
    if not source.strip():
        if may_be_empty:
            return ()
        return fatal("The file is empty. Save your work in the editor and hand it in again")
    if what := signature(source):
        return fatal(f"The file is {what}, not Python source. Hand in the source as plain text")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")) or source.count(0) > len(source) // 4:
        return fatal("The file is saved as UTF-16. Save it with the encoding UTF-8 and hand it in again")
    if (nul := source.find(0)) >= 0:
        line, column = position(source[:nul].decode("utf-8", "replace"))
        return fatal("There is a NUL byte here; the file may be damaged. Delete it, save as UTF-8, hand in again", line, column)
    try:
        text = decoded(source)
    except UnicodeDecodeError as error:
        line, column = position(source[: error.start].decode("utf-8", "replace"))
        byte = source[error.start]
        guess = bytes([byte]).decode("cp1252", "replace")
        meant = f" ({guess!r} in Latin-1)" if guess.isprintable() and guess != "\ufffd" else ""
        return fatal(
            f"The byte 0x{byte:02x}{meant} is not UTF-8. Save the file with the encoding UTF-8 and hand it in again",
            line,
            column,
        )
    if text is None:
        return ()
    if not may_be_empty and all(not line.strip() or line.lstrip().startswith("#") for line in LINE_END.split(text)):
        return fatal("The file contains only comments. Save your work in the editor and hand it in again")
    if text.lstrip().startswith("{") and '"nbformat"' in text:
        return fatal(
            "The file is a Jupyter notebook with another name. Export it as a Python script "
            "(File > Save and Export As > Executable Script) and hand that in"
        )
    if bidi := BIDI_CONTROL.search(text):
        line, column = position(text[: bidi.start()])
        return (
            Remark(
                name, line, column, f"{named(bidi[0])} can make code look different from what it does; delete it", fatal=False
            ),
        )
    return ()


def decoded(source: bytes) -> str | None:
    """The text; None where the file declares a codec that is not worth running on untrusted bytes in this process."""
    for line in source.split(b"\n", 2)[:2]:
        if match := CODING_LINE.match(line):
            codec = match[1].decode("ascii", "replace").lower().replace("_", "-")
            return source.decode(codec) if codec in PLAIN_CODECS else None
    return source.decode("utf-8-sig")


def position(before: str) -> tuple[int, int]:
    """Line and column, from 1, of the character that follows this text."""
    lines = LINE_END.split(before.removeprefix("\ufeff"))
    return len(lines), len(lines[-1]) + 1


def named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"
