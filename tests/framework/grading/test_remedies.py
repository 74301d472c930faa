"""What a student reads beside an exception: what it means, and what to do."""

import numpy as np
import pytest

from autograder.grading.remedies import with_remedy

NOTHING = None


def raised_by(call):
    with pytest.raises((ValueError, TypeError, AttributeError, RuntimeError)) as caught:
        call()
    return f"your code raised {caught.type.__name__}: {caught.value}\n\nTraceback"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: np.ones((2, 3)) @ np.ones((5, 2)), "the left factor has 3 columns and the right one 5 rows"),
        (lambda: np.ones((64, 32)) + np.ones((32, 64)), "is one to be transposed, or to be summed with keepdims=True?"),
        (lambda: 1 if np.ones(2) else 2, "where(condition, a, b)"),
        (lambda: NOTHING[0], "A function without return gives None"),
        (lambda: NOTHING.shape, "A function without return gives None"),
        (lambda: 1 + NOTHING, "A function without return gives None"),
    ],
)
def test_common_errors_are_explained_in_the_second_line(call, words):
    headline, said, *_ = with_remedy(raised_by(call)).split("\n")
    assert headline.startswith("your code raised ") and words in said


def test_common_errors_of_pytorch_are_explained():
    torch = pytest.importorskip("torch")
    one = torch.ones(2, requires_grad=True)
    for call, words in (
        (lambda: torch.ones(5, 4) @ torch.ones(3, 6), "the left factor has 4 columns and the right one 3 rows"),
        (lambda: torch.ones(2, 2) @ torch.ones(2, 2).double(), "torch.zeros(..., dtype=x.dtype)"),
        (lambda: one.detach().sum().backward(), "No gradient can reach the parameters"),
        (lambda: one.add_(1), "below with torch.no_grad()"),
        (lambda: torch.optim.SGD([], 0.1), "nn.ModuleList"),
        (lambda: 1 if one > 0 else 2, "where(condition, a, b)"),
    ):
        assert words in with_remedy(raised_by(call)).split("\n")[1]


def test_an_error_that_is_not_known_stays_as_it_is():
    assert with_remedy("your code raised ValueError: x\n\nTraceback") == "your code raised ValueError: x\n\nTraceback"
