"""Individual numbers: a seed for each student, made from the course's secret and the student's id.

A code such as ABCD-EFGH-JKMNP stands for the seed. It reveals nothing about the secret, so students may know their codes and
draw the same numbers on a laptop, and nobody can work out the code of another student. The last letter is a check letter: a
mistyped code is refused and never gives other numbers. The example above is refused, too.
"""

import hashlib
import hmac
import random
import re
from collections.abc import Sequence

import numpy as np

from autograder.errors import AutograderError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to be misread
MISREAD = str.maketrans("ILO", "110")
GROUP = 4  # letters, but for the last group, which has the check as well
LETTERS = 12  # 60 bits: no two students of a course share a code
SHORTEST_SECRET = 16  # bytes
EXAMPLE = "ABCD-EFGH-JKMNP"  # for documents; no code of anybody
SHOWN = 40  # characters of a code in a message


def variant_code(secret: bytes, ids: Sequence[str]) -> str:
    """Return the code of one student, or of a group that hands in together. Order and case of the ids do not matter.

    Raises:
        AutograderError: there is no id, or the secret is too short.
    """
    names = sorted({name.strip().casefold() for name in ids} - {""})
    if not names:
        raise AutograderError(
            "this assignment gives each student different numbers; pass --student ID, or --metadata FILE (the reference and "
            "the skeleton need neither: they are graded with the common numbers)"
        )
    if len(secret) < SHORTEST_SECRET:
        raise AutograderError(
            f"the secret of the variants has {len(secret)} bytes; use at least {SHORTEST_SECRET}, so that nobody can guess it"
        )
    digest = hmac.digest(secret, "\n".join(names).encode(), "sha256")
    number = int.from_bytes(digest[:8], "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LETTERS))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}{check_letter(letters)}"


def check_letter(letters: str) -> str:
    """Return the remainder of the letters, as a polynomial over GF(32), by x.

    The field is that of x⁵ + x² + 1. One wrong letter is always found, and so are two that have changed places.
    """
    remainder = 0
    for letter in letters:
        remainder = times_x(remainder ^ ALPHABET.index(letter))
    return ALPHABET[remainder]


def times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def bare(code: str) -> str:
    """Return the letters of a code. Case, dashes and look-alikes (O for 0) do not matter."""
    return re.sub(r"[\s-]", "", code).upper().translate(MISREAD)


def letters_of(code: str) -> str:
    """Return the letters of a code without its check letter.

    Raises:
        ValueError: this is not a code; the message says why.
    """
    letters, shown = bare(code), repr(code[:SHOWN])
    where = "your code is at the top of each of your results"
    if letters == bare(EXAMPLE):
        raise ValueError(f"{shown} is only an example of a code; {where}")
    if len(letters) != LETTERS + 1 or not set(letters) <= set(ALPHABET):
        raise ValueError(f"{shown} is not a code; a code has {LETTERS + 1} letters and digits, such as {EXAMPLE}; {where}")
    if check_letter(letters[:LETTERS]) != letters[LETTERS]:
        raise ValueError(f"{shown} has at least one wrong letter; copy the code: {where}")
    return letters[:LETTERS]


def chance_of(code: str) -> random.Random:
    """Return Python's generator for a code. Call only its `random()`, which gives the same numbers in every version of Python.

    Raises:
        ValueError: this is not a code.
    """
    return random.Random(int(generator(code).bit_generator.random_raw()))  # noqa: S311  a code is no secret


def generator(code: str) -> np.random.Generator:
    """Return NumPy's generator for a code. Another version of NumPy may draw other numbers from it.

    Raises:
        ValueError: this is not a code.
    """
    digest = hashlib.sha256(letters_of(code).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
