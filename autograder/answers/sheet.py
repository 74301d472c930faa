"""Questions, and what the answers of one student are worth.

    sheet = Sheet(questions, read(content, [question.id for question in questions]), solve)
    sheet.grade("8.1b", 0.5, set_score)

`solve(given)` is the assignment's answer key. It returns the right answer to each question; where `given` holds a value for an
earlier question, it goes on from that one instead of its own. So an answer that is wrong only because an earlier one is gets a
share of its points: nobody pays for one mistake in each answer that follows from it.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.answers.reading import Entry, Reading
from autograder.answers.rules import NumberRule, Rule, SelectAll
from autograder.errors import AssignmentError

Solve = Callable[[Mapping[str, Any]], Mapping[str, Any]]
MAX_CORNERS = 6  # earlier wrong numbers, of each of which both ends of its rounding are tried


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        id: as answers.toml writes it.
        text: what is asked, for the student.
        rule: the form of the answer.
        after: ids of earlier questions whose answers this one may be calculated from.
        share: what is left of its points where it follows from a wrong answer to one of those, or to several.
    """

    id: str
    text: str
    rule: Rule
    after: tuple[str, ...] = ()
    share: float = 0.5


@dataclass(frozen=True)
class Verdict:
    """What one answer is worth: a share of its points, and why not all of them; the reason never holds the right answer."""

    share: float
    reason: str = ""


