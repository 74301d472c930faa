import numpy as np


class LinearModule:
    def __init__(self, in_features, out_features, input_layer=False):
        self.in_features = in_features
        self.out_features = out_features
        self.params = {}
        self.grads = {}
        if input_layer:
            sigma = np.sqrt(1.0 / in_features)
        else:
            sigma = np.sqrt(2.0 / in_features)
        self.params["weight"] = np.random.normal(loc=0.0, scale=sigma, size=(out_features, in_features))
        self.params["bias"] = np.zeros((1, out_features))
        self.grads["weight"] = np.zeros((out_features, in_features))
        self.grads["bias"] = np.zeros(out_features)

    def forward(self, x):
        self.batch = x
        ones = np.ones((x.shape[0], 1))
        augmented = np.hstack([x, ones])
        stacked = np.hstack([self.params["weight"], self.params["bias"].reshape(-1, 1)])
        return augmented.dot(stacked.T)

    def backward(self, dout):
        self.grads["weight"] = np.transpose(np.transpose(self.batch) @ dout)
        self.grads["bias"] = np.ones(dout.shape[0]) @ dout
        return np.matmul(dout, self.params["weight"])

    def clear_cache(self):
        if hasattr(self, "batch"):
            del self.batch


class ReLUModule:
    def forward(self, x):
        self.x = x.copy()
        return (np.abs(x) + x) / 2

    def backward(self, dout):
        return np.where(self.x >= 0, dout, 0)

    def clear_cache(self):
        self.__dict__.clear()


class ELUModule:
    def __init__(self, alpha=1.0):
        self.alpha = alpha
        self.x = None

    def forward(self, x):
        self.x = x.copy()
        return np.where(x >= 0, x, self.alpha * (np.exp(-np.abs(x)) - 1))

    def backward(self, dout):
        return dout * np.where(self.x >= 0, 1, self.alpha * np.exp(-np.abs(self.x)))

    def clear_cache(self):
        self.x = None


class SigmoidModule:
    def forward(self, x):
        positive = 1 / (1 + np.exp(-np.clip(x, -700, 700)))
        self.y = positive
        return positive

    def backward(self, dout):
        return dout * self.y * (1 - self.y)

    def clear_cache(self):
        self.y = 0


class SoftMaxModule:
    def forward(self, x):
        b = x.max(axis=1).reshape(-1, 1)
        y = np.exp(x - b)
        self.y = y / y.sum(axis=1).reshape(-1, 1)
        return self.y.copy()

    def backward(self, dout):
        n_classes = self.y.shape[1]
        mixed = dout - (dout * self.y) @ np.ones((n_classes, n_classes))
        return self.y * mixed

    def clear_cache(self):
        self.y = None


class CrossEntropyModule:
    eps = 1e-8

    def one_hot(self, x, y):
        t = np.zeros(x.shape)
        t[np.arange(x.shape[0]), y] = 1
        return t

    def forward(self, x, y):
        t = self.one_hot(x, y)
        return np.mean(np.sum(-t * np.log(x + self.eps), axis=1))

    def backward(self, x, y):
        t = self.one_hot(x, y)
        return -(t / (x + self.eps)) / x.shape[0]
