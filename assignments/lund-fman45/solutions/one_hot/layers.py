import numpy as np


def columns(X):
    return X.T.reshape(X.shape[-1], -1).T


def one_hot(labels, classes):
    return (np.arange(classes)[:, None] == np.asarray(labels)[None, :]).astype(float)


def softmax(x):
    e = np.exp(x - np.amax(x, axis=0)[None, :])
    return e / np.einsum("cn->n", e)


def fully_connected_forward(X, W, b):
    return np.einsum("km,mn->kn", W, columns(X)) + b


def fully_connected_backward(X, dldZ, W, b):
    dldX = np.einsum("km,kn->nm", W, dldZ).reshape(X.T.shape).T
    return dldX, np.einsum("kn,mn->km", dldZ, columns(X)), np.einsum("kn->k", dldZ)[:, None]


def relu_forward(X):
    Z = X.copy()
    Z[Z < 0] = 0
    return Z


def relu_backward(X, dldZ):
    dldX = np.array(dldZ)
    dldX[X < 0] = 0
    return dldX


def softmaxloss_forward(x, labels):
    m = x.max(axis=0)
    log_sums = m + np.log(np.exp(x - m).sum(axis=0))
    scores = np.where(one_hot(labels, x.shape[0]) == 1, x, 0).sum(axis=0)
    return (log_sums - scores).sum() / x.shape[1]


def softmaxloss_backward(x, labels):
    return (softmax(x) - one_hot(labels, x.shape[0])) / x.shape[1]
