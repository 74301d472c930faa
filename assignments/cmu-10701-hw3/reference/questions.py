"""The questions of parts 1 to 4 that a program grades, and the accuracies of 5.6.

    python questions.py          prints the numbers and the questions
    python questions.py check    says for each of your answers whether it can be read, and for some whether it is right

Answers go into answers.toml beside this file. Questions that ask for a formula or a sentence are in the handout.

How an index is read: α₃,₄ is in row 3 of α and goes with x₄, rows counted from 1. Column 0 holds the biases.
"""

from dataclasses import dataclass, field

import numpy as np

from autograder.answers.paper import Paper
from autograder.answers.rules import Choice, Exact, Rounded, SelectAll, Tolerance, TrueFalse
from autograder.answers.sheet import Question

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
RATES = ("0.9", "0.1", "0.001", "0.0001")
BAND = 0.01  # by which a reported accuracy may differ


@dataclass(frozen=True)
class Numbers:
    """What the questions are about.

    Attributes:
        alpha, beta: weights of the classifier of part 1, integers (4, 7) and (3, 5), biases in column 0.
        x, label: its sample, six inputs, and the right class, 1 to 3.
        W1, b1, w2, b2: of the network of part 3, a row of W1 for each hidden unit.
        X, y: its data, (5, 2) and (5,).
        image, kernel, place: of the convolution of 4.4; the place is row and column, from 1.
    """

    alpha: np.ndarray = field(
        default_factory=lambda: np.array(
            [[1, 1, 2, -3, 0, 1, -3], [1, 2, 1, 1, 1, 0, 2], [1, 3, 2, 2, 2, 2, 1], [1, 2, 0, 3, 1, -2, 2]]
        )
    )
    beta: np.ndarray = field(default_factory=lambda: np.array([[1, 1, 2, -2, 3], [1, 2, -1, 3, 1], [1, 3, 1, -1, 1]]))
    x: np.ndarray = field(default_factory=lambda: np.array([1, 0, 1, 0, 1, 1]))
    label: int = 3
    W1: np.ndarray = field(default_factory=lambda: np.array([[0.2, 3.8], [-1.1, 2.3]]))
    b1: np.ndarray = field(default_factory=lambda: np.array([-1.3, 0.86]))
    w2: np.ndarray = field(default_factory=lambda: np.array([-1.2, 0.7]))
    b2: float = 0.0
    X: np.ndarray = field(default_factory=lambda: np.array([[-1, 0.4], [3, 8], [-3, 0.3], [4, 10], [-0.5, 5]]))
    y: np.ndarray = field(default_factory=lambda: np.array([2, -4, 3.2, -8.3, -2.3]))
    image: np.ndarray = field(
        default_factory=lambda: np.array(
            [
                [-1, 0, -2, 3, 4, 1],
                [2, 9, 5, 6, 0, -1],
                [0, -3, 1, 3, 4, 4],
                [6, 5, 2, 0, 6, 8],
                [-5, 4, -3, 1, 3, -2],
                [4, 1, 2, 8, 9, 7],
            ]
        )
    )
    kernel: np.ndarray = field(default_factory=lambda: np.array([[-2, -2, -2], [-2, 5, -2], [-2, -2, -2]]))
    place: tuple[int, int] = (2, 4)


