"""A file that tells students whether an answer is right, without containing the answer.

For each question that the instructor opens, the file has a salt and hashes of the right answer, rounded as the rule says. With
scrypt, each guess costs about a tenth of a second and 32 MB. A question can be opened only if it has many possible answers,
so that calculating is quicker than guessing.

The salt is derived from public facts (the question and the code of the numbers), so that the same questions and answers give
the same file. It must not depend on the answer: the salt's hash is fast and would make guessing easy.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.answers.sheet import Question
from autograder.answers.values import Value
from autograder.assignment import tomllib
from autograder.errors import AssignmentError

FEWEST = 1000  # possible answers of a question that may be opened
COST, BLOCK, PARALLEL = 2**15, 8, 1  # scrypt's n, r and p
MEMORY_BYTES = 2 * 128 * BLOCK * COST  # scrypt needs half of it


@dataclass(frozen=True)
class Checks:
    """The content of such a file.

    Attributes:
        variant: the code of the numbers that the answers belong to; "" for the common numbers.
        hashes: by question, its salt and the hashes of right answers.
    """

    variant: str
    hashes: Mapping[str, tuple[bytes, frozenset[bytes]]]


def make_checks(questions: Sequence[Question], answers: Mapping[str, Any], opened: Sequence[str], variant: str = "") -> str:
    """Return the text of a file that opens the questions `opened`.

    Args:
        answers: the right ones, of these questions at least.
        variant: the code of the numbers that they belong to.

    Raises:
        AssignmentError: there is no such question, or it has too few possible answers.
    """
    known = {question.id: question for question in questions}
    parts = [f"variant = {json.dumps(variant)}\n"]
    for identity in opened:
        question = known.get(identity)
        if question is None:
            raise AssignmentError(f"{identity} cannot be opened: there is no such question")
        if question.rule.possible() < FEWEST:
            raise AssignmentError(
                f"{identity} cannot be opened: {question.rule.sentence} has fewer than {FEWEST:,} possible answers, "
                "so trying them all would find the right one"
            )
        salt = hashlib.sha256("\n".join([identity, question.text, variant]).encode()).digest()[:16]
        hashes = sorted(hashed(token, salt).hex() for token in question.rule.accepted_tokens(answers[identity]))
        parts.append(f'["{identity}"]\nsalt = "{salt.hex()}"\nhashes = {json.dumps(hashes)}\n')
    return "\n".join(parts)


def read_checks(text: str) -> Checks:
    """Read the text of such a file.

    Raises:
        AssignmentError: it cannot be read.
    """
    try:
        table = tomllib.loads(text)
        variant = table.pop("variant")
        hashes = {
            identity: (bytes.fromhex(part["salt"]), frozenset(map(bytes.fromhex, part["hashes"])))
            for identity, part in table.items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise AssignmentError(f"the checks of answers cannot be read ({error}); copy the file from the handout zip") from error
    return Checks(variant, hashes)


def check(question: Question, value: Value, checks: Checks) -> bool | None:
    """Return whether an answer of the right form is right; None for a question that is not open."""
    if question.id not in checks.hashes:
        return None
    salt, hashes = checks.hashes[question.id]
    return any(hashed(token, salt) in hashes for token in question.rule.tokens(value))


def hashed(token: str, salt: bytes) -> bytes:
    return hashlib.scrypt(token.encode(), salt=salt, n=COST, r=BLOCK, p=PARALLEL, maxmem=MEMORY_BYTES, dklen=16)
