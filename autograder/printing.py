"""What is printed arrives: where the output has few characters, and where its reader has had enough."""

import codecs
import os
import sys
from collections.abc import Callable
from typing import TextIO

CLOSED_PIPE = 141  # exit status, as of a program that SIGPIPE ends
INSTEAD = {"✓": "+", "✗": "x", "−": "-", "–": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "·": "*"}


def plainly(error: UnicodeError) -> tuple[str, int]:
    """Give a character that an encoding lacks another form; two marks that differ still do."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(INSTEAD.get(char, "?") for char in error.object[error.start : error.end]), error.end


codecs.register_error("plainly", plainly)


def print_anything(stream: TextIO | None) -> None:
    """Let a stream take every character.

    A file or a pipe is written in UTF-8: on Windows it would have a few hundred characters otherwise, and α is none of them. A
    terminal keeps its encoding, and so does what PYTHONIOENCODING is set for; what that lacks takes a plain form.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if stream is None or reconfigure is None:
        return
    if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
        reconfigure(errors="plainly")
    else:
        reconfigure(encoding="utf-8", errors="replace")


def printing(main: Callable[[], int]) -> int:
    """Call the main function of a command and return its exit status. `command | head` ends it without a traceback."""
    print_anything(sys.stdout)
    print_anything(sys.stderr)
    try:
        status = main()
        if sys.stdout:
            sys.stdout.flush()
        return status
    except BrokenPipeError:
        with open(os.devnull, "w", encoding="utf-8") as null:  # the interpreter would try again at its end, and say so
            os.dup2(null.fileno(), sys.stdout.fileno())
        return CLOSED_PIPE