SECTIONS = {
    "1.1": "The classifier as matrices: a = α [1, x], z = σ(a), b = β [1, z], ŷ = softmax(b).",
    "1.2": "Its gradients, in the shapes of α and β.",
    "1.3": "Forward pass of the classifier for its sample.",
    "1.4": "One step of gradient descent from there, on this sample alone, with the learning rate η = 1.",
    "1.5": "λ (sum of all α² and β², biases left out) with λ = 0.01 is added to the loss. Weights are those before the step.",
    "2": "y = v₁ σ(w₁ᵀx) + v₂ σ(w₂ᵀx) with x, w₁ and w₂ in ℝ³. All start at 0; η = 1, x ≠ 0, and dℓ/dy ≠ 0 in each step.",
    "3": "h = ReLU(W1 x + b1), ŷ = w2ᵀh + b2, and the loss is the mean of (ŷ - y)² over the five samples.",
    "4": "Miscellaneous.",
    "5.6": "Accuracies after the last of 50 epochs, from 0 to 1, on the images in training_data_student.",
}
FORWARD = ("1.3a", "1.3b", "1.3c", "1.3d")
CLASSES = dict.fromkeys("123")
BY_HAND = (
    Question(
        "1.1c",
        "z, the column of the four outputs of the hidden units, does not fit β. With which change does βz give b?",
        Choice(
            {
                "a": "Transpose β.",
                "b": "Transpose z.",
                "c": "Put a row of ones on top of β.",
                "d": "Put a 1 before the entries of z.",
                "e": "Put a column of ones in front of β.",
            }
        ),
    ),
    Question("1.2c", "The shape of dℓ/dβ, as [rows, columns].", Exact(size=2)),
    Question("1.2h", "The shape of dℓ/dα, as [rows, columns].", Exact(size=2)),
    Question("1.3a", "a₁, what the first hidden unit gets: its bias and its weighted inputs.", Exact()),
    Question("1.3b", "z₁, what the first hidden unit gives.", Rounded(4), after=FORWARD[:1]),
    Question("1.3c", "b₂, the score of class 2.", Rounded(4), after=FORWARD[:2]),
    Question("1.3d", "ŷ₂, the probability of class 2.", Rounded(4), after=FORWARD[:3]),
    Question("1.3e", "The class that the network predicts.", Choice(CLASSES), after=FORWARD),
    Question("1.3f", "The cross-entropy, with the natural logarithm.", Rounded(4), after=FORWARD[:3]),
    Question("1.4a", "β₂,₁ after the step.", Rounded(4), after=FORWARD),
    Question("1.4b", "β₁,₀ after the step.", Rounded(4), after=FORWARD[:3]),
    Question("1.4c", "α₃,₄ after the step.", Rounded(4), after=FORWARD),
    Question("1.4d", "The class that is predicted for this sample after very many such steps.", Choice(CLASSES)),
    Question("1.5b", "The loss with the penalty.", Rounded(4), after=(*FORWARD[:3], "1.3f")),
    Question(
        "1.5d",
        "What is true of this loss for a network of this kind, whatever its weights are?",
        SelectAll(
            {
                "a": "It may lie below the loss without the penalty.",
                "b": "If the weights are not all zero and are doubled again and again, the penalty outgrows the cross-entropy.",
                "c": "Each of its gradient steps moves every weight further than the step without the penalty would.",
                "d": "The penalty's part of a gradient step moves weights towards zero, large ones further than small ones.",
                "e": "A bias far from zero makes it larger by way of the penalty.",
            }
        ),
    ),
    Question("2.1a", "w₁ after one step.", Exact(size=3)),
    Question("2.1b", "After one step v₂ = c · dℓ/dy, where dℓ/dy is that before the step. What is c?", Exact()),
    Question(
        "2.1c",
        "How are w₁ and w₂ related after n ≥ 2 steps?",
        Choice({"a": "w₁ = w₂ = 0", "b": "w₁ = w₂ ≠ 0", "c": "w₁ = -w₂ ≠ 0", "d": "that depends on x"}),
    ),
    Question("2.1d", "How are v₁ and v₂ related then?", Choice({"a": "v₁ < v₂", "b": "v₁ = v₂", "c": "v₁ > v₂"})),
    Question("3.1", "The loss.", Rounded(4)),
    Question(
        "3.2",
        "All weights stay as they are. With which activation in place of ReLU, or with ReLU, is the loss smallest?",
        Choice(dict.fromkeys(ACTIVATIONS)),
    ),
    Question(
        "3.3",
        "With which learning rate is the loss smallest after two steps of gradient descent on it?",
        Choice(dict.fromkeys(RATES)),
    ),
    Question("4.1", "SGD never lets the training error rise if its constant step is small enough.", TrueFalse()),
    Question("4.2", "A convolutional network can take nothing but images and other two-dimensional data.", TrueFalse()),
    Question(
        "4.4",
        "The image is convolved with the kernel, stride 1, zeros around it so that the result is as large. "
        "What stands at the given place?",
        Exact(),
    ),
)
NETWORKS = {
    "a": "256 hidden units, Sigmoid, learning rate 0.01, batches of 50",
    "b": "256 hidden units, Sigmoid, learning rate 0.001, batches of 50",
    "c": "256 hidden units, ReLU, learning rate 0.01, batches of 50",
    "d": "256 hidden units, ReLU, learning rate 0.01, batches of 200",
    "e": "384 and then 256 hidden units, ReLU after each, learning rate 0.01, batches of 50",
}
MEASURED = tuple(
    Question(f"5.6{letter}_{split}", f"{setting}: {words} accuracy.", Tolerance(absolute=BAND))
    for letter, setting in NETWORKS.items()
    for split, words in (("train", "training"), ("test", "test"))
)


def draw(code=None):
    """Return the Numbers, which are the same for everybody.

    Raises:
        ValueError: a code is given.
    """
    if code:
        raise ValueError('in this assignment everybody has the same numbers: write variant = ""')
    return Numbers()


def description(numbers):
    """Return all numbers as text."""
    parts = [
        ("Part 1: six inputs, four sigmoid units, softmax over three classes", ""),
        ("α, a row for each hidden unit, column 0 its bias", numbers.alpha),
        ("β, a row for each class, column 0 its bias", numbers.beta),
        ("x", numbers.x),
        ("right class", numbers.label),
        ("Part 3: two inputs, two hidden units, one output, mean squared error", ""),
        ("W1, a row for each hidden unit", numbers.W1),
        ("b1, their biases", numbers.b1),
        ("w2, from the hidden units to the output", numbers.w2),
        ("b2, its bias", numbers.b2),
        ("X, a row for each sample", numbers.X),
        ("y, what each should give", numbers.y),
        ("4.4", ""),
        ("image", numbers.image),
        ("kernel", numbers.kernel),
        ("place", "row {}, column {}, counted from 1".format(*numbers.place)),
    ]
    return "\n".join(f"{name}:\n{indented(value)}" if str(value) else f"\n{name}\n" for name, value in parts)


def indented(value):
    return "\n".join(f"    {line}" for line in str(value).split("\n"))


PAPER = Paper((*BY_HAND, *MEASURED), draw, description, SECTIONS)

if __name__ == "__main__":
    PAPER.run(__file__)
