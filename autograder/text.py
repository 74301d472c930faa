"""Text that comes from a submission, made safe to show."""

import math
import re
import unicodedata
from typing import Any

KEEP = {"\n", "\t"}
ODD = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # control, format, surrogate, private, unassigned, separators of lines
MAX_OUTPUT = 100_000  # characters of one output; Gradescope cuts the middle out of longer ones
MAX_BAR = 400  # characters of a progress bar
BAR = re.compile(r"(\d%\|[^|]*\| \S{1,20}/\S{1,20}|\d[a-z]{1,20})")  # of tqdm, at the end of what stands before the times
TIMES = re.compile(r"\d+(:\d\d)+[<,][^\]]*\]")
MAX_NAME = 300  # characters of a name, a number or a tag
MAX_INTEGER = 1 << 53  # larger ones do not survive a reader that knows floats only
MAX_DEPTH = 10


def clean(text: str) -> str:
    """Return text without control, format, surrogate and unassigned characters; what is taken out shows as an escape."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # which no odd character is
        return text
    return "".join(
        char if char in KEEP or unicodedata.category(char) not in ODD else escape(char) for char in text.replace("\r\n", "\n")
    )


def escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def line(text: str) -> str:
    """A name on one line, bounded and harmless."""
    return " ".join(block(text, MAX_NAME).split())


def as_painted(text: str) -> str:
    """What a terminal shows in the end of lines that were painted over, without the progress bars of tqdm."""
    shown = (part.rstrip("\r").rpartition("\r")[2] for part in text.split("\n"))
    return "\n".join(part for part in shown if not is_progress_bar(part))


def is_progress_bar(line: str) -> bool:
    """Whether a line is a bar of tqdm, such as " 80%|####  | 4/5 [00:00<00:00, 10.1it/s]" or "5it [00:00, 10.1it/s]"."""
    if len(line) > MAX_BAR or not line.rstrip().endswith("]"):
        return False
    before, _, times = line.rstrip().rpartition(" [")
    return bool(TIMES.fullmatch(times) and before[-1:] != " " and any(m.end() == len(before) for m in BAR.finditer(before)))


def block(text: str, length: int) -> str:
    """A text of several lines, bounded and harmless."""
    return shorten(clean(shorten(text, length)), length)  # first of all shortened: cleaning takes its time


def shorten(text: str, length: int) -> str:
    """The head and the tail of a text that is too long."""
    if len(text) <= length:
        return text
    note = f"\n[... {len(text) - length} characters left out ...]\n"
    half = (length - len(note) - 10) // 2
    return text[:half] + note + text[-half:]


def harmless(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Data for staff as JSON that every reader takes: clean and bounded text, finite numbers."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, dict) and depth:
        return {line(str(key)): harmless(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and depth:
        return [harmless(item, depth - 1) for item in value]
    return block(value if isinstance(value, str) else repr(value), MAX_OUTPUT)
