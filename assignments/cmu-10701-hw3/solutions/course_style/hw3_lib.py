import numpy as np
from typing import List, Tuple


class Module(object):
    def __init__(self):
        super(Module, self).__init__()

    def __call__(self, *args):
        return self.forward(*args)

    def forward(self, *inputs):
        raise NotImplementedError

    def backward(self, *inputs):
        raise NotImplementedError


def sigmoid(x: np.ndarray):
    return 1.0/(1.0+np.exp(-x))


class Sigmoid(Module):
    def __init__(self):
        self.state = np.zeros(0)

    def forward(self, x: np.ndarray):
        self.state = sigmoid(x)
        return self.state

    def backward(self, dxout):
        ret = np.multiply(np.multiply(self.state, 1-self.state), dxout)
        return ret


class ReLU(Module):
    def __init__(self):
        self.state = np.zeros(0)

    def forward(self, x):
        self.state = x.copy()
        ret = x.copy()
        ret[ret <= 0] = 0
        return ret

    def backward(self, dxout):
        mask = np.where(self.state > 0, 1, 0)
        return dxout * mask


class Linear(Module):
    def __init__(self, init_params: Tuple[np.ndarray, np.ndarray]):
        self.in_x = np.zeros(0)
        self.weights, self.biases = init_params
        self.d_weights = np.zeros(self.weights.shape)
        self.d_biases = np.zeros(self.biases.shape)

    def forward(self, x):
        self.in_x = x
        return np.dot(x, self.weights) + self.biases

    def backward(self, dxout):
        batch = self.in_x.shape[0]
        self.d_weights = 1/batch * np.dot(self.in_x.T, dxout)
        self.d_biases = 1/batch * np.sum(dxout, axis=0).reshape(1, -1)
        return np.dot(dxout, self.weights.T)


class CrossEntropyLoss(Module):
    def __init__(self):
        self.y_hat = np.zeros(0)
        self.y_true = np.zeros(0)

    def forward(self, score, label):
        b = np.amax(score, axis=1).reshape(-1, 1)
        e = np.exp(score - b)
        self.y_hat = e/np.sum(e, axis=1).reshape(-1, 1)
        self.y_true = np.zeros(score.shape)
        for i in range(len(label)):
            self.y_true[i, label[i]] = 1
        return -np.sum(self.y_true*np.log(self.y_hat + 1e-8))/score.shape[0]

    def backward(self):
        return self.y_hat-self.y_true


class GradientDescentOptimizer(object):
    def __init__(self, model, learning_rate: float):
        self.model = model
        self.learning_rate = learning_rate

    def step(self):
        linears: List[Linear] = [m for m in self.model.layers if type(m) == Linear]
        for m in linears:
            m.weights -= self.learning_rate*m.d_weights
            m.biases -= self.learning_rate*m.d_biases
