import numpy as np


class Linear:
    def __init__(self, weight, bias):
        self.weight = weight
        self.bias = bias

    def forward(self, x):
        self.x = x
        rows = []
        for sample in x:
            rows.append(sample.dot(self.weight) + self.bias)
        return np.array(rows)

    def backward(self, dout):
        weight_gradient = np.zeros_like(self.weight)
        bias_gradient = np.zeros_like(self.bias)
        dx = np.zeros_like(self.x)
        for s in range(len(dout)):
            weight_gradient += np.outer(self.x[s], dout[s])
            bias_gradient += dout[s]
            dx[s] = self.weight @ dout[s]
        self.weight_gradient = weight_gradient
        self.bias_gradient = bias_gradient
        return dx
