"""How often a wrong submission gets the name of its mistake, by the known mistakes of an assignment and what they answer.

    python benchmarks/naming.py                                   # of this assignment
    python benchmarks/naming.py --assignment assignments/uva-2019
    python benchmarks/naming.py --mutants                         # and of mutants: first run autograder audit --answers

Counted are pairs of a mistake and a part in which it fails. Each is looked up twice: in the library of all mistakes, and in
that of all others. There, only a mistake that is described in the same words is right. Nothing is graded:
mistakes/answers.json has the answers, and other solutions fail no test (autograder audit), so that they get no name.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from statistics import median

os.environ["OMP_NUM_THREADS"] = "1"  # as in a grader; before NumPy is loaded

import numpy as np

from autograder.assignment import load
from autograder.compare import Mismatch, assert_close
from autograder.grading.collect import collect
from autograder.grading.mistakes.fingerprint import answer_of
from autograder.grading.mistakes.library import FILE, MUTANTS, Answers, Library, not_told_apart
from autograder.grading.mistakes.naming import explanation
from autograder.grading.parts import by_part

ROOT = Path(__file__).resolve().parents[1]
Parts = Mapping[str, Set[str]]  # the ids of the tests of each part


@dataclass(frozen=True)
class Found:
    """What one submission is told in one part: "rightly" or "wrongly", "perhaps" so, or "not at all"."""

    submission: str
    part: str
    verdict: str
    told: tuple[str, ...]


def looked_up(name: str, answers: Answers, said: str, parts: Parts, library: Library) -> Iterator[Found]:
    """Yield what a submission is told in each part in which it fails.

    Args:
        answers: what it gives in all tests that it fails.
        said: what is wrong with it.
    """
    for part, tests in parts.items():
        failed = {test: answers[test] for test in answers.keys() & tests}
        if failed:
            mistakes = explanation({*tests}, {*answers}, failed, library)
            told = tuple(sorted({each.said.describe for each in mistakes}))
            perhaps = "" if all(each.is_telling for each in mistakes) else "perhaps "
            yield Found(name, part, f"{perhaps}{'rightly' if told == (said,) else 'wrongly'}" if told else "not at all", told)


def shown(title: str, found: Sequence[Found]) -> None:
    print(f"\n{title}: {words(found)}")
    for part in dict.fromkeys(each.part for each in found):
        of_part = [each for each in found if each.part == part]
        print(f"  {part}, {len(of_part)}: {words(of_part)}")
    for each in found:
        if each.verdict.endswith("wrongly"):
            print(f"    {each.verdict}: {each.submission} in {each.part}: {'; '.join(each.told)}")


def words(found: Sequence[Found]) -> str:
    counts = Counter(each.verdict for each in found)
    return ", ".join(f"{verdict} {count} ({count / len(found):.0%})" for verdict, count in counts.most_common())


def milliseconds() -> dict[str, list[float]]:
    """How long it takes to look at an answer, by the shape of the arrays."""
    rng = np.random.default_rng(1)
    found = {}
    for shape in ((7, 3), (64, 64), (8, 8, 8, 8), (1000, 1000)):
        expected = rng.normal(size=shape)
        known = {f"x{i}": rng.normal(size=shape if i % 2 else (50,)) for i in range(20)}
        times = []
        for actual in (rng.normal(size=shape), expected[::-1], np.exp(expected), expected.reshape(-1, shape[0])):
            try:
                assert_close(actual, expected)
            except Mismatch as error:
                for _ in range(10):
                    began = time.process_time()
                    answer_of(error, str(error), known)
                    times.append(1000 * (time.process_time() - began))
        found[str(shape)] = times
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assignment", type=Path, default=ROOT, metavar="DIR")
    parser.add_argument(
        "--mutants", action="store_true", help="list what mutants in mistakes/mutants.json are told, to be read"
    )
    arguments = parser.parse_args()
    assignment = load(arguments.assignment)
    library = Library.read(assignment.folder / FILE)
    parts = {part: {record.nodeid for record in records} for part, records in by_part(assignment, collect(assignment))}
    print(f"{assignment.title}: {len(library.answers)} mistakes, {sum(map(len, library.answers.values()))} failures")
    for title, without in (("in the library", False), ("left out", True)):
        found = [
            each
            for name, answers in library.answers.items()
            for each in looked_up(
                name, answers, library.mistakes[name].describe, parts, library.without(name) if without else library
            )
        ]
        shown(title, found)
    if arguments.mutants:
        mutants = Library.read(assignment.folder / MUTANTS)
        found = [
            each
            for name, answers in mutants.answers.items()
            for each in looked_up(name, answers, "", parts, library)
            if each.told
        ]
        print(f"\nmutants: {len(mutants.answers)}, names given: {len(found)}")
        for each in found:
            perhaps = "perhaps " if each.verdict.startswith("perhaps") else ""
            print(f"  {mutants.mistakes[each.submission].describe}: {perhaps}{'; '.join(each.told)}")
    print("\nno test tells apart:", *(f"  {pair}" for pair in not_told_apart(library)), sep="\n")
    for shape, times in milliseconds().items():
        spent = f"median {median(times):.2f}, most {max(times):.2f}"
        print(f"milliseconds of the processor for a failure, arrays of shape {shape}: {spent}")


if __name__ == "__main__":
    main()
