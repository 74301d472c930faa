"""Ten forward and ten backward tests, for any of the runners that are compared."""

import unittest

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, weight
from modules import LinearModule


class LinearTest(unittest.TestCase):
    def setUp(self):
        self.rng = np.random.default_rng(1)

    def check_forward(self, samples):
        layer = LinearModule(6, 4)
        W, b, x = self.rng.normal(size=(4, 6)), self.rng.normal(size=(1, 4)), self.rng.normal(size=(samples, 6))
        layer.params["weight"], layer.params["bias"] = W, b
        np.testing.assert_allclose(layer.forward(x), x @ W.T + b)

    def check_backward(self, samples):
        layer = LinearModule(6, 4)
        W, x, dout = self.rng.normal(size=(4, 6)), self.rng.normal(size=(samples, 6)), self.rng.normal(size=(samples, 4))
        layer.params["weight"] = W
        layer.forward(x)
        np.testing.assert_allclose(layer.backward(dout), dout @ W)
        np.testing.assert_allclose(layer.grads["weight"], dout.T @ x)


def add_tests():
    for samples in range(1, 11):
        for name in ("forward", "backward"):

            def test(self, name=name, samples=samples):
                getattr(self, f"check_{name}")(samples)

            setattr(LinearTest, f"test_{name}_{samples:02d}", number(samples)(weight(1)(test)))


add_tests()