class Sheet:
    """The answers of one student, judged question by question.

    Args:
        questions: all of them, earlier ones first.
        reading: what the student's file says.
        solve: the answer key.
        note: put behind each reason, such as why all numbers may be those of somebody else.

    Raises:
        AssignmentError: the questions and the key do not fit each other.
    """

    def __init__(self, questions: Sequence[Question], reading: Reading, solve: Solve, note: str = "") -> None:
        self.questions = {question.id: question for question in questions}
        self.reading = reading
        self.solve = solve
        self.note = note
        self.right = solve({})
        self.results: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}  # by the answers that they go on from
        check_questions(questions, self.right)

    def grade(self, identity: str, points: float, set_score: Callable[[float], None]) -> None:
        """Give a test its score; AssertionError with the reason where that is not all of the points."""
        verdict = self.verdict(identity)
        set_score(round(points * verdict.share, 4))
        if verdict.reason:
            raise AssertionError("\n".join(filter(None, [verdict.reason, self.note])))

    def verdict(self, identity: str) -> Verdict:
        """Return what the answer to a question is worth."""
        question, entry = self.questions[identity], self.reading.entries[identity]
        asked = f"; expected {question.rule.sentence}"
        problem = unusable(self.reading.name, question, entry)
        if problem:
            return Verdict(0.0, f"{problem}{'' if question.rule.sentence in problem else asked}.")
        assert entry.value is not None
        share = question.rule.share(entry.value, self.right[identity])
        if share == 1:
            return Verdict(1.0)
        source = self.followed(question)
        if source and question.share >= share:
            follows = f"follows from your {' and '.join(source)}, which {'are' if len(source) > 1 else 'is'} not right"
            return Verdict(question.share, f"{identity} {follows}: {part_of_points(question.share)}.")
        answer = f"{identity} = {entry.text} (line {entry.line})"
        if share:
            return Verdict(share, f"{answer} is right in part: {part_of_points(share)}{asked}.")
        short = too_short(question, entry)
        return Verdict(0.0, f"{answer} is not right{asked}{f'; {short}' if short else ''}.")

    @cached_property
    def wrong(self) -> frozenset[str]:
        """The questions whose answers have the right form and are not right: what later ones may have been calculated from."""
        return frozenset(identity for identity in self.questions if self.is_wrong(identity))

    def is_wrong(self, identity: str) -> bool:
        question, entry = self.questions[identity], self.reading.entries[identity]
        if isinstance(question.rule, SelectAll) or unusable("", question, entry):
            return False
        assert entry.value is not None
        return question.rule.share(entry.value, self.right[identity]) < 1

    def followed(self, question: Question) -> tuple[str, ...]:
        """Return the earlier wrong answers, one or all of them, from which the answer to `question` follows; () if none."""
        wrong = tuple(identity for identity in question.after if identity in self.wrong)
        for source in dict.fromkeys([*((identity,) for identity in wrong), wrong]):
            if source and self.follows(question, source):
                return source
        return ()

    def follows(self, question: Question, source: tuple[str, ...]) -> bool:
        """Whether an answer is what comes out if the answers to `source` are gone on from.

        These are rounded, so whatever lies between the results of the ends of their roundings does.
        """
        results = [right[question.id] for right in self.gone_on_from(source)]
        if not results:
            return False
        rule, value = question.rule, self.reading.entries[question.id].value
        assert value is not None
        if not isinstance(rule, NumberRule):
            return any(rule.between(value, result, result) for result in results)
        vectors = [tuple(result) if rule.size is not None else (result,) for result in results]
        if not all(math.isfinite(number) for vector in vectors for number in vector):
            return False
        low, high = (tuple(map(end, zip(*vectors, strict=True))) for end in (min, max))
        return rule.between(value, *((low, high) if rule.size is not None else (low[0], high[0])))

    def gone_on_from(self, source: tuple[str, ...]) -> list[Mapping[str, Any]]:
        """Return the key's answers for each combination of values to go on from; none where one of them leads nowhere."""
        if source not in self.results:
            try:
                self.results[source] = [self.solve(given) for given in self.carried(source)]
            except (ArithmeticError, ValueError):  # the logarithm of an answer that is negative, the square of 1e200
                self.results[source] = []
        return self.results[source]

    def carried(self, source: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield values to go on from: `source` as it was answered, and each combination of the ends of the roundings."""
        ends: list[tuple[Any, ...]] = []
        middle: list[Any] = []
        for identity in source:
            value, rule = self.reading.entries[identity].value, self.questions[identity].rule
            assert value is not None
            if not isinstance(rule, NumberRule):
                middle.append(value)
                ends.append((value,))
                continue
            numbers = rule.numbers(value)
            shifted = [tuple(float(number + sign * rule.spread(number)) for number in numbers) for sign in (0, -1, 1)]
            plain = [vector if rule.size is not None else vector[0] for vector in shifted]
            middle.append(plain[0])
            ends.append(tuple(dict.fromkeys(plain[1:])))
        yield dict(zip(source, middle, strict=True))
        if len(source) <= MAX_CORNERS:
            yield from (dict(zip(source, corner, strict=True)) for corner in itertools.product(*ends))


def unusable(name: str, question: Question, entry: Entry) -> str:
    """Return why there is nothing to judge in an entry, with the name of its file and its line; "" if there is something."""
    if not entry.line:
        return f"{name}: {entry.problem}" if entry.problem else f"{name} has no line {question.id} = ..."
    if entry.value is None and not entry.problem:
        return f"{name}, line {entry.line}: {question.id} has no answer yet"
    problem = entry.problem or (entry.value is not None and question.rule.problem(entry.value))
    if entry.no_value and not isinstance(question.rule, NumberRule):
        problem = question.rule.advice
    return f"{name}, line {entry.line}: {question.id} = {entry.text}: {problem}" if problem else ""


def too_short(question: Question, entry: Entry) -> str:
    """Return what to say of an answer that has fewer decimals than are asked for, "" of any other."""
    return question.rule.too_short(entry.text) if isinstance(question.rule, NumberRule) else ""


def check_questions(questions: Sequence[Question], right: Mapping[str, Any]) -> None:
    """Raise AssignmentError unless each question has a fitting right answer and asks after earlier questions only."""
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise AssignmentError(f"two questions are called {question.id}")
        if question.id not in right:
            raise AssignmentError(f"the answer key has no answer to {question.id}")
        later = [identity for identity in question.after if identity not in seen]
        if later:
            raise AssignmentError(f"{question.id} comes after {later[0]}, which is no earlier question")
        question.rule.accepted_tokens(right[question.id])
        seen.add(question.id)


def part_of_points(share: float) -> str:
    return "half of the points" if share == 0.5 else f"{100 * share:.3g} % of the points"
