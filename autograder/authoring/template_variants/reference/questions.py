"""The questions of this assignment, and your numbers.

    python questions.py          prints your numbers and the questions
    python questions.py check    says for each of your answers whether it can be read

Write your answers into answers.toml beside this file, and the code of your numbers into its line variant = "".
"""

from dataclasses import dataclass

from autograder.answers.paper import Paper
from autograder.answers.rules import Exact, Rounded
from autograder.answers.sheet import Question
from autograder.variants import chance_of


@dataclass(frozen=True)
class Neuron:
    """The numbers of one student, in tenths so that sums of products are exact.

    Attributes:
        w: ten times the two weights; x: ten times the two inputs; b: ten times the bias.
    """

    w: tuple[int, int]
    x: tuple[int, int]
    b: int


DEFAULT = Neuron(w=(15, -20), x=(10, 5), b=8)

QUESTIONS = (
    Question("1.1a", "a, the weighted inputs and the bias.", Exact()),
    Question("1.1b", "z = σ(a).", Rounded(4), after=("1.1a",)),
    Question("1.1c", "The loss, -log z.", Rounded(4), after=("1.1a", "1.1b")),
    Question("1.2", "The derivatives of the loss by w₁ and by w₂.", Rounded(decimals=4, size=2), after=("1.1a", "1.1b")),
)


def draw(code=None):
    """Return the Neuron for a code, or DEFAULT without one.

    Raises:
        ValueError: this is not a code.
    """
    if not code:
        return DEFAULT
    chance = chance_of(code)
    return Neuron(
        w=(tenths(chance, 5, 20), -tenths(chance, 5, 20)),
        x=(tenths(chance, 5, 15), tenths(chance, 5, 15)),
        b=tenths(chance, 1, 9),
    )


def tenths(chance, low, high):
    """Return an integer from low to high. Only random() gives the same numbers in every version of Python."""
    return low + int(chance.random() * (high - low + 1))


def description(numbers):
    """Return all numbers as text."""
    return "\n".join(
        [
            f"w = ({numbers.w[0] / 10}, {numbers.w[1] / 10})",
            f"x = ({numbers.x[0] / 10}, {numbers.x[1] / 10})",
            f"b = {numbers.b / 10}",
        ]
    )


PAPER = Paper(
    QUESTIONS, draw, description, sections={"1": "One neuron: a = w₁x₁ + w₂x₂ + b, and z = σ(a) of a sample of class 1."}
)

if __name__ == "__main__":
    PAPER.run(__file__)
