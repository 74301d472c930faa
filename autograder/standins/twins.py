"""Objects that the submission gets as objects of its own, with attributes in step: models, optimizers, data sets, estimators.

What a library's object does is done in the submission's process, by the library there. See `sandbox/twins.py`.
"""

import types
from typing import Any

from autograder.standins.lending import is_public, public_name

HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made while running, by Python
# Libraries whose objects are nothing but their attributes, and those from whose classes a suite's class may derive.
TWINNED = ("torch.nn.", "torch.optim.", "torch.utils.data.", "torchvision.", "sklearn.", "argparse.")
DERIVABLE = ("torch.", "sklearn.")
NOT_METHODS = frozenset(
    ("__module__", "__dict__", "__weakref__", "__doc__", "__qualname__", "__annotations__", "__slots__", "__orig_bases__")
    + ("__static_attributes__", "__firstlineno__", "__parameters__", "__annotate_func__", "__annotations_cache__")
)


def has_twin(value: Any) -> bool:
    """Whether the submission's process can make an object like this one: of a library's class that is written in Python."""
    cls = type(value)
    if not hasattr(value, "__dict__") or not is_made_by_python(cls):
        return False
    return (f"{cls.__module__}.".startswith(TWINNED) and public_name(cls) is not None) or is_derived(cls)


def is_made_by_python(cls: type) -> bool:
    return all(base is object or (base.__flags__ & HEAP_TYPE and not vars(base).get("__slots__")) for base in cls.__mro__)


def is_derived(cls: type) -> bool:
    """Whether a class of the suite derives from one of those libraries, whose code wants objects of that class."""
    return not is_public(cls.__module__) and any(base.__module__.startswith(DERIVABLE) for base in cls.__mro__)


def attributes_of(cls: type) -> list[list]:
    """[name, kind, *functions or value] of what a class of the suite defines itself."""
    found: list[list] = []
    for name, value in vars(cls).items():
        if name in NOT_METHODS:
            continue
        if isinstance(value, (staticmethod, classmethod)):
            found.append([name, type(value).__name__, value.__func__])
        elif isinstance(value, property):
            found.append([name, "property", value.fget, value.fset, value.fdel])
        elif isinstance(value, types.FunctionType) or not name.startswith("_"):
            found.append([name, "value", value])
    return found
