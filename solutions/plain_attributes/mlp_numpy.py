import numpy as np
from modules import *


class MLP(object):
    """Layers are the attributes fc1, act1, fc2, act2, ..., out and softmax."""

    def __init__(self, n_inputs, n_hidden, n_classes):
        sizes = [n_inputs] + list(n_hidden)
        self.depth = len(n_hidden)
        for i in range(self.depth):
            setattr(self, "fc%d" % (i + 1), LinearModule(sizes[i], sizes[i + 1], i == 0))
            setattr(self, "act%d" % (i + 1), ReLUModule())
        self.out = LinearModule(sizes[-1], n_classes, self.depth == 0)
        self.softmax = SoftMaxModule()

    def forward(self, x):
        x = np.reshape(x, (x.shape[0], -1))
        for i in range(1, self.depth + 1):
            x = getattr(self, "fc%d" % i).forward(x)
            x = getattr(self, "act%d" % i).forward(x)
        return self.softmax.forward(self.out.forward(x))

    __call__ = forward

    def backward(self, dout):
        dout = self.out.backward(self.softmax.backward(dout))
        for i in range(self.depth, 0, -1):
            dout = getattr(self, "act%d" % i).backward(dout)
            dout = getattr(self, "fc%d" % i).backward(dout)

    def clear_cache(self):
        for name, layer in self.__dict__.items():
            if name != "depth":
                layer.clear_cache()

    @property
    def layers(self):
        return [getattr(self, "fc%d" % i) for i in range(1, self.depth + 1)] + [self.out]
