import numpy as np


class SGD:
    def __init__(self, layers, lr, momentum=0.0, weight_decay=0.0):
        self.layers = layers
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.m_w = [0.0 for _ in layers]
        self.m_b = [0.0 for _ in layers]

    def step(self):
        rho = 1 - self.momentum
        for l, layer in enumerate(self.layers):
            dw = layer.grads["weight"] + self.weight_decay * layer.params["weight"]
            db = np.reshape(layer.grads["bias"], layer.params["bias"].shape)
            self.m_w[l] = self.momentum * self.m_w[l] + rho * dw
            self.m_b[l] = self.momentum * self.m_b[l] + rho * db
            layer.params["weight"] += -self.lr * self.m_w[l]
            layer.params["bias"] += -self.lr * self.m_b[l]
