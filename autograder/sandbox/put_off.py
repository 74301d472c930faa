"""Modules of PyTorch that are put off until something needs them.

Every optimizer imports torch._dynamo, a second and 70 MB, only to tell torch.compile to leave it alone. Where nothing is
compiled there is nothing to tell. torch.autograd.grad imports torch.fx.experimental.symbolic_shapes and with it sympy, 0.3 s
and 35 MB, only to compare two shapes. Whoever asks for more of either gets the module itself.
"""

import importlib
import sys
import types
from collections.abc import Callable
from typing import Any

import torch
import torch.fx.experimental


class PutOff(types.ModuleType):
    """Stands for a module until its first use other than by what a derived class has.

    Args:
        package: that has it as an attribute.
    """

    is_package = False

    def __init__(self, name: str, package: Any) -> None:
        super().__init__(name)
        if name not in sys.modules:
            sys.modules[name] = self
            setattr(package, name.rpartition(".")[2], self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and not (self.is_package and name == "__path__"):
            raise AttributeError(name)  # for who looks at all modules there are, as `inspect` does
        return getattr(self.itself(), name)

    def itself(self) -> types.ModuleType:
        """The module, imported in the place of this."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return importlib.import_module(self.__name__)


class Dynamo(PutOff):
    """What is used of torch._dynamo and does nothing outside of torch.compile."""

    is_package = True

    def graph_break(self, msg: str = "") -> None:
        """End the part of a program that is compiled as one."""

    def disable(self, fn: Any = None, recursive: bool = True, **options: Any) -> Callable:
        """Return the function as one that is not compiled."""
        return fn if callable(fn) else lambda function: function


class SymbolicShapes(PutOff):
    """What is used of torch.fx.experimental.symbolic_shapes for shapes of integers."""

    def sym_eq(self, x: Any, y: Any) -> Any:
        """Whether two shapes are the same."""
        if all(type(shape) is torch.Size and all(type(length) is int for length in shape) for shape in (x, y)):
            return x == y
        return self.itself().sym_eq(x, y)

    def expect_true(self, a: Any, skip: int = 0) -> bool:
        """What is known is what it is."""
        return a if type(a) is bool else self.itself().expect_true(a, skip + 1)


Dynamo("torch._dynamo", torch)
SymbolicShapes("torch.fx.experimental.symbolic_shapes", torch.fx.experimental)
