"""Modules of PyTorch are put off: optimizers and gradients work without them, and whoever needs one gets it."""

import subprocess
import sys

import pytest

pytest.importorskip("torch")

STEPS = """
import sys, torch
import autograder.sandbox.put_off

for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad, torch.optim.LBFGS):
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = kind([weight], lr=0.1)

    def loss():
        optimizer.zero_grad()
        value = (weight**2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    optimizer.load_state_dict(optimizer.state_dict())
    torch.optim.lr_scheduler.StepLR(optimizer, 1).step()
    assert (weight < 1).all(), kind
x = torch.ones(2, dtype=torch.float64, requires_grad=True)
assert torch.autograd.gradcheck(torch.sin, (x,))
y = torch.stack([x, x * x])
assert torch.autograd.grad(y, x, torch.ones(2, 2))[0].tolist() == [3.0, 3.0]
try:
    torch.autograd.grad(y * 1, x, torch.ones(2, 3))
except RuntimeError as error:
    assert "Mismatch in shape" in str(error), error
else:
    raise AssertionError("shapes were not compared")
print("torch._dynamo.config" in sys.modules, "sympy" in sys.modules)
torch.testing.assert_close(x, x)
from torch.fx.experimental.symbolic_shapes import ShapeEnv, sym_eq
import torch.fx.experimental.symbolic_shapes as itself
print(sym_eq(x.shape, [2]), itself.__file__ is not None)
"""
COMPILE = """
import torch
import autograder.sandbox.put_off

print(torch.compile(lambda x: x + 1, backend="eager")(torch.ones(2)).tolist())
import torch._dynamo.config
print(torch._dynamo.__file__ is not None, torch._dynamo.config.verbose)
"""


def output_of(program):
    return subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_optimizers_gradcheck_and_comparisons_do_without_it():
    assert output_of(STEPS) == "False False\nTrue True\n"


@pytest.mark.slow
def test_whoever_asks_for_more_gets_the_module_itself():
    assert output_of(COMPILE) == "[2.0, 2.0]\nTrue False\n"
