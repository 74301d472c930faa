"""The answer key of part 8, and all that only those who know the answers can work out for questions.py.

    python tests/hidden/answer_key.py                 prints which candidates questions.py may draw
    python tests/hidden/answer_key.py checks [CODE]   prints answer_checks.toml, for the default numbers or those of a code

The networks run on the reference's own layers and its own optimizer. They are loaded from their files and not imported by
name: while grading, `import modules` gives the submission's.
"""

import base64
import importlib.util
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from autograder.answers.local_check import make_checks

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
OPEN = ("8.1b", "8.1d", "8.2a", "8.3a")  # what answer_checks.toml confirms
LAMBDA = 0.01
CLEARLY = 1.1  # the loss of the second-best choice is at least this times that of the best


@cache
def reference(name):
    """Return a module of the reference solution, or of its support files."""
    spec = importlib.util.spec_from_file_location(f"_reference_{name}", REFERENCE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def linear(weight, bias):
    """Return the reference's LinearModule with weight, (N, M), and bias, (N,)."""
    layer = reference("modules").LinearModule(weight.shape[1], weight.shape[0])
    layer.params = {"weight": weight.astype(float), "bias": bias.astype(float).reshape(1, -1)}
    return layer


def solve(numbers, given=None):
    """Return the right answer to each question by its id.

    Args:
        numbers: of a student, see questions.draw.
        given: answers to earlier questions, by id, that are used in place of the right ones wherever the way leads over them.
    """
    return answer_key(numbers)(given or {})


def answer_key(numbers):
    """Return the function from `given` to all answers, see `solve`; what no earlier answer can change is worked out once."""
    inputs, units, classes = numbers.sizes
    fixed = {
        **regressor_answers(numbers.regressor),
        "8.3b": ("b", "d"),
        "8.4a": (0, 0, 0),
        "8.4b": Fraction(-1, 2),  # σ(0) is one half
        "8.4c": "b",
        "8.4d": "b",
        "8.6a": False,
        "8.6b": False,
        "8.6c": convolution_entry(numbers.image, numbers.kernel, *numbers.place),
        "8.7": numbers.widths[1] * (numbers.widths[0] + 3),  # weights, biases, γ, β
        "8.8a": (classes, units + 1),
        "8.8b": (units, inputs + 1),
        "8.8c": ("d", "f"),
    }

    def answers(given):
        # An answer may be so far off that the way on from it overflows; it then leads nowhere.
        with np.errstate(all="ignore"):
            return fixed | classifier_answers(numbers.classifier, given)

    return answers


def classifier_answers(network, given):
    """8.1 to 8.3a: one sample through the network and back, one step of gradient descent."""
    modules = reference("modules")
    first = linear(network.alpha[:, 1:], network.alpha[:, 0])
    second = linear(network.beta[:, 1:], network.beta[:, 0])
    sigmoid, softmax, loss_module = modules.SigmoidModule(), modules.SoftMaxModule(), modules.CrossEntropyModule()
    a = first.forward(network.x[None].astype(float))
    a[0, 0] = given.get("8.1a", a[0, 0])
    z = sigmoid.forward(a)
    z[0, 0] = given.get("8.1b", z[0, 0])
    b = second.forward(z)
    b[0, 1] = given.get("8.1c", b[0, 1])
    y = softmax.forward(b)
    y[0, 1] = given.get("8.1d", y[0, 1])
    target = np.array([network.label - 1])
    loss = given.get("8.1f", float(loss_module.forward(y, target)))
    penalty = LAMBDA * float((network.alpha[:, 1:] ** 2).sum() + (network.beta[:, 1:] ** 2).sum())
    answers = {
        "8.1a": round(a[0, 0]) if "8.1a" not in given else a[0, 0],  # a sum of integers
        "8.1b": z[0, 0],
        "8.1c": b[0, 1],
        "8.1d": y[0, 1],
        "8.1e": str(int(y.argmax()) + 1),
        "8.1f": loss,
        "8.2d": str(network.label),
        "8.3a": loss + penalty,
    }
    # Softmax and cross-entropy in one, ŷ - y: what is gone on from by hand, and by an answer to 8.1d too.
    scores_gradient = y - np.eye(y.shape[1])[target]
    first.backward(sigmoid.backward(second.backward(scores_gradient)))
    reference("optimizers").SGD([first, second], lr=1.0).step()
    return answers | {
        "8.2a": second.params["weight"][1, 0],
        "8.2b": second.params["bias"][0, 0],
        "8.2c": first.params["weight"][2, 3],
    }


def regressor_answers(network):
    """8.5: the loss, and where it is smallest."""
    losses = {name: float(squared_errors(network, name).mean()) for name in reference("questions").ACTIVATIONS}
    after = losses_after_two_steps(network)
    return {"8.5a": losses["relu"], "8.5b": min(losses, key=losses.get), "8.5c": min(after, key=after.get)}


def squared_errors(network, activation):
    h = activation_of(activation)(linear(network.W1, network.b1).forward(network.X))
    return (linear(network.w2[None], np.array([network.b2])).forward(h)[:, 0] - network.y) ** 2


def activation_of(name):
    modules = reference("modules")
    functions = {"relu": modules.ReLUModule().forward, "sigmoid": modules.SigmoidModule().forward, "tanh": np.tanh}
    return functions.get(name, lambda x: x)


def losses_after_two_steps(network):
    """Return the loss after two steps of gradient descent over all samples, for each learning rate."""
    modules, losses = reference("modules"), {}
    for rate in reference("questions").RATES:
        first, relu = linear(network.W1, network.b1), modules.ReLUModule()
        second = linear(network.w2[None], np.array([network.b2]))
        optimizer = reference("optimizers").SGD([first, second], lr=float(rate))
        for step in range(3):
            error = second.forward(relu.forward(first.forward(network.X))) - network.y[:, None]  # (S, 1)
            losses[rate] = float((error**2).mean())
            if step < 2:
                first.backward(relu.backward(second.backward(2 * error / len(error))))
                optimizer.step()
    return losses


def convolution_entry(image, kernel, row, column):
    """Return the entry in this row and column, from 1, of the convolution with zeros around the image."""
    return int((np.pad(image, 1)[row - 1 : row + 2, column - 1 : column + 2] * kernel[::-1, ::-1]).sum())


# What is well conditioned


def classifier_is_fit(network):
    """Whether nothing is saturated, no class is close to being another one, and a step changes what is asked for."""
    answers = classifier_answers(network, {})
    a = network.alpha @ np.array([1, *network.x])
    y = softmax_of(network)
    best, second = np.sort(y)[::-1][:2]
    moved = [answers["8.2a"] - network.beta[1, 1], answers["8.2b"] - network.beta[0, 0], answers["8.2c"] - network.alpha[2, 4]]
    return bool(
        np.abs(a).max() <= 5
        and a[0] != 0
        and best - second >= 0.02
        and answers["8.1e"] != answers["8.2d"]
        and 0.3 <= answers["8.1f"] <= 8
        and min(np.abs(moved)) >= 0.002
    )


def softmax_of(network):
    """Return ŷ, (3,)."""
    z = reference("modules").SigmoidModule().forward(network.alpha @ np.array([1.0, *network.x]))
    return reference("modules").SoftMaxModule().forward((network.beta @ np.array([1.0, *z]))[None])[0]


def regressor_is_fit(network):
    """Whether no unit stands at the bend of its ReLU, some are on and some off, and the best choices are clearly the best."""
    before = linear(network.W1, network.b1).forward(network.X)  # (S, 2)
    with np.errstate(all="ignore"):
        after = np.array(list(losses_after_two_steps(network).values()))
    losses = np.array([squared_errors(network, name).mean() for name in reference("questions").ACTIVATIONS])
    on = before > 0
    return bool(
        np.abs(before).min() >= 0.05
        and on.any(axis=0).all()
        and not on.all(axis=0).any()
        and 1 <= losses[0] <= 1000
        and np.isfinite(after).all()
        and all(np.sort(group)[1] >= CLEARLY * np.sort(group)[0] for group in (losses, after))
    )


def fit_bits(candidate, is_fit):
    """Return which candidates are fit, in the form that questions.py holds."""
    count = reference("questions").CANDIDATES
    return base64.b64encode(np.packbits([is_fit(candidate(index)) for index in range(count)]).tobytes()).decode()


# What the suite and the staff ask for


def sheet_for(content, variant):
    """Return the Sheet of a student.

    Args:
        content: bytes of the answers.toml.
        variant: the student's code, None for the default numbers.
    """
    return reference("questions").PAPER.sheet(content, variant, answer_key)


def checks(code=None):
    """Return the text of the answer_checks.toml that goes with the numbers of a code."""
    questions = reference("questions")
    text = make_checks(questions.QUESTIONS, solve(questions.draw(code)), OPEN, code or "")
    return (
        f'# Generated by "python tests/hidden/answer_key.py checks"; says nothing of an answer but whether it is right.\n{text}'
    )


def main(arguments):
    questions = reference("questions")
    if arguments[:1] == ["checks"]:
        print(checks(*arguments[1:2]), end="")
        return 0
    for name, candidate, is_fit in (
        ("FIT_CLASSIFIERS", questions.classifier_candidate, classifier_is_fit),
        ("FIT_REGRESSORS", questions.regressor_candidate, regressor_is_fit),
    ):
        bits = fit_bits(candidate, is_fit)
        lines = [f'    "{bits[start : start + 120]}"' for start in range(0, len(bits), 120)]
        print(f"{name} = (", *lines, ")", sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
