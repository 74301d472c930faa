"""What is wrong with a source file, in words, without executing it.

What bytes alone can tell (empty, UTF-16, Latin-1, a renamed notebook) is found in process. Whether the file compiles
is asked of one disposable interpreter for all files together, because deep nesting can crash a compiler; it works
while the caller goes on.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

COMPILE_SECONDS = 10.0  # ordinary files take milliseconds; the time also covers the start of an interpreter on a busy machine
_SHOWN_NAME = 100  # characters of a file name
_SHOWN_LINE = 100  # characters of a source line around the error


@dataclass(frozen=True)
class Finding:
    """One remark on a submission; a fatal one means that the tests which need the file fail.

    line and column count from 1, the column in characters. A message on a source line ends with that line and a caret.
    """

    file: str
    line: int | None
    column: int | None
    message: str
    fatal: bool

    def __str__(self) -> str:
        place = "".join(f", {word} {n}" for word, n in (("line", self.line), ("column", self.column)) if n is not None)
        return f"{shown(self.file)}{place}: {self.message}"


def shown(name: str, longest: int = _SHOWN_NAME) -> str:
    """The name with every character that a terminal or a browser might obey written as an escape, cut in the middle."""
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in name)
    if len(clean) > longest:
        clean = f"{clean[: longest // 2]}...{clean[-longest // 2 :]}"
    return clean


# What the bytes tell:

_SIGNATURES = (
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
_PLAIN_CODECS = frozenset({"utf-8", "utf8", "ascii", "us-ascii", "latin-1", "iso-8859-1", "iso-8859-15", "cp1252"})
_CODING_LINE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def signature(head: bytes) -> str | None:
    """What a file that starts with these bytes is ("a RAR archive"), or None if nothing we know."""
    return next((what for magic, what in _SIGNATURES if head.startswith(magic)), None)


def check_bytes(name: str, source: bytes) -> tuple[Finding, ...]:
    """Findings on a Python file that need no compiler; after a fatal one, compiling it would say nothing useful."""

    def fatal(message: str, line: int | None = None, column: int | None = None) -> tuple[Finding, ...]:
        return (Finding(name, line, column, message, fatal=True),)

    if not source.strip():
        return fatal("The file is empty. Save your work in the editor and hand it in again.")
    if what := signature(source):
        return fatal(f"The file is {what}, not Python source. Hand in the source as plain text.")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")) or source.count(0) > len(source) // 4:
        return fatal("The file is saved as UTF-16. Save it with the encoding UTF-8 and hand it in again.")
    if (nul := source.find(0)) >= 0:
        line, column = _position(source[:nul].decode("utf-8", "replace"))
        return fatal("A NUL byte stands here; the file may be damaged. Delete it, save as UTF-8, hand in again.", line, column)
    try:
        text = _decode(source)
    except UnicodeDecodeError as error:
        line, column = _position(source[: error.start].decode("utf-8", "replace"))
        byte = source[error.start]
        guess = bytes([byte]).decode("cp1252", "replace")
        meant = f" ({guess!r} in Latin-1)" if guess.isprintable() and guess != "\ufffd" else ""
        return fatal(
            f"The byte 0x{byte:02x}{meant} is not UTF-8. Save the file with the encoding UTF-8 and hand it in again.",
            line,
            column,
        )
    if text is None:
        return ()
    if all(not line.strip() or line.lstrip().startswith("#") for line in _LINE_END.split(text)):
        return fatal("The file is empty but for comments. Save your work in the editor and hand it in again.")
    if text.lstrip().startswith("{") and '"nbformat"' in text:
        return fatal(
            "The file is a Jupyter notebook with another name. Export it as a Python script "
            "(File > Save and Export As > Executable Script) and hand that in."
        )
    if bidi := _BIDI_CONTROL.search(text):
        line, column = _position(text[: bidi.start()])
        return (Finding(name, line, column, f"{_named(bidi[0])} can make code look other than it is; delete it.", fatal=False),)
    return ()


def _decode(source: bytes) -> str | None:
    """The text; None where the file declares a codec that is not worth running on untrusted bytes in this process."""
    for line in source.split(b"\n", 2)[:2]:
        if match := _CODING_LINE.match(line):
            codec = match[1].decode("ascii", "replace").lower().replace("_", "-")
            return source.decode(codec) if codec in _PLAIN_CODECS else None
    return source.decode("utf-8-sig")


def _position(before: str) -> tuple[int, int]:
    """Line and column, from 1, of the character that follows this text."""
    lines = _LINE_END.split(before.removeprefix("\ufeff"))
    return len(lines), len(lines[-1]) + 1


# What the compiler says:

# One answer a line, flushed at once, so that after a crash the first file without an answer is the one to blame.
_COMPILER = """
import json, os, sys
sizes = json.loads(sys.stdin.buffer.readline())
sources = [sys.stdin.buffer.read(size) for size in sizes]
try:
    import resource
    for what, most in ("CORE", 0), ("FSIZE", 0), ("CPU", CPU), ("AS", 1 << 30):
        resource.setrlimit(getattr(resource, "RLIMIT_" + what), (most, most))
