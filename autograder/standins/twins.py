"""Objects that the submission gets as objects of its own, with attributes in step: models, optimizers, data sets, estimators.

What a library's object does is done in the submission's process, by the library there. See `sandbox/twins.py`.
"""

import types
from typing import Any

from autograder.sandbox.containers import Content
from autograder.sandbox.wire import WireError
from autograder.standins.failures import TrustedValueError
from autograder.standins.lending import INSIDE, describe, is_public, public_name

HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made while running, by Python
# Libraries whose objects are nothing but their attributes, and those from whose classes a suite's class may derive.
TWINNED = ("torch.nn.", "torch.optim.", "torch.utils.data.", "torchvision.", "sklearn.", "argparse.")
DERIVABLE = ("torch.", "sklearn.")
NOT_METHODS = frozenset(
    ("__module__", "__dict__", "__weakref__", "__doc__", "__qualname__", "__annotations__", "__slots__", "__orig_bases__")
    + ("__static_attributes__", "__firstlineno__", "__parameters__", "__annotate_func__", "__annotations_cache__")
)

# By which a library would open files, unpickle them, evaluate text or start processes when the suite uses its own object next.
FIXED: dict[str, tuple[str, ...]] = {
    "torch.utils.data.": ("num_workers", "_DataLoader__multiprocessing_context", "multiprocessing_context"),
    "torchvision.": ("root", "samples", "imgs", "loader"),
    "sklearn.": ("memory", "n_jobs", "pre_dispatch", "input", "data_home"),
    "argparse.": ("fromfile_prefix_chars", "_registries"),
}
ABSENT: Any = object()


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


def check_attributes(value: Any, content: Any) -> None:
    """Check what the submission's twin of an object has become, before the object itself becomes that.

    Raises:
        TrustedValueError: in such a way that the suite's own object must not follow.
        WireError: it is malformed.
    """
    if type(content) is not Content or content.kind.cls is not dict:
        raise WireError("the attributes of an object are malformed")
    names = content.parts[::2]
    if not all(type(name) is str for name in names):
        raise WireError("the attributes of an object are malformed")
    now, before = dict(zip(names, content.parts[1::2], strict=False)), vars(value)
    for base in type(value).__mro__:
        for fixed in (names for library, names in FIXED.items() if f"{base.__module__}.".startswith(library)):
            for name in fixed:
                if not is_same(before.get(name, ABSENT), now.get(name, ABSENT)):
                    raise TrustedValueError(
                        f"the submission changes {name!r} of {describe(value)} of the suite, by which it would open files or "
                        f"start processes outside of the sandbox; {INSIDE}"
                    )


def is_same(before: Any, now: Any) -> bool:
    return before is now or (type(before) is type(now) and type(now) in (bool, int, str) and before == now)
