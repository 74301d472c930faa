"""Numbers of one's own: each student's seed, made of the course's secret and of who hands in.

A code such as 7Q2K-M4XD-9B3T stands for the seed. It says nothing of the secret, so a student may know it (it is how a laptop
draws the same numbers), and nobody can work out the code of somebody else.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

import numpy as np

from autograder.errors import AutograderError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to be misread
MISREAD = str.maketrans("ILO", "110")
GROUPS, GROUP = 3, 4  # 60 bits: no two students of a course share a code
FORM = re.compile(rf"[{ALPHABET}]{{{GROUPS * GROUP}}}")
SHORTEST_SECRET = 16  # bytes


def variant_code(secret: bytes, ids: Sequence[str]) -> str:
    """Return the code of the students with these ids, who hand in together; their order and case do not matter.

    Raises:
        AutograderError: there is no id, or the secret is too short to be one.
    """
    names = sorted({name.strip().casefold() for name in ids} - {""})
    if not names:
        raise AutograderError(
            "numbers of one's own need to know whose they are: no student's id was given (--student or --metadata)"
        )
    if len(secret) < SHORTEST_SECRET:
        raise AutograderError(
            f"the secret of the variants has {len(secret)} bytes; {SHORTEST_SECRET} are the least that cannot be guessed"
        )
    digest = hmac.digest(secret, "\n".join(names).encode(), "sha256")
    number = int.from_bytes(digest[:8], "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(GROUPS * GROUP))
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def generator(code: str) -> np.random.Generator:
    """Return the generator of a code; small slips of the pen (case, dashes, O for 0, I and L for 1) do not matter.

    Raises:
        ValueError: this is no code; the message says what one looks like.
    """
    letters = re.sub(r"[\s-]", "", code).upper().translate(MISREAD)
    if not FORM.fullmatch(letters):
        raise ValueError(f"{code[:40]!r} is no code of numbers of one's own; such a code looks like 7Q2K-M4XD-9B3T")
    return np.random.default_rng(int.from_bytes(hashlib.sha256(letters.encode()).digest()[:16], "big"))
