"""Modules as a file gets them that may not use all of them, and what stands for what it may not use at all."""

import types
from collections.abc import Callable
from typing import Any


class Shown(types.ModuleType):
    """A module of which a restricted file sees what it may use."""

    def __init__(self, module: types.ModuleType, look: Callable[[str, Any], Any]) -> None:
        super().__init__(module.__name__, module.__doc__)
        for name in ("__spec__", "__loader__", "__package__"):
            del self.__dict__[name]  # those of the module are found
        self.__dict__.update(__shown__=module, __look__=look)

    def __getattr__(self, name: str) -> Any:
        module = self.__dict__["__shown__"]
        if name == "__all__" and not hasattr(module, "__all__"):
            return [each for each in vars(module) if not each.startswith("_")]
        return self.__dict__["__look__"](name, getattr(module, name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["__shown__"], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.__dict__["__shown__"], name)

    def __dir__(self) -> list[str]:
        return dir(self.__dict__["__shown__"])


class Missing:
    """Stands for a library that a file may not use, and for all that is in it. To name it is no use; all else raises."""

    __slots__ = ("why_not",)

    def __init__(self, why_not: str) -> None:
        object.__setattr__(self, "why_not", why_not)

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":  # import *
            raise ImportError(self.why_not)
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(self.why_not)  # a protocol that it does not have, or what is said of a library
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        """Change nothing: a setting of the library is not there to be changed."""

    def __repr__(self) -> str:
        return f"<not allowed: {self.why_not}>"

    # In annotations, and in questions whether something is of a class of the library

    def __or__(self, other: Any) -> Any:
        return self

    __ror__ = __or__

    def __instancecheck__(self, value: Any) -> bool:
        return False

    __subclasscheck__ = __instancecheck__


def refuse(self: Missing, *arguments: Any, **keywords: Any) -> Any:
    raise ImportError(self.why_not)


USES = (
    *("call", "iter", "next", "len", "getitem", "setitem", "delitem", "contains", "enter", "mro_entries", "array"),
    *("float", "int", "index", "complex", "neg", "pos", "abs", "invert", "lt", "le", "gt", "ge"),
    *(
        f"{side}{name}"
        for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "xor", "lshift", "rshift")
        for side in ("", "r")
    ),
)
for use in USES:
    setattr(Missing, f"__{use}__", refuse)
