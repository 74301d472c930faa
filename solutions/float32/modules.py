import numpy as np


class LinearModule(object):
    def __init__(self, in_features, out_features, input_layer=False):
        gain = 1.0 if input_layer else 2.0
        w = np.random.randn(out_features, in_features) * np.sqrt(gain / in_features)
        self.params = {'weight': w.astype(np.float32), 'bias': np.zeros(out_features, dtype=np.float32)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        self.cache = None

    def forward(self, x):
        self.cache = np.asarray(x, dtype=np.float32)
        return np.dot(self.cache, self.params['weight'].T) + self.params['bias']

    def backward(self, dout):
        dout = np.asarray(dout, dtype=np.float32)
        self.grads['weight'] = np.dot(dout.T, self.cache)
        self.grads['bias'] = np.sum(dout, axis=0)
        return np.dot(dout, self.params['weight'])

    def clear_cache(self):
        del self.cache
        self.cache = None


class ReLUModule(object):
    def forward(self, x):
        self.mask = (x > 0).astype(x.dtype)
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask

    def clear_cache(self):
        self.mask = None


class ELUModule(object):
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        out = np.array(x, copy=True)
        negative = x < 0
        out[negative] = self.alpha * (np.exp(x[negative]) - 1)
        self.slope = np.ones_like(out)
        self.slope[negative] = self.alpha * np.exp(x[negative])
        return out

    def backward(self, dout):
        return dout * self.slope

    def clear_cache(self):
        self.slope = None


class SigmoidModule(object):
    def forward(self, x):
        self.s = 0.5 * (np.tanh(0.5 * x) + 1)
        return self.s

    def backward(self, dout):
        return dout * (self.s - self.s ** 2)

    def clear_cache(self):
        self.s = None


class SoftMaxModule(object):
    def forward(self, x):
        shifted = x - np.max(x, axis=1)[:, np.newaxis]
        log_sum = np.log(np.sum(np.exp(shifted), axis=1))[:, np.newaxis]
        self.p = np.exp(shifted - log_sum)
        return self.p

    def backward(self, dout):
        inner = np.sum(self.p * dout, axis=1)
        return self.p * dout - self.p * inner[:, np.newaxis]

    def clear_cache(self):
        self.p = None


class CrossEntropyModule(object):
    def forward(self, x, y):
        picked = x[range(x.shape[0]), y]
        return float(np.mean(-np.log(np.maximum(picked, 1e-8))))

    def backward(self, x, y):
        s = x.shape[0]
        grad = np.zeros(x.shape)
        grad[range(s), y] = -1 / np.maximum(x[range(s), y], 1e-8)
        return grad / s
