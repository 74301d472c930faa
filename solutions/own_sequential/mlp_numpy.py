from functools import reduce

from modules import LinearModule, ReLUModule, SoftMaxModule


class Sequential:
    def __init__(self, *modules):
        self.modules = modules

    def forward(self, x):
        return reduce(lambda value, module: module.forward(value), self.modules, x)

    def backward(self, dout):
        return reduce(lambda value, module: module.backward(value), self.modules[::-1], dout)

    def clear_cache(self):
        for module in self.modules:
            module.clear_cache()


class MLP(Sequential):
    def __init__(self, n_inputs, n_hidden, n_classes):
        blocks, width = [], n_inputs
        for index, units in enumerate(n_hidden):
            blocks.append(Sequential(LinearModule(width, units, input_layer=index == 0), ReLUModule()))
            width = units
        head = Sequential(LinearModule(width, n_classes, input_layer=len(n_hidden) == 0), SoftMaxModule())
        super().__init__(Sequential(*blocks), head)

    @property
    def layers(self):
        body, head = self.modules
        return [block.modules[0] for block in (*body.modules, head)]