except (ImportError, AttributeError, OSError, ValueError):
    resource = None  # Windows has none of these, macOS not all
if hasattr(os, "setresuid") and os.getuid() == 0:
    try:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
    except OSError:
        resource = None  # a user namespace with one uid only

def remarks(source):
    # On a file that compiles: a loop or a call of its own that runs while it is imported, and names beyond ASCII.
    module = compile(source, "<submission>", "exec", 0x400, dont_inherit=True)  # ast.PyCF_ONLY_AST
    own = {node.name for node in module.body if type(node).__name__ == "FunctionDef"}
    runs = [node.lineno for node in module.body if type(node).__name__ in ("For", "While") or called(node) in own]
    names, nodes = {}, [] if source.isascii() else [module]
    while nodes:
        node = nodes.pop()
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, str) and field in ("id", "arg", "name", "attr") and not value.isascii():
                names[value] = min(getattr(node, "lineno", 1), names.get(value, 1 << 30))
            nodes += [part for part in (value if isinstance(value, list) else [value]) if hasattr(part, "_fields")]
    return {"runs": runs[:1], "names": sorted(names.items(), key=lambda item: item[1])[:20]}

def called(node):
    call = getattr(node, "value", None) if type(node).__name__ == "Expr" else None
    return getattr(getattr(call, "func", None), "id", None)

for source in sources:
    answer = None
    try:
        compile(source, "<submission>", "exec", dont_inherit=True)
        try:
            answer = remarks(source)
        except (RecursionError, MemoryError):
            answer = {"runs": [], "names": []}
    except SyntaxError as error:
        answer = [type(error).__name__, str(error.msg), error.lineno, error.offset]
    except (RecursionError, MemoryError):
        answer = ["RecursionError", "", None, None]
    except Exception as error:
        answer = [type(error).__name__, str(error), None, None]
    print(json.dumps(answer), flush=True)
