"""Part 9, derivatives in closed form: the others, and an expectation that is worked out by quadrature."""

import numpy as np
from derivation_cases import check_derivative, derivative, softmax
from derivations import (
    gram_gradient,
    relu_second_moment,
    residual_gradient,
    softmax_cross_entropy_gradient,
    trace_gradient,
    trace_product_gradient,
)
from gradescope_utils.autograder_utils.decorators import number, weight


def cross_entropy(X, T):
    """Return the mean over samples, for complex scores X, (S, C), and targets T, (S, C)."""
    return -(T * np.log(softmax(X))).sum() / len(X)


def residual_block(X, W1, b1, W2):
    """Return Y, (S, M), up to a constant, for complex X, (S, M)."""
    scores = X @ W1.T + b1
    return X + np.where(scores.real > 0, scores, 0) @ W2.T


@number("9.2")
@weight(1)
def test_gradient_of_the_trace_of_a_product(rng):
    """∂tr(VXW)/∂X, all three square, and then of different shapes"""
    for n, m, p in ((3, 3, 3), (4, 3, 5)):
        V, X, W = rng.normal(size=(n, m)), rng.normal(size=(m, p)), rng.normal(size=(p, n))
        expected = derivative(lambda X, V=V, W=W: np.trace(V @ X @ W), X)
        mistakes = {}
        if n == m == p:
            mistakes["is VWᵀ: look at which index is summed over"] = V @ W.T
            mistakes["is WV, the transpose of the answer"] = W @ V
            mistakes["is VᵀW: look at which index is summed over"] = V.T @ W
            mistakes["is WᵀVᵀ: the order of the two is wrong"] = W.T @ V.T
        what = f"trace_product_gradient(V, W) for V {V.shape} and W {W.shape}"
        check_derivative(trace_product_gradient(V, W), expected, what, mistakes)


@number("9.4")
@weight(0.5)
def test_gradient_of_a_trace(rng):
    """∂tr(S)/∂S"""
    S = rng.normal(size=(4, 4))
    mistakes = {
        "is all ones: which entries does the trace add up?": np.ones((4, 4)),
        "is a vector of ones: it must have the shape of S": np.ones(4),
    }
    check_derivative(trace_gradient(S), derivative(np.trace, S), "trace_gradient(S)", mistakes)


@number("9.5")
@weight(1)
def test_derivative_of_a_matrix_by_a_matrix(rng):
    """∂[QᵀQ]ᵢⱼ/∂Qₘₙ, all entries"""
    Q = rng.normal(size=(3, 4))
    expected = derivative(lambda Q: Q.T @ Q, Q)
    delta, ones = np.eye(4), np.ones(4)
    mistakes = {
        "lacks the second term of the product rule": np.einsum("in,mj->ijmn", delta, Q),
        "lacks the first term of the product rule": np.einsum("jn,mi->ijmn", delta, Q),
        "has the same delta in both terms": np.einsum("in,mj->ijmn", delta, Q) + np.einsum("in,mi,j->ijmn", delta, Q, ones),
        "has its indices in the order [m, n, i, j], not [i, j, m, n]": expected.transpose(2, 3, 0, 1),
        "has its last two indices swapped": expected.swapaxes(2, 3),
        "has the deltas of i and j swapped": np.einsum("jn,mj,i->ijmn", delta, Q, ones)
        + np.einsum("in,mi,j->ijmn", delta, Q, ones),
    }
    check_derivative(gram_gradient(Q), expected, "gram_gradient(Q) for Q (3, 4)", mistakes)


@number("9.7")
@weight(1)
def test_gradient_of_softmax_and_cross_entropy_together(rng):
    """∂L/∂X through softmax and cross-entropy, for targets between 0 and 1"""
    S, C = 6, 4
    X, T = 2 * rng.normal(size=(S, C)), rng.dirichlet(np.ones(C), size=S)
    expected = derivative(lambda X: cross_entropy(X, T), X)
    Y = softmax(X)
    mistakes = {
        "lacks 1/S: L is a mean over the samples": S * expected,
        "is T - Y, without 1/S": T - Y,
        "has the wrong sign: it is (T - Y)/S": -expected,
        "is divided by the number of classes, not of samples": expected * S / C,
        "is divided by the number of all entries, not of samples": expected / C,
        "is Y/S: the targets are missing": Y / S,
        "is the gradient with respect to Y, not to the scores X": -T / Y / S,
        "uses the scores where their softmax belongs": (X - T) / S,
        "takes the softmax over the samples, not over the classes": (softmax(X.T).T - T) / S,
    }
    result = softmax_cross_entropy_gradient(X, T)
    check_derivative(result, expected, "softmax_cross_entropy_gradient(X, T)", mistakes)


@number("9.9")
@weight(0.5)
def test_gradient_of_a_residual_block(rng):
    """∂L/∂X of a residual block"""
    S, M, N = 6, 4, 5
    dout, X, W1, b1, W2 = (rng.normal(size=shape) for shape in ((S, M), (S, M), (N, M), (N,), (M, N)))
    expected = derivative(lambda X: (dout * residual_block(X, W1, b1, W2)).sum(), X)
    active = X @ W1.T + b1 > 0
    mistakes = {
        "lacks the way around the block: X is also added to its output": expected - dout,
        "is ∂L/∂Y: the way through the block is missing": dout,
        "lacks the slope of the ReLU": dout + dout @ W2 @ W1,
        "takes the slope of the ReLU without the bias b₁": dout + (dout @ W2 * (X @ W1.T > 0)) @ W1,
        "adds X where ∂L/∂Y belongs": X + expected - dout,
        "adds 1 where ∂L/∂Y belongs": 1 + expected - dout,
        "takes the ReLU itself for its slope": dout + (dout @ W2 * active * (X @ W1.T + b1)) @ W1,
    }
    check_derivative(residual_gradient(dout, X, W1, b1, W2), expected, "residual_gradient(dout, X, W1, b1, W2)", mistakes)


@number("9.10")
@weight(0.5)
def test_second_moment_of_a_relu():
    """E[ReLU(f)²] for f ~ N(0, σ²)"""
    for sigma in (0.4, 3.0):
        # The trapezoidal rule over ten deviations: what it leaves out, and its error, is far below the tolerance.
        f = np.linspace(0, 10 * sigma, 20_001)
        density = np.exp(-(f**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
        expected = np.trapezoid(f**2 * density, f)
        mistakes = {
            "is E[f²]: half of the density is cut off": sigma**2,
            "is the variance of ReLU(f), which is not centred": expected - np.trapezoid(f * density, f) ** 2,
            "is E[ReLU(f)], without the square": np.trapezoid(f * density, f),
            "has σ where σ² belongs": sigma / 2,
        }
        check_derivative(relu_second_moment(sigma), expected, f"relu_second_moment({sigma})", mistakes)
