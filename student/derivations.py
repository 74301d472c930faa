# Generated from reference/derivations.py by "autograder build skeleton"; the tasks are the TODOs.
"""Derivatives in closed form: each function returns one, worked out by hand, from NumPy operations.

The gradient of a number has the shape of what it is the gradient of, entry for entry: [∂s/∂X]ᵢⱼ = ∂s/∂Xᵢⱼ. So the gradient
with respect to a vector, float (n,), is again (n,), neither a row (1, n) nor a column (n, 1). The derivative of an array
with respect to another one has the indices of the first, then those of the second.

The way there is the same each time: write one entry of the result as a sum over indices, use ∂Xᵢⱼ/∂Xₖₗ = [i = k] [j = l],
which picks one term of every sum, and read the remaining sums as products of matrices.
"""

import numpy as np


def quadratic_form_gradient(x, B):
    """Return ∂(xᵀ B x)/∂x, (n,), for x, (n,), and any square matrix B, (n, n)."""
    # TODO 9.1: x stands there twice: the product rule gives two sums, and B need not be symmetric
    raise NotImplementedError("TODO 9.1: quadratic_form_gradient")


def trace_product_gradient(V, W):
    """Return ∂tr(V X W)/∂X, (m, p), for V, (n, m), and W, (p, n); it is the same for every X, (m, p)."""
    # TODO 9.2: tr(V X W) = Σ Vᵢⱼ Xⱼₖ Wₖᵢ; one product is left, and only one order of it has the shape of X
    raise NotImplementedError("TODO 9.2: trace_product_gradient")


def norm_gradient(w):
    """Return ∂‖w‖/∂w, (n,), for the Euclidean norm ‖w‖ = √(wᵀw) of w, (n,), not all zero."""
    # TODO 9.3: the chain rule through the root; what length must the result have?
    raise NotImplementedError("TODO 9.3: norm_gradient")


def trace_gradient(S):
    """Return ∂tr(S)/∂S, (n, n), for S, (n, n)."""
    # TODO 9.4: which entries of S are in the sum?
    raise NotImplementedError("TODO 9.4: trace_gradient")


def gram_gradient(Q):
    """Return D, (q, q, p, q), for Q, (p, q), where D[i, j, m, n] = ∂[QᵀQ]ᵢⱼ/∂Qₘₙ."""
    # TODO 9.5: two terms with a Kronecker delta each; np.einsum takes np.eye(q) for the delta
    raise NotImplementedError("TODO 9.5: gram_gradient")


def softmax_jacobian(x):
    """Return J, (C, C), for scores x, (C,), where J[j, k] = ∂yⱼ/∂xₖ and y = softmax(x)."""
    # TODO 9.6: the quotient rule: every probability depends on every score
    raise NotImplementedError("TODO 9.6: softmax_jacobian")


def softmax_cross_entropy_gradient(X, T):
    """Return ∂L/∂X, (S, C), for scores X, (S, C), and targets T, (S, C), through softmax and cross-entropy at once.

    L = -(1/S) Σ Tₛₖ log Yₛₖ, a mean over the samples, where each row of Y is the softmax of that row of X. Every row of T
    is a distribution: its entries add up to 1, but need not be 0 or 1. The result is a number times a matrix, α M.
    """
    # TODO 9.7: put the Jacobian of the softmax behind the gradient of the loss; the quotients cancel
    raise NotImplementedError("TODO 9.7: softmax_cross_entropy_gradient")


def batch_norm_gradients(dout, x_hat):
    """Return the pair ∂L/∂γ and ∂L/∂β, (C,) each, of batch normalisation, Yₛₖ = γₖ X̂ₛₖ + βₖ.

    Args:
        dout: ∂L/∂Y, (S, C).
        x_hat: X̂, the input brought to mean 0 and variance 1 over the batch, (S, C).
    """
    # TODO 9.8: one γ and one β serve all samples: what each sample says adds up
    raise NotImplementedError("TODO 9.8: batch_norm_gradients")


def residual_gradient(dout, X, W1, b1, W2):
    """Return ∂L/∂X, (S, M), of a residual block, Y = X + h(X W₁ᵀ + b₁) W₂ᵀ + b₂ with h = ReLU.

    Args:
        dout: ∂L/∂Y, (S, M).
        X: (S, M).
        W1, b1: first linear layer, (N, M) and (N,).
        W2: weight of the second linear layer, (M, N); its bias b₂, (M,), has no part in the result.
    """
    # TODO 9.9: X reaches Y on two ways, and their gradients add up
    raise NotImplementedError("TODO 9.9: residual_gradient")


def relu_second_moment(sigma):
    """Return E[ReLU(f)²], one number, for f ~ N(0, σ²) with σ = sigma > 0."""
    # TODO 9.10: the density is symmetric about 0; compare with E[f²]
    raise NotImplementedError("TODO 9.10: relu_second_moment")
