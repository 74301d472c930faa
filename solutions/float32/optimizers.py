import numpy as np


class SGD:
    def __init__(self, layers, lr, momentum=0.0, weight_decay=0.0):
        self.layers, self.lr, self.mu, self.wd = list(layers), lr, momentum, weight_decay
        self.velocity = {}

    def step(self):
        for i, layer in enumerate(self.layers):
            for key in ('weight', 'bias'):
                g = layer.grads[key]
                if key == 'weight':
                    g = g + self.wd * layer.params[key]
                v = self.velocity.get((i, key))
                if v is None:
                    v = np.zeros(g.shape)
                v = self.mu * v + (1.0 - self.mu) * g
                self.velocity[(i, key)] = v
                layer.params[key] = layer.params[key] - (self.lr * v).astype(layer.params[key].dtype)
