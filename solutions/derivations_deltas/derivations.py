import math

import numpy as np


def delta(i, j):
    return 1.0 if i == j else 0.0


def filled(*shape):
    """A decorator for a function of indices: the array of its values."""
    return lambda entry: np.array([entry(*index) for index in np.ndindex(*shape)]).reshape(shape)


def softmax(x):
    shifted = [math.exp(value - max(x)) for value in x]
    return [value / sum(shifted) for value in shifted]


def quadratic_form_gradient(x, B):
    n = len(x)

    @filled(n)
    def gradient(k):
        return sum(delta(i, k) * B[i, j] * x[j] + x[i] * B[i, j] * delta(j, k) for i in range(n) for j in range(n))

    return gradient


def trace_product_gradient(V, W):
    (n, m), (p, _) = V.shape, W.shape
    return filled(m, p)(lambda r, s: sum(V[i, r] * W[s, i] for i in range(n)))


def norm_gradient(w):
    return filled(len(w))(lambda k: w[k] / math.hypot(*w))


def trace_gradient(S):
    return filled(*S.shape)(delta)


def gram_gradient(Q):
    p, q = Q.shape
    return filled(q, q, p, q)(lambda i, j, m, n: delta(i, n) * Q[m, j] + delta(j, n) * Q[m, i])


def softmax_jacobian(x):
    y = softmax(x)
    return filled(len(x), len(x))(lambda j, k: y[j] * (delta(j, k) - y[k]))


def softmax_cross_entropy_gradient(X, T):
    alpha = 1 / X.shape[0]
    M = np.array([softmax(row) for row in X]) - T
    return alpha * M


def batch_norm_gradients(dout, x_hat):
    S, C = dout.shape
    gamma, beta = np.zeros(C), np.zeros(C)
    for s in range(S):
        for k in range(C):
            gamma[k] += dout[s, k] * x_hat[s, k]
            beta[k] += dout[s, k]
    return gamma, beta


def residual_gradient(dout, X, W1, b1, W2):
    (S, M), N = X.shape, len(b1)
    dX = dout.copy()
    for s in range(S):
        for n in range(N):
            if sum(X[s, m] * W1[n, m] for m in range(M)) + b1[n] > 0:
                dX[s] += sum(dout[s, k] * W2[k, n] for k in range(M)) * W1[n]
    return dX


def relu_second_moment(sigma):
    return math.pow(sigma, 2) * 0.5
