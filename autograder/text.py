"""Text that comes from a submission, made safe to show."""

import unicodedata

KEEP = {"\n", "\t"}
ODD = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # control, format, surrogate, private, unassigned, separators of lines


def clean(text: str) -> str:
    """Return text without control, format, surrogate and unassigned characters; what is taken out shows as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char in KEEP or unicodedata.category(char) not in ODD else escape(char) for char in text.replace("\r\n", "\n")
    )


def escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
