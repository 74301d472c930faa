"""The order of tests: by the numbers of their tasks in a result, by the numbers in the names of their files while they run."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from autograder.grading.records import Record

if TYPE_CHECKING:
    import pytest

Key = list[tuple[bool, int, str]]


def number_key(value: str | None) -> Key:
    """Order for test numbers: 1.2 before 1.10, 8.7 before 8.8a before 8.8b, and tests without one last."""
    if value is None:
        return [(True, 0, "")]
    return [(False, *digits_first(part)) for part in value.split(".")]


def digits_first(text: str) -> tuple[int, str]:
    """Return the number that a text begins with, 0 without one, and what follows it."""
    digits = re.match(r"[0-9]{0,9}", text)
    assert digits
    return int(digits.group() or 0), text[digits.end() :]


def in_number_order(records: Iterable[Record]) -> list[Record]:
    """Return tests by their numbers; those of the same number, and those of none, stay as they are."""
    return sorted(records, key=lambda record: number_key(record.number))


def in_file_order(items: Sequence["pytest.Item"]) -> list["pytest.Item"]:
    """Return pytest's items with test_2.py before test_10.py of the same folder. Folders stay as they are, and so do files."""
    folders = {folder: place for place, folder in enumerate(dict.fromkeys(item.path.parent for item in items))}
    return sorted(items, key=lambda item: (folders[item.path.parent], natural_key(item.path.name)))


def natural_key(name: str) -> list[tuple[int, str]]:
    return [digits_first(part) for part in re.findall(r"[0-9]+|[^0-9]+", name)]
