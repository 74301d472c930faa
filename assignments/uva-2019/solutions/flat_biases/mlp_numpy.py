"""An MLP that keeps its layers in a dict and returns the gradient of its input."""

from modules import LeakyReLUModule, LinearModule, SoftMaxModule


class MLP:
    def __init__(self, n_inputs, n_hidden, n_classes, neg_slope):
        sizes = [n_inputs, *n_hidden, n_classes]
        self.modules = {}
        for i in range(len(sizes) - 1):
            self.modules[f"linear{i}"] = LinearModule(sizes[i], sizes[i + 1])
            last = i == len(sizes) - 2
            self.modules[f"activation{i}"] = SoftMaxModule() if last else LeakyReLUModule(neg_slope)

    def forward(self, x):
        out = x
        for name in self.modules:
            out = self.modules[name].forward(out)
        return out

    def backward(self, dout):
        for name in list(self.modules)[::-1]:
            dout = self.modules[name].backward(dout)
        return dout
