"""The hand calculations of part 8: their numbers, and what each question asks.

    python questions.py          prints your numbers and the questions
    python questions.py check    says for each of your answers whether it can be read, and for some whether it is right

Write your answers into answers.toml beside this file. If each student has different numbers, write your code into its line
variant = "". The code is at the top of each of your results. Without a code, this prints the common numbers.

How an index is read: α₃,₄ is in row 3 of α and goes with x₄, rows counted from 1. Column 0 holds the biases.
"""

import base64
import math
import random
from dataclasses import dataclass

import numpy as np

from autograder.answers.paper import Paper
from autograder.answers.rules import Choice, Exact, Rounded, SelectAll, TrueFalse
from autograder.answers.sheet import Question
from autograder.variants import chance_of

CANDIDATES = 4096  # networks of either kind that are looked at
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
RATES = ("0.9", "0.1", "0.001", "0.0001")


@dataclass(frozen=True)
class Classifier:
    """The network of 8.1 to 8.3: six inputs, four sigmoid units, a softmax over three classes, cross-entropy as its loss.

    Attributes:
        alpha: α, integers (4, 7), biases in column 0.
        beta: β, integers (3, 5), biases in column 0.
        x: the six inputs, without the 1 that goes with the biases.
        label: the right class, 1 to 3.
    """

    alpha: np.ndarray
    beta: np.ndarray
    x: np.ndarray
    label: int


@dataclass(frozen=True)
class Regressor:
    """The network of 8.5: two inputs, two hidden units, one output, the mean squared error as its loss.

    Attributes:
        W1: (2, 2), a row for each hidden unit; b1: (2,), their biases.
        w2: (2,), from the hidden units to the output; b2: its bias.
        X: inputs, (5, 2), a sample in each row; y: what they should give, (5,).
    """

    W1: np.ndarray
    b1: np.ndarray
    w2: np.ndarray
    b2: float
    X: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Numbers:
    """All numbers of one student.

    Attributes:
        image: integers (6, 6); kernel: integers (3, 3); place: of the entry that 8.6c asks for, row and column from 1.
        widths: of the layer in 8.7, inputs and outputs.
        sizes: of the network in 8.8: inputs, hidden units, classes.
    """

    classifier: Classifier
    regressor: Regressor
    image: np.ndarray
    kernel: np.ndarray
    place: tuple[int, int]
    widths: tuple[int, int]
    sizes: tuple[int, int, int]


DEFAULT = Numbers(
    Classifier(
        alpha=np.array([[1, 1, 2, -3, 0, 1, -3], [1, 2, 1, 1, 1, 0, 2], [1, 3, 2, 2, 2, 2, 1], [1, 2, 0, 3, 1, -2, 2]]),
        beta=np.array([[1, 1, 2, -2, 3], [1, 2, -1, 3, 1], [1, 3, 1, -1, 1]]),
        x=np.array([1, 0, 1, 0, 1, 1]),
        label=3,
    ),
    Regressor(
        W1=np.array([[0.2, 3.8], [-1.1, 2.3]]),
        b1=np.array([-1.3, 0.86]),
        w2=np.array([-1.2, 0.7]),
        b2=0.0,
        X=np.array([[-1, 0.4], [3, 8], [-3, 0.3], [4, 10], [-0.5, 5]]),
        y=np.array([2, -4, 3.2, -8.3, -2.3]),
    ),
    image=np.array(
        [
            [-1, 0, -2, 3, 4, 1],
            [2, 9, 5, 6, 0, -1],
            [0, -3, 1, 3, 4, 4],
            [6, 5, 2, 0, 6, 8],
            [-5, 4, -3, 1, 3, -2],
            [4, 1, 2, 8, 9, 7],
        ]
    ),
    kernel=np.array([[-2, -2, -2], [-2, 5, -2], [-2, -2, -2]]),
    place=(2, 4),
    widths=(20, 40),
    sizes=(6, 4, 3),
)

