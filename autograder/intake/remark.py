"""Remarks about a submission, and untrusted names made safe to print."""

from dataclasses import dataclass

SHOWN_NAME = 100  # characters of a file name


@dataclass(frozen=True)
class Remark:
    """One remark on a submission.

    Attributes:
        file: that it is about, as handed in.
        line, column: from 1, the column in characters; None where it is about all of the file.
        message: in words; one on a source line ends with that line and a caret.
        fatal: whether the tests that need the file fail.
    """

    file: str
    line: int | None
    column: int | None
    message: str
    fatal: bool

    def __str__(self) -> str:
        place = "".join(f", {word} {n}" for word, n in (("line", self.line), ("column", self.column)) if n is not None)
        return f"{shown(self.file)}{place}: {self.message}"


def shown(name: str, longest: int = SHOWN_NAME) -> str:
    """The name with every character that a terminal or a browser might obey written as an escape, cut in the middle."""
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in name)
    if len(clean) > longest:
        clean = f"{clean[: longest // 2]}...{clean[-longest // 2 :]}"
    return clean
