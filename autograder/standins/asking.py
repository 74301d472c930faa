"""Who asks: a test, or what looks at the test.

What a test itself asks of an object of the submission (its text, hash, documentation) is the submission's to answer, as in
one process. What pytest, unittest or this package wants to know meanwhile, for a message or a cache, runs none of its code.
"""

import dis
import sys
from types import FrameType

LOOKERS = frozenset(("_pytest", "pytest", "pluggy", "autograder"))
SHOWERS = LOOKERS | {"unittest", "traceback", "reprlib", "logging"}  # these put values into messages


def by_test(lookers: frozenset[str] = LOOKERS) -> bool:
    """Whether the nearest caller outside of the standard library and of this package's stand-ins is code of the suite."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in OURS:
        frame = frame.f_back
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        root = module.partition(".")[0]
        if module not in PATCHERS:  # which do what the suite tells them
            if root in lookers:
                return False
            if root not in sys.stdlib_module_names:
                return True
        frame = frame.f_back
    return False


def by_attribute_access() -> bool:
    """Whether the property that calls this was read by `x.name`, not by a function such as isinstance."""
    frame = sys._getframe(2)
    return dis.opname[frame.f_code.co_code[frame.f_lasti]] in ("LOAD_ATTR", "LOAD_METHOD")


PATCHERS = ("_pytest.monkeypatch", "autograder.standins.patches")
OURS = frozenset(
    f"autograder.standins.{name}" for name in ("asking", "standin", "names", "classes", "importer", "exceptions", "library")
)
