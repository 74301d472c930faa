"""What the compiler says of a source file, in words that tell what to do about it."""

import re
import unicodedata
from collections.abc import Iterator

from autograder.intake.remark import Remark, shown
from autograder.intake.source_bytes import LINE_END, decoded, named

SHOWN_LINE = 100  # characters of a source line around the error
TOO_DEEP = "The file does not compile: its brackets or operators are nested too deeply for Python. Write it in smaller steps"
CONFLICT = re.compile(r"(<{7}|>{7})( |$)|={7}$")
CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})")
PLAIN_FORMS = {
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


def explain(name: str, source: bytes, kind: str, said: str, line: int | None, column: int | None) -> Remark:
    """The remark for one verdict of the compiler: where, what and what to do about it."""
    lines = LINE_END.split(decoded(source) or "")
    if kind == "RecursionError":
        return Remark(name, None, None, TOO_DEEP, fatal=True)
    marked = [n for n, text in enumerate(lines, start=1) if CONFLICT.match(text)]
    whole = {lines[n - 1][0] for n in marked} == set("<=>")
    if marked and (whole or line in marked):
        line, column = marked[0], 1
        message = (
            "A merge conflict was left in the file. Keep one of the two versions and delete the lines that start with "
            "<<<<<<<, ======= and >>>>>>>"
        )
    elif said.startswith("invalid ") and (found := CODE_POINT.search(said)):
        odd = chr(int(found[1], 16))
        if line is not None and line <= len(lines) and (at := lines[line - 1].find(odd)) >= 0:
            column = at + 1
        message = f"{named(odd)} is not allowed in code; {remedy(odd)}"
    elif kind == "TabError":
        message = (
            "The indentation mixes tabs and spaces. Indent every line with spaces only; most editors can convert the whole file"
        )
    elif line is not None and line <= len(lines) and lines[line - 1].lstrip()[:1] in ("%", "!"):
        message = "Commands that start with % or ! work in notebooks only. Delete the line"
    else:
        said = shown(said, 300).rstrip(".")
        end = "" if said.endswith("?") else "."
        message = f"The file does not compile. {kind}: {said}{end} Correct it and hand it in again"
    if line is None or not 1 <= line <= len(lines):
        return Remark(name, line, None, message, fatal=True)
    column = min(max(column or 1, 1), len(lines[line - 1]) + 1)
    return Remark(name, line, column, f"{message}\n{excerpt(lines[line - 1], column)}", fatal=True)


# Letters of other alphabets that look like Latin ones; not those that mathematics uses, such as a small rho.
LOOKALIKES = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
        "\u03bf\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "aeopcyxijshdABEKMHOPCTYXIJSoABEZHIKMNOPTYX",
        strict=True,
    )
)


def remarks_on_code(name: str, source: bytes, runs: list[int], names: list[tuple[str, int]]) -> Iterator[Remark]:
    """What is said of a file that compiles and may still not do what its author thinks."""
    for line in runs:
        message = 'This runs whenever the file is imported, before every test. Put it below if __name__ == "__main__":'
        yield Remark(name, line, None, message, fatal=False)
    lines = LINE_END.split(decoded(source) or "")
    for identifier, line in names:
        odd = next((char for char in identifier if char in LOOKALIKES), None)
        if odd is not None:
            at = lines[line - 1].find(identifier) if line <= len(lines) else -1
            plain = LOOKALIKES[odd]
            message = f'The name "{shown(identifier)}" holds {named(odd)}, which only looks like {plain}; type a plain {plain}'
            yield Remark(name, line, at + 1 if at >= 0 else None, message, fatal=False)


def remedy(odd: str) -> str:
    for plain, forms in PLAIN_FORMS.items():
        if odd in forms:
            return f"type a plain {plain}"
    simpler = unicodedata.normalize("NFKC", odd)
    if simpler == " ":
        return "type an ordinary space"
    if len(simpler) == 1 and "!" <= simpler <= "~":
        return f"type a plain {simpler}"
    return "delete it" if not odd.isprintable() else "delete it or put it in quotes"


def excerpt(line: str, column: int) -> str:
    """The line, or the part of it around the column, and a caret below; one character each, whatever stood there."""
    start = max(0, column - 1 - SHOWN_LINE * 3 // 4)
    part = line[start : start + SHOWN_LINE]
    clean = "".join(" " if c.isspace() else c if c.isprintable() else "\ufffd" for c in part)
    return f"    {clean}\n    {' ' * (column - 1 - start)}^"