""".replace("CPU", str(int(COMPILE_SECONDS)))

_TOO_DEEP = "The file does not compile: its brackets or operators are nested too deeply for Python. Write it in smaller steps."


class CompileCheck:
    """The compiler's verdict on some sources, worked out in another process while this one goes on."""

    def __init__(self, sources: Mapping[str, bytes]):
        """Start the check of sources, name -> content."""
        self._pending = list(sources.items())
        self._findings: list[Finding] = []
        self._process = self._start() if self._pending else None

    def findings(self) -> tuple[Finding, ...]:
        """One fatal finding for each file that does not compile, remarks on others; waits for the answer at the first call."""
        while self._process is not None:
            self._collect(self._process)
            # The compiler died on its way: what it had not reached is asked of a new one.
            self._process = self._start() if self._pending else None
        return tuple(self._findings)

    def stop(self) -> None:
        """End the check; files without an answer get no finding."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
        # A file instead of a pipe for its input: a pipe would make this process wait until the interpreter has started.
        with tempfile.TemporaryFile() as questions:
            questions.write(json.dumps([len(source) for _, source in self._pending]).encode() + b"\n")
            questions.writelines(source for _, source in self._pending)
            questions.seek(0)
            return subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", _COMPILER],
                stdin=questions,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=os.sep,
                env=kept,
            )

    def _collect(self, process: subprocess.Popen[bytes]) -> None:
        late = False
        try:
            answers, _ = process.communicate(timeout=COMPILE_SECONDS)
        except subprocess.TimeoutExpired:
            late = True
            process.kill()
            answers, _ = process.communicate()
        complete = answers.split(b"\n")[:-1]
        for (name, source), answer in zip(self._pending, complete, strict=False):
            verdict = json.loads(answer)
            if isinstance(verdict, dict):
                self._findings += _remarks(name, source, **verdict)
            else:
                self._findings.append(_explain(name, source, *verdict))
        del self._pending[: len(complete)]
        if self._pending:
            name, _ = self._pending.pop(0)
            message = f"Compiling the file takes longer than {COMPILE_SECONDS:g} s. Make it shorter." if late else _TOO_DEEP
            self._findings.append(Finding(name, None, None, message, fatal=True))


_CONFLICT = re.compile(r"(<{7}|>{7})( |$)|={7}$")
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})")
_PLAIN_FORMS = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u00b4",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    "*": "\u00d7\u2217\u22c5\u00b7",
    "/": "\u00f7\u2215\u2044",
    "...": "\u2026",
    "<=": "\u2264",
    ">=": "\u2265",
    "!=": "\u2260",
}


def _explain(name: str, source: bytes, kind: str, said: str, line: int | None, column: int | None) -> Finding:
    """The finding for one verdict of the compiler: where, what and what to do about it."""
    lines = _LINE_END.split(_decode(source) or "")
    if kind == "RecursionError":
        return Finding(name, None, None, _TOO_DEEP, fatal=True)
    marked = [n for n, text in enumerate(lines, start=1) if _CONFLICT.match(text)]
    whole = {lines[n - 1][0] for n in marked} == set("<=>")
    if marked and (whole or line in marked):
        line, column = marked[0], 1
        message = (
            "A merge conflict was left in the file. Keep one of the two versions and delete the lines that start with "
            "<<<<<<<, ======= and >>>>>>>."
        )
    elif said.startswith("invalid ") and (found := _CODE_POINT.search(said)):
        odd = chr(int(found[1], 16))
        if line is not None and line <= len(lines) and (at := lines[line - 1].find(odd)) >= 0:
            column = at + 1
        message = f"{_named(odd)} is not allowed in code; {_remedy(odd)}."
    elif kind == "TabError":
        message = (
            "The indentation mixes tabs and spaces. Indent every line with spaces only; "
            "most editors can convert the whole file."
        )
    elif line is not None and line <= len(lines) and lines[line - 1].lstrip()[:1] in ("%", "!"):
        message = "Commands that start with % or ! work in notebooks only. Delete the line."
    else:
        said = shown(said, 300).rstrip(".")
        message = f"The file does not compile. {kind}: {said}. Correct it and hand it in again."
    if line is None or not 1 <= line <= len(lines):
        return Finding(name, line, None, message, fatal=True)
    column = min(max(column or 1, 1), len(lines[line - 1]) + 1)
    return Finding(name, line, column, f"{message}\n{_excerpt(lines[line - 1], column)}", fatal=True)


# Letters of other alphabets that look like Latin ones; not those that mathematics uses, such as a small rho.
_LOOKALIKES = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
        "\u03bf\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "aeopcyxijshdABEKMHOPCTYXIJSoABEZHIKMNOPTYX",
        strict=True,
    )
)


def _remarks(name: str, source: bytes, runs: list[int], names: list[tuple[str, int]]) -> Iterator[Finding]:
    """What is said of a file that compiles and may still not do what its author thinks."""
    for line in runs:
        message = 'This runs whenever the file is imported, before every test. Put it below if __name__ == "__main__":.'
        yield Finding(name, line, None, message, fatal=False)
    lines = _LINE_END.split(_decode(source) or "")
    for identifier, line in names:
        odd = next((char for char in identifier if char in _LOOKALIKES), None)
        if odd is not None:
            at = lines[line - 1].find(identifier) if line <= len(lines) else -1
            plain = _LOOKALIKES[odd]
            message = (
                f'The name "{shown(identifier)}" holds {_named(odd)}, which only looks like {plain}; type a plain {plain}.'
            )
            yield Finding(name, line, at + 1 if at >= 0 else None, message, fatal=False)


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def _remedy(odd: str) -> str:
    for plain, forms in _PLAIN_FORMS.items():
        if odd in forms:
            return f"type a plain {plain}"
    simpler = unicodedata.normalize("NFKC", odd)
    if simpler == " ":
        return "type an ordinary space"
    if len(simpler) == 1 and "!" <= simpler <= "~":
        return f"type a plain {simpler}"
    return "delete it" if not odd.isprintable() else "delete it or put it in quotes"


def _excerpt(line: str, column: int) -> str:
    """The line, or the part of it around the column, and a caret below; one character each, whatever stood there."""
    start = max(0, column - 1 - _SHOWN_LINE * 3 // 4)
    part = line[start : start + _SHOWN_LINE]
    clean = "".join(" " if c.isspace() else c if c.isprintable() else "\ufffd" for c in part)
    return f"    {clean}\n    {' ' * (column - 1 - start)}^"
