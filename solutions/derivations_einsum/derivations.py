import numpy as np
from numpy import einsum


def quadratic_form_gradient(x, B):
    return einsum("ij,j->i", B, x) + einsum("ji,j->i", B, x)


def trace_product_gradient(V, W):
    return einsum("ij,ki->jk", V, W)


def norm_gradient(w):
    return list(w / einsum("i,i->", w, w) ** 0.5)


def trace_gradient(S):
    n, _ = S.shape
    return [[int(i == j) for j in range(n)] for i in range(n)]


def gram_gradient(Q):
    D = einsum("in,mj->ijmn", np.identity(Q.shape[-1]), Q)
    return D + D.swapaxes(0, 1)


def softmax(x):
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def softmax_jacobian(x):
    y = softmax(x)
    return einsum("j,jk->jk", y, np.eye(y.size) - y)


def softmax_cross_entropy_gradient(X, T):
    Y = softmax(X)
    J = einsum("sj,jk->sjk", Y, np.eye(Y.shape[1])) - einsum("sj,sk->sjk", Y, Y)
    return einsum("sj,sjk->sk", -T / Y / Y.shape[0], J)


def batch_norm_gradients(dout, x_hat):
    return [einsum("sk,sk->k", dout, x_hat).astype(np.float32), einsum("sk->k", dout).tolist()]


def residual_gradient(dout, X, W1, b1, W2):
    slope = np.heaviside(einsum("sm,nm->sn", X, W1) + b1, 0.5)
    return einsum("sk,kn,sn,nm->sm", dout, W2, slope, W1) + dout


def relu_second_moment(sigma):
    return np.array(0.5 * sigma * sigma)
