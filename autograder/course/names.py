"""Names and ids of people: when two are the same, and how many of them are listed."""

import unicodedata
from collections.abc import Sequence

LISTED = 10  # names in a message


def key(text: str) -> str:
    """What texts have in common that differ in capitals, spaces or how accents are encoded."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def keys_of(name: str) -> set[str]:
    """What may stand for a name: itself, and what Canvas makes of it, which has the last name first and no spaces."""
    words = key(name).split()
    turned = ("".join(words[at:] + words[:at]) for at in range(len(words)))
    return {key(name), *("".join(char for char in each if char.isalnum() or char == "_") for each in turned)} - {""}


def some(names: Sequence[str]) -> str:
    """The first of several names, and how many more there are."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
