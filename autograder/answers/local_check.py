"""A file by which a student can see that an answer is right, and that does not hold the answer.

For each question that the instructor opens it has a salt and the hashes of the right answer, rounded as the rule says. scrypt
makes each guess cost about a tenth of a second and 32 MB. So a question can be opened only if it has many possible answers:
whoever tries all of them should rather calculate.

The salt is made of what everybody may know (the question and whose numbers it is about), so that the same questions and answers
give the same file. It must not be made of the answer: its own hash is fast, and would be the one to guess by.
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
    """What such a file says.

    Attributes:
        variant: the code of the numbers that the answers belong to; "" for those that all have.
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
        AssignmentError: one is no question, or has too few possible answers to be opened.
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
                "and whoever tries them all would find the right one"
            )
        salt = hashlib.sha256("\n".join([identity, question.text, variant]).encode()).digest()[:16]
        hashes = sorted(hashed(token, salt).hex() for token in question.rule.accepted_tokens(answers[identity]))
        parts.append(f'["{identity}"]\nsalt = "{salt.hex()}"\nhashes = {json.dumps(hashes)}\n')
    return "\n".join(parts)


def read_checks(text: str) -> Checks:
    """Return what the text of such a file says.

    Raises:
        AssignmentError: it is none.
    """
    try:
        table = tomllib.loads(text)
        variant = table.pop("variant")
        hashes = {
            identity: (bytes.fromhex(part["salt"]), frozenset(map(bytes.fromhex, part["hashes"])))
            for identity, part in table.items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise AssignmentError(f"these are no checks of answers ({error}); take the file that was handed out") from error
    return Checks(variant, hashes)


def check(question: Question, value: Value, checks: Checks) -> bool | None:
    """Return whether an answer of the right form is right, None for a question that is not open."""
    if question.id not in checks.hashes:
        return None
    salt, hashes = checks.hashes[question.id]
    return any(hashed(token, salt) in hashes for token in question.rule.tokens(value))


def hashed(token: str, salt: bytes) -> bytes:
    return hashlib.scrypt(token.encode(), salt=salt, n=COST, r=BLOCK, p=PARALLEL, maxmem=MEMORY_BYTES, dklen=16)
