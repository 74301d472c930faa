"""torch._dynamo, put off until something needs it.

Every optimizer of PyTorch imports it, a second and 70 MB, only to tell torch.compile to leave it alone. Where nothing is
compiled there is nothing to tell. Whoever asks for more gets the module itself.
"""

import importlib
import sys
import types
from collections.abc import Callable
from typing import Any

import torch

NAME = "torch._dynamo"


class Dynamo(types.ModuleType):
    """Stands for the module until its first use other than these two, which do nothing outside of torch.compile."""

    def graph_break(self, msg: str = "") -> None:
        """End the part of a program that is compiled as one."""

    def disable(self, fn: Any = None, recursive: bool = True, **options: Any) -> Callable:
        """Return the function as one that is not compiled."""
        return fn if callable(fn) else lambda function: function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # who looks at all modules there are, as `inspect` does
            raise AttributeError(name)
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
        return getattr(importlib.import_module(NAME), name)


if NAME not in sys.modules:
    torch._dynamo = sys.modules[NAME] = Dynamo(NAME)
