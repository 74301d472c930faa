import modules


class MLP:
    def __init__(self, n_inputs, n_hidden, n_classes):
        self.net = {}
        widths = [n_inputs, *n_hidden, n_classes]
        for k, (a, b) in enumerate(zip(widths[:-1], widths[1:])):
            self.net[f"linear_{k}"] = modules.LinearModule(a, b, input_layer=k == 0)
            last = k == len(widths) - 2
            self.net[f"activation_{k}"] = modules.SoftMaxModule() if last else modules.ReLUModule()

    def forward(self, x):
        activations = [x]
        for module in self.net.values():
            activations.append(module.forward(activations[-1]))
        return activations.pop()

    def backward(self, dout):
        for name in list(self.net)[::-1]:
            dout = self.net[name].backward(dout)
        return dout

    def clear_cache(self):
        [module.clear_cache() for module in self.net.values()]
