"""Numbers of one's own: each student's seed, made of the course's secret and of who hands in.

A code such as ABCD-EFGH-JKMNP stands for the seed. It says nothing of the secret, so a student may know it (it is how a laptop
draws the same numbers), and nobody can work out the code of somebody else. Its last letter is a check: one that is mistyped is
refused, and does not give other numbers in silence. So is the example above.
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
    """Return the code of the students with these ids, who hand in together; their order and case do not matter.

    Raises:
        AutograderError: there is no id, or the secret is too short to be one.
    """
    names = sorted({name.strip().casefold() for name in ids} - {""})
    if not names:
        raise AutograderError(
            "this assignment gives each student different numbers, and no student's id was given; pass --student ID or "
            "--metadata FILE (the reference and the skeleton themselves are graded by the numbers that all have)"
        )
    if len(secret) < SHORTEST_SECRET:
        raise AutograderError(
            f"the secret of the variants has {len(secret)} bytes; {SHORTEST_SECRET} are the least that cannot be guessed"
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
    """Return the letters of a code however it is typed: small slips of the pen (case, dashes, O for 0) do not matter."""
    return re.sub(r"[\s-]", "", code).upper().translate(MISREAD)


def letters_of(code: str) -> str:
    """Return the letters of a code that stand for the seed.

    Raises:
        ValueError: this is no code; the message says why.
    """
    letters, shown = bare(code), repr(code[:SHOWN])
    where = "yours stands at the top of each of your results"
    if letters == bare(EXAMPLE):
        raise ValueError(f"{shown} is an example and nobody's code; {where}")
    if len(letters) != LETTERS + 1 or not set(letters) <= set(ALPHABET):
        raise ValueError(
            f"{shown} is no code of numbers of your own; such a code has {LETTERS + 1} letters and digits, as {EXAMPLE} has, "
            f"and {where}"
        )
    if check_letter(letters[:LETTERS]) != letters[LETTERS]:
        raise ValueError(f"{shown} is nobody's code, so at least one letter of it is wrong; copy it: {where}")
    return letters[:LETTERS]


def chance_of(code: str) -> random.Random:
    """Return Python's generator of a code, to draw from by `random()` alone: in every version that gives the same numbers.

    Raises:
        ValueError: this is no code.
    """
    return random.Random(int(generator(code).bit_generator.random_raw()))  # noqa: S311  a code is no secret


def generator(code: str) -> np.random.Generator:
    """Return NumPy's generator of a code; another version of NumPy may draw other numbers from it.

    Raises:
        ValueError: this is no code.
    """
    digest = hashlib.sha256(letters_of(code).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
