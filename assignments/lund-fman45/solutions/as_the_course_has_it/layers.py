import numpy as np


def fully_connected_forward(X, W, b):
    sz = X.shape
    batch = sz[-1]
    features = int(np.prod(sz[:-1]))
    X = np.reshape(X, (features, batch), order='F')
    assert W.shape[1] == features, 'W has the wrong number of columns'
    assert W.shape[0] == len(b), 'W and b do not fit together'
    Z = np.dot(W, X)
    Z = Z + np.tile(b, (1, batch))
    return Z


def fully_connected_backward(X, dldZ, W, b):
    sz = X.shape
    batch = sz[-1]
    features = int(np.prod(sz[:-1]))
    X = np.reshape(X, (features, batch), order='F')
    dldX = np.reshape(np.dot(W.T, dldZ), sz, order='F')
    dldW = np.dot(dldZ, X.T)
    dldb = np.dot(dldZ, np.ones((batch, 1)))
    return [dldX, dldW, dldb]


def relu_forward(X):
    return X * (X > 0)


def relu_backward(X, dldZ):
    return np.heaviside(X, 0.5) * dldZ


def softmaxloss_forward(x, labels):
    labels = np.ravel(labels)
    sz = x.shape
    batch = sz[-1]
    features = int(np.prod(sz[:-1]))
    assert batch == len(labels), 'not as many labels as columns'
    x = np.reshape(x, (features, batch), order='F')
    x = x - np.max(x, axis=0, keepdims=True)
    x_c = x[labels, np.arange(batch)]
    L = -x_c + np.log(np.sum(np.exp(x), axis=0))
    return np.mean(L)


def softmaxloss_backward(x, labels):
    labels = np.ravel(labels)
    sz = x.shape
    batch = sz[-1]
    features = int(np.prod(sz[:-1]))
    x = np.reshape(x, (features, batch), order='F')
    x = x - np.max(x, axis=0, keepdims=True)
    y = np.exp(x) / np.sum(np.exp(x), axis=0)
    y[labels, np.arange(batch)] -= 1
    return 1 / batch * y
