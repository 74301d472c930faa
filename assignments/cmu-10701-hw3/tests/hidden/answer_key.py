"""The answer key of parts 1 to 4, and how the accuracies of 5.6 are judged.

    python tests/hidden/answer_key.py    prints answer_checks.toml

The networks run on the reference's own layers and its own optimizer.
"""

from fractions import Fraction

import numpy as np
from reference_modules import reference

from autograder.answers.local_check import make_checks
from autograder.answers.sheet import Sheet

OPEN = ("1.3b", "1.3d", "1.4a", "1.5b")  # what answer_checks.toml confirms
LAMBDA = 0.01
MEASURED_HERE = (
    "It is compared with a run of your own layers and your own train_network, with the default seed and on the images that "
    "`python make_data.py` writes where no MNIST lies."
)


def linear(weight, bias):
    """Return the reference's Linear layer for weights (units, inputs), as the questions have them, and biases (units,)."""
    return reference("hw3_lib").Linear((weight.T.astype(float), bias.astype(float)[None]))


def solve(numbers, given=None):
    """Return the right answer to each question of parts 1 to 4 by its id.

    Args:
        numbers: see questions.Numbers.
        given: answers to earlier questions, by id, that are used in place of the right ones wherever the way leads over them.
    """
    return answer_key(numbers)(given or {})


def answer_key(numbers):
    """Return the function from `given` to all answers, see `solve`; what no earlier answer can change is worked out once."""
    fixed = {
        **regressor_answers(numbers),
        "1.1c": "d",
        "1.2c": numbers.beta.shape,
        "1.2h": numbers.alpha.shape,
        "1.5d": ("b", "d"),
        "2.1a": (0, 0, 0),
        "2.1b": Fraction(-1, 2),  # σ(0) is one half
        "2.1c": "b",
        "2.1d": "b",
        "4.1": False,
        "4.2": False,
        "4.4": convolution_entry(numbers.image, numbers.kernel, *numbers.place),
    }

    def answers(given):
        # An answer may be so far off that the way on from it overflows; it then leads nowhere.
        with np.errstate(all="ignore"):
            return fixed | classifier_answers(numbers, given)

    return answers


def classifier_answers(numbers, given):
    """1.3 to 1.5b: one sample through the network and back, one step of gradient descent."""
    lib, sol = reference("hw3_lib"), reference("hw3_sol")
    first = linear(numbers.alpha[:, 1:], numbers.alpha[:, 0])
    second = linear(numbers.beta[:, 1:], numbers.beta[:, 0])
    hidden, criterion = lib.Sigmoid(), lib.CrossEntropyLoss()
    a = first.forward(numbers.x[None].astype(float))
    a[0, 0] = given.get("1.3a", a[0, 0])
    z = hidden.forward(a)
    z[0, 0] = given.get("1.3b", z[0, 0])
    b = second.forward(z)
    b[0, 1] = given.get("1.3c", b[0, 1])
    loss = given.get("1.3f", criterion.forward(b, np.array([numbers.label - 1])))
    y = criterion.y_hat
    y[0, 1] = given.get("1.3d", y[0, 1])
    penalty = LAMBDA * float((numbers.alpha[:, 1:] ** 2).sum() + (numbers.beta[:, 1:] ** 2).sum())
    model = sol.MultiLayerPerceptron([first, hidden, second])
    model.backward(criterion)
    lib.GradientDescentOptimizer(model, learning_rate=1.0).step()
    return {
        "1.3a": round(a[0, 0]) if "1.3a" not in given else a[0, 0],  # a sum of integers
        "1.3b": z[0, 0],
        "1.3c": b[0, 1],
        "1.3d": y[0, 1],
        "1.3e": str(int(y.argmax()) + 1),
        "1.3f": loss,
        "1.4a": second.weights[0, 1],
        "1.4b": second.biases[0, 0],
        "1.4c": first.weights[3, 2],
        "1.4d": str(numbers.label),
        "1.5b": loss + penalty,
    }


def regressor_answers(numbers):
    """Part 3: the loss, and where it is smallest."""
    losses = {name: float(squared_errors(numbers, name).mean()) for name in reference("questions").ACTIVATIONS}
    after = losses_after_two_steps(numbers)
    return {"3.1": losses["relu"], "3.2": min(losses, key=losses.get), "3.3": min(after, key=after.get)}


def squared_errors(numbers, activation):
    lib = reference("hw3_lib")
    functions = {"relu": lib.ReLU().forward, "sigmoid": lib.sigmoid, "tanh": np.tanh, "linear": lambda x: x}
    h = functions[activation](linear(numbers.W1, numbers.b1).forward(numbers.X))
    return (linear(numbers.w2[None], np.array([numbers.b2])).forward(h)[:, 0] - numbers.y) ** 2


def losses_after_two_steps(numbers):
    """Return the loss after two steps of gradient descent over all samples, for each learning rate."""
    lib, sol, losses = reference("hw3_lib"), reference("hw3_sol"), {}
    for rate in reference("questions").RATES:
        first, second = linear(numbers.W1, numbers.b1), linear(numbers.w2[None], np.array([numbers.b2]))
        model = sol.MultiLayerPerceptron([first, lib.ReLU(), second])
        optimizer, criterion = lib.GradientDescentOptimizer(model, float(rate)), SquaredError()
        for step in range(3):
            losses[rate] = criterion.forward(model.forward(numbers.X), numbers.y)
            if step < 2:
                model.backward(criterion)
                optimizer.step()
    return losses


class SquaredError:
    """The mean squared error; its gradients are those of single samples, as the layers of hw3_lib take them."""

    def forward(self, output, y):
        self.error = output - y[:, None]  # (N, 1)
        return float((self.error**2).mean())

    def backward(self):
        return 2 * self.error


def convolution_entry(image, kernel, row, column):
    """Return the entry in this row and column, from 1, of the convolution with zeros around the image."""
    return int((np.pad(image, 1)[row - 1 : row + 2, column - 1 : column + 2] * kernel[::-1, ::-1]).sum())


# What the suite and the staff ask for


def hand_sheet(content):
    """Return the Sheet of parts 1 to 4 for the bytes of an answers.toml."""
    questions = reference("questions")
    return Sheet(questions.BY_HAND, questions.PAPER.read(content)[1], answer_key(questions.draw()))


def accuracy_sheet(content, measured):
    """Return the Sheet of some accuracies of 5.6, as the grader has measured them, by question."""
    questions = reference("questions")
    asked = [question for question in questions.MEASURED if question.id in measured]
    return Sheet(asked, questions.PAPER.read(content)[1], lambda given: measured, MEASURED_HERE)


def checks():
    """Return the text of answer_checks.toml."""
    questions = reference("questions")
    text = make_checks(questions.BY_HAND, solve(questions.draw()), OPEN)
    return f'# Generated by "python tests/hidden/answer_key.py"; says nothing of an answer but whether it is right.\n{text}'


if __name__ == "__main__":
    print(checks(), end="")
