"""The layers that you write: fully connected, ReLU and softmax loss, forward and backward, in NumPy.

Each is a pair of functions. The one forward takes the input of the layer and returns its output. The one backward takes the
same input once more, and the gradient of the loss with respect to that output, and returns the gradient with respect to the
input: the chain rule, one layer at a time. A gradient has the shape of what it is the gradient of.

Shapes: N elements in a batch, M features, K outputs, C classes. The batch is always the last axis: vectors are (M, N), images
(height, width, channels, N).

Nothing here loops over the batch, features or classes in Python, and no function changes the arrays that it is given.
"""

import numpy as np


def fully_connected_forward(X, W, b):
    """Return Z = W X + b, (K, N).

    Args:
        X: a batch, (M, N), or of arrays with more axes, such as images (height, width, channels, N). Each element of the batch
            then becomes a column of M numbers in Fortran order, in which the first axis runs fastest.
        W: weights, (K, M).
        b: biases, (K, 1).
    """
    # BEGIN SOLUTION 2.1 reshape with order="F" to as many rows as W has columns; one matrix product, one broadcast sum
    return W @ X.reshape(-1, X.shape[-1], order="F") + b  # (K, N)
    # END SOLUTION


def fully_connected_backward(X, dldZ, W, b):
    """Return dL/dX, dL/dW and dL/db, each in the shape of its variable.

    Gradients of W and b are sums over the batch: where the loss is a mean over N elements, dldZ carries the 1 / N already.

    Args:
        X, W, b: as they went into `fully_connected_forward`.
        dldZ: dL/dZ, (K, N).
    """
    # BEGIN SOLUTION 2.2 two matrix products, a sum over the batch, and the reshape in the other direction
    columns = X.reshape(-1, X.shape[-1], order="F")  # (M, N)
    dldX = (W.T @ dldZ).reshape(X.shape, order="F")
    dldW = dldZ @ columns.T  # (K, M)
    dldb = dldZ.sum(axis=1, keepdims=True)  # (K, 1)
    return dldX, dldW, dldb
    # END SOLUTION


def relu_forward(X):
    """Return max(X, 0), entry by entry, in the shape of X, which may be any."""
    # BEGIN SOLUTION 3.1 an element-wise maximum
    return np.maximum(X, 0)
    # END SOLUTION


def relu_backward(X, dldZ):
    """Return dL/dX, in the shape of X.

    The derivative of the ReLU is 1 where X > 0 and 0 where X < 0. Where X is exactly 0, anything from 0 to 1 will do.

    Args:
        X: as it went into `relu_forward`.
        dldZ: dL/dZ, in the shape of X.
    """
    # BEGIN SOLUTION 3.2 the chain rule: dldZ where the derivative is 1
    return dldZ * (X > 0)
    # END SOLUTION


def softmaxloss_forward(x, labels):
    """Return the loss, one float: the mean over the batch of -log of the softmax of the right class's score.

    It is finite and right for any finite scores, however large or far apart. Take care: exp(1000) is infinite in floating-point
    numbers, exp(-1000) is 0, and 0 has no logarithm.

    Args:
        x: scores, (C, N).
        labels: the right classes, integers (N,), from 0 to C - 1.
    """
    # BEGIN SOLUTION 4.1 subtract each column's largest score; then log Σ exp less the right class's score
    x = x - x.max(axis=0)
    right = x[labels, np.arange(x.shape[1])]  # (N,)
    return float(np.mean(np.log(np.exp(x).sum(axis=0)) - right))
    # END SOLUTION


def softmaxloss_backward(x, labels):
    """Return dL/dx, (C, N), for the loss that `softmaxloss_forward` returns; finite for any finite scores, too.

    Args:
        x, labels: as they went into `softmaxloss_forward`.
    """
    # BEGIN SOLUTION 4.2 the softmax of each column, less 1 at the right class; the mean leaves a factor
    z = np.exp(x - x.max(axis=0))
    z /= z.sum(axis=0)
    z[labels, np.arange(x.shape[1])] -= 1
    return z / x.shape[1]
    # END SOLUTION