SECTIONS = {
    "8.1": "Forward pass of the classifier for its sample. a = α [1, x], z = σ(a), b = β [1, z], ŷ = softmax(b).",
    "8.2": "One step of gradient descent from there, on this sample alone, with the learning rate η = 1.",
    "8.3": "λ (sum of all α² and β², biases left out) with λ = 0.01 is added to the loss. Weights are those before the step.",
    "8.4": "y = v₁ σ(w₁ᵀx) + v₂ σ(w₂ᵀx) with x, w₁ and w₂ in ℝ³. All start at 0; η = 1, x ≠ 0, and dℓ/dy ≠ 0 in each step.",
    "8.5": "The regressor: h = ReLU(W1 x + b1), ŷ = w2ᵀh + b2, and the loss is the mean of (ŷ - y)² over the five samples.",
    "8.6": "Miscellany.",
    "8.7": "A linear layer of n inputs and m outputs, biases included, followed by batch norm.",
    "8.8": "A classifier as in 8.1, of D inputs, H hidden units and K classes; column 0 of α and of β holds the biases.",
}
FORWARD = ("8.1a", "8.1b", "8.1c", "8.1d")
CLASSES = dict.fromkeys("123")
QUESTIONS = (
    Question("8.1a", "a₁, what the first hidden unit gets: its bias and its weighted inputs.", Exact()),
    Question("8.1b", "z₁, what the first hidden unit gives.", Rounded(4), after=FORWARD[:1]),
    Question("8.1c", "b₂, the score of class 2.", Rounded(4), after=FORWARD[:2]),
    Question("8.1d", "ŷ₂, the probability of class 2.", Rounded(4), after=FORWARD[:3]),
    Question("8.1e", "The class that the network predicts.", Choice(CLASSES), after=FORWARD),
    Question("8.1f", "The cross-entropy, with the natural logarithm.", Rounded(4), after=FORWARD[:3]),
    Question("8.2a", "β₂,₁ after the step.", Rounded(4), after=FORWARD),
    Question("8.2b", "β₁,₀ after the step.", Rounded(4), after=FORWARD[:3]),
    Question("8.2c", "α₃,₄ after the step.", Rounded(4), after=FORWARD),
    Question("8.2d", "The class that is predicted for this sample after very many such steps.", Choice(CLASSES)),
    Question("8.3a", "The loss with the penalty.", Rounded(4), after=(*FORWARD[:3], "8.1f")),
    Question(
        "8.3b",
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
    Question("8.4a", "w₁ after one step.", Exact(size=3)),
    Question("8.4b", "After one step v₂ = c · dℓ/dy, where dℓ/dy is that before the step. What is c?", Exact()),
    Question(
        "8.4c",
        "How are w₁ and w₂ related after two steps?",
        Choice({"a": "w₁ = w₂ = 0", "b": "w₁ = w₂ ≠ 0", "c": "w₁ = -w₂ ≠ 0", "d": "that depends on x"}),
    ),
    Question("8.4d", "How are v₁ and v₂ related then?", Choice({"a": "v₁ < v₂", "b": "v₁ = v₂", "c": "v₁ > v₂"})),
    Question("8.5a", "The loss.", Rounded(4)),
    Question(
        "8.5b",
        "All weights stay as they are. With which activation in place of ReLU, or with ReLU, is the loss smallest?",
        Choice(dict.fromkeys(ACTIVATIONS)),
    ),
    Question(
        "8.5c",
        "With which learning rate is the loss smallest after two steps of gradient descent on it?",
        Choice(dict.fromkeys(RATES)),
    ),
    Question("8.6a", "SGD never lets the training error rise if its constant step is small enough.", TrueFalse()),
    Question("8.6b", "A convolutional network can take nothing but images and other two-dimensional data.", TrueFalse()),
    Question(
        "8.6c",
        "The image is convolved with the kernel, stride 1, zeros around it so that the result is as large. "
        "What stands at the given place?",
        Exact(),
    ),
    Question("8.7", "How many parameters are trained?", Exact()),
    Question("8.8a", "The shape of dℓ/dβ, as [rows, columns].", Exact(size=2)),
    Question("8.8b", "The shape of dℓ/dα, as [rows, columns].", Exact(size=2)),
    Question(
        "8.8c",
        "z, the column of the H outputs of the hidden units, does not fit β. With which changes, each alone, does βz give b?",
        SelectAll(
            {
                "a": "Transpose β.",
                "b": "Transpose z.",
                "c": "Put a row of ones on top of β.",
                "d": "Put a 1 before the entries of z.",
                "e": "Put a column of ones in front of β.",
                "f": "Leave column 0 of β out of the product and add it to the result.",
            }
        ),
    ),
)

# Which of the candidates are well conditioned: bit i of these bytes, from the left, says it of candidate i. That is for those
# to work out who know the answers: `python tests/hidden/answer_key.py` prints these lines.
FIT_CLASSIFIERS = (
    "EmFSAIInWeUnMAK1ksJACpuBCgYkEAkNCBABJQbTlRIAORhkgMMUgQJJgkAQMiQ3RQICMWSRQGQVAei0wTQaPyMqCElRAFiIQgehGyQAwLIPXQgYIAgABi2R"
    "TQAlFkYhAQaBQMPiiyFgkpJw8CpOCDCgBEABAEggopGIIgQAEADMApBCBYCBI3ojsCHIkZZJQITQgoEkISgGQigBgBCgho8AKtAgiAhGkgAHWIAEBqAogsAl"
    "LQGReFJzElIljAQgJXi0oXmkGgETcKB2GMgABjxxlqgz0CFDMAhRFARSiQCBPkiZgAFQCAsDkaMkiTALAjgKAZABQECNMRFAAYCgkxIEYjgVyjLlgAARigJd"
    "IwyIanANwQBAOWlJ4HEyNhiCBCBCBSQgJUgA4wgAJI9oDAtLZApGDVZgAYGAYRzII/AHAGJKaJ2SBQkigU5IDfzY8rAwVLAHEQBggCIEEINQBKgD4QQhPEdZ"
    "hIKBsRMDKgNrJQABCARAFKxhOMQAiGGAIIiGAgSgIJlOxkhESH0gBkBBWBsBCXIggAjAASAEECBAMJrcQAUEQkRlIQMrIERkgjQ48gdRgx8JQCAEPCQST5wW"
    "jzcHkHSyNQUBEAQCguggXMwAZcLrAFEDQpoaEEAIIBEEZ9QYoAGVINhGhYxGkgCAcSkD4EbAGBC6gwAEgEc="
)
FIT_REGRESSORS = (
    "rV3qscsDjqb7E0RwZU+JDubE46Km88NCO9GsjtU3APlCzQz9sBgDisdGSWsIDrGzDq0zPfOICBWMMwlPEY9sBiPM2F/Ra+YLpzu5MRX6FPEgi8EBhZ5/kfSu"
    "zr1Y0LxW9B47UbqYHKRVcD50WBrUqYuMelftX86AsrUry9ntaBDYggAx3zkQxWcW2vR+mV5JCbWv+ZxHrHLK9dq4kyn0bI9er6hs5WNjWezkUa/LVO1qnunr"
    "G5IpbMgHtFXM/a067U3m3+MFKE3aTjexQ6m2zNZR9yWbXqiXIs8PGEOh5wegCJs3k4YR00nnZ9F3NjlylLcxhYSl4xV9uzKjCVhE4cNiIQbRv61ohl7jSZc2"
    "3fhSr2RPxlAHEyBWoi4zl0HQYbpoUU4Y/AE7VqHFL323/s0FqDBD/AamhDRWBrE+rLPAhtcxx2Ayc+ujv3vxeT6DExsRbMwWvEJq10tuW9rBOQrCQlhMIwss"
    "f4ZR+dzJtkT9e34akZOiJjIPcP36bfrvhKHVfFYyfRPMcUo3S3EQ845doAyGJIcJ7pMPotpQObuSZ0FnsEQm1hdeK6P5SZ+gHyb2eTULRTS+e4kW9ocjO3K3"
    "Tfb5noUGvyJ4BEE3Z0JrlSNnUdPxTS1DF8XM3MXe2QPTautdEM8sluut6NxfwkqIuxCN08bTToMephRLJAI="
)


def draw(code=None):
    """Return the Numbers that belong to a code; DEFAULT without one.

    Raises:
        ValueError: this is no code.
    """
    if not code:
        return DEFAULT
    chance = chance_of(code)
    classifier = classifier_candidate(choose(chance, fit(FIT_CLASSIFIERS)))
    regressor = regressor_candidate(choose(chance, fit(FIT_REGRESSORS)))
    corner, edge, centre = integers(chance, -3, 3, 3)
    return Numbers(
        classifier,
        regressor,
        image=integers(chance, -5, 9, 6, 6),
        # The same from all sides: whether a convolution turns its kernel around makes no difference here.
        kernel=np.array([[corner, edge, corner], [edge, centre + 5, edge], [corner, edge, corner]]),
        place=tuple(integers(chance, 1, 6, 2).tolist()),
        widths=tuple(integers(chance, 11, 99, 2).tolist()),
        sizes=tuple(integers(chance, 4, 20, 3).tolist()),
    )


def classifier_candidate(index):
    """Return one of the networks that 8.1 to 8.3 may be about."""
    chance = seeded(f"classifier {index}")
    x = np.concatenate([integers(chance, 0, 1, 3), [1], integers(chance, 0, 1, 2)])  # x₄ = 1, or α₃,₄ would stay as it is
    return Classifier(integers(chance, -2, 2, 4, 7), integers(chance, -3, 3, 3, 5), x, whole(chance, 1, 3))


def regressor_candidate(index):
    """Return one of the networks that 8.5 may be about, in tenths."""
    chance = seeded(f"regressor {index}")
    return Regressor(
        W1=integers(chance, -20, 20, 2, 2) / 10,
        b1=integers(chance, -15, 15, 2) / 10,
        w2=integers(chance, -20, 20, 2) / 10,
        b2=whole(chance, -10, 10) / 10,
        X=integers(chance, -40, 40, 5, 2) / 10,
        y=integers(chance, -40, 40, 5) / 10,
    )


def fit(bits):
    """Return the indices of the well-conditioned candidates."""
    return np.flatnonzero(np.unpackbits(np.frombuffer(base64.b64decode(bits), dtype=np.uint8))).tolist()


# Of all that random.Random offers, random() alone is promised to give the same numbers in every version of Python.


def seeded(seed):
    return random.Random(seed)  # noqa: S311  # which candidates there are is no secret


def whole(chance, low, high):
    return low + int(chance.random() * (high - low + 1))


def choose(chance, items):
    return items[whole(chance, 0, len(items) - 1)]


def integers(chance, low, high, *shape):
    return np.array([whole(chance, low, high) for _ in range(math.prod(shape))]).reshape(shape)


def description(numbers):
    """Return all numbers as text."""
    one, two = numbers.classifier, numbers.regressor
    parts = [
        ("8.1 to 8.3: six inputs, four sigmoid units, softmax over three classes", ""),
        ("α, a row for each hidden unit, column 0 its bias", one.alpha),
        ("β, a row for each class, column 0 its bias", one.beta),
        ("x", one.x),
        ("right class", one.label),
        ("8.5: two inputs, two hidden units, one output, mean squared error", ""),
        ("W1, a row for each hidden unit", two.W1),
        ("b1, their biases", two.b1),
        ("w2, from the hidden units to the output", two.w2),
        ("b2, its bias", two.b2),
        ("X, a row for each sample", two.X),
        ("y, what each should give", two.y),
        ("8.6c", ""),
        ("image", numbers.image),
        ("kernel", numbers.kernel),
        ("place", f"row {numbers.place[0]}, column {numbers.place[1]}, counted from 1"),
        ("8.7", ""),
        ("layer", f"n = {numbers.widths[0]} inputs, m = {numbers.widths[1]} outputs"),
        ("8.8", ""),
        ("network", "D = {} inputs, H = {} hidden units, K = {} classes".format(*numbers.sizes)),
    ]
    return "\n".join(f"{name}:\n{indented(value)}" if str(value) else f"\n{name}\n" for name, value in parts)


def indented(value):
    return "\n".join(f"    {line}" for line in str(value).split("\n"))


PAPER = Paper(QUESTIONS, draw, description, SECTIONS)

if __name__ == "__main__":
    PAPER.run(__file__)
