"""Part 9, derivatives in closed form: each is compared with slopes that are measured on the function itself."""

import numpy as np
from derivation_cases import check_derivative, derivative, pair_of, softmax
from derivations import batch_norm_gradients, norm_gradient, quadratic_form_gradient, softmax_jacobian
from gradescope_utils.autograder_utils.decorators import number, weight


def batch_norm_case(rng):
    """Return dout and x̂, (6, 4) each; the columns of dout have sums and norms of their own."""
    return rng.normal(size=(6, 4)) + np.arange(4), rng.normal(size=(6, 4))


@number("9.1")
@weight(1)
def test_gradient_of_a_quadratic_form(rng):
    """∂(xᵀBx)/∂x where B is not symmetric"""
    x, B = rng.normal(size=5), rng.normal(size=(5, 5))
    expected = derivative(lambda x: x @ B @ x, x)
    mistakes = {
        "is 2Bx, which holds for a symmetric B only": 2 * B @ x,
        "is 2Bᵀx, which holds for a symmetric B only": 2 * B.T @ x,
        "is Bx: the product rule has a second term": B @ x,
        "is Bᵀx: the product rule has a second term": B.T @ x,
    }
    check_derivative(quadratic_form_gradient(x, B), expected, "quadratic_form_gradient(x, B)", mistakes)


@number("9.3")
@weight(0.5)
def test_gradient_of_a_norm(rng):
    """∂‖w‖/∂w"""
    w = rng.normal(size=7)
    expected = derivative(lambda w: np.sqrt(w @ w), w)
    mistakes = {
        "is w/(wᵀw): the root is missing": w / (w @ w),
        "is w/(2‖w‖): what is the derivative of wᵀw?": w / (2 * np.sqrt(w @ w)),
        "is a number: it must be a vector": np.sqrt(w @ w),
    }
    check_derivative(norm_gradient(w), expected, "norm_gradient(w)", mistakes)


@number("9.6")
@weight(1)
def test_jacobian_of_softmax(rng):
    """∂softmax(x)/∂x, the whole matrix"""
    x = 2 * rng.normal(size=4)
    expected = derivative(softmax, x)
    y = softmax(x)
    mistakes = {
        "has a right diagonal alone: every probability depends on every score": np.diag(y * (1 - y)),
        "is that diagonal as a vector: every probability depends on every score": y * (1 - y),
        "is off on the diagonal alone": -np.outer(y, y),
        "is right on the diagonal alone: elsewhere the sign is wrong": np.diag(y - 2 * y**2) + np.outer(y, y),
    }
    check_derivative(softmax_jacobian(x), expected, "softmax_jacobian(x)", mistakes)


@number("9.8")
@weight(0.5)
def test_gradient_of_gamma(rng):
    """∂L/∂γ of batch normalisation"""
    dout, x_hat = batch_norm_case(rng)
    expected = derivative(lambda gamma: (dout * (gamma * x_hat)).sum(), np.ones(4))
    mistakes = {
        "is the sum of dout alone: γ stands before x̂": dout.sum(axis=0),
        "is a mean over the batch: L has its 1/S already": expected / 6,
        "is not summed over the batch": dout * x_hat,
        "is summed over the features, not over the batch": (dout * x_hat).sum(axis=1),
    }
    dgamma, _ = pair_of(batch_norm_gradients(dout, x_hat), "batch_norm_gradients(dout, x_hat)")
    check_derivative(dgamma, expected, "the first of batch_norm_gradients(dout, x_hat), ∂L/∂γ,", mistakes)


@number("9.8")
@weight(0.5)
def test_gradient_of_beta(rng):
    """∂L/∂β of batch normalisation"""
    dout, x_hat = batch_norm_case(rng)
    expected = derivative(lambda beta: (dout * (x_hat + beta)).sum(), np.zeros(4))
    mistakes = {
        "is ∂L/∂γ": (dout * x_hat).sum(axis=0),
        "is a mean over the batch: L has its 1/S already": expected / 6,
        "is not summed over the batch": dout,
        "is summed over the features, not over the batch": dout.sum(axis=1),
    }
    _, dbeta = pair_of(batch_norm_gradients(dout, x_hat), "batch_norm_gradients(dout, x_hat)")
    check_derivative(dbeta, expected, "the second of batch_norm_gradients(dout, x_hat), ∂L/∂β,", mistakes)
