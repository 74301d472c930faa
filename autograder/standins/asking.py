"""Who asks: a test, or what looks at the test.

What a test itself asks of an object of the submission (its text, hash, documentation) is the submission's to answer, as in
one process. What pytest, unittest or this package wants to know meanwhile, for a message or a cache, runs none of its code.
"""

import dis
import sys
from types import CodeType, FrameType

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


def is_called(name: str, depth: int) -> bool:
    """Whether the code that asks for an attribute is `x.name(...)`, which does nothing else with it than to call it.

    Args:
        depth: of its frame.
    """
    frame = sys._getframe(depth)
    code = bytecode(frame.f_code)
    operation, argument = code[frame.f_lasti], code[frame.f_lasti + 1]
    if operation == LOAD_METHOD:
        return frame.f_code.co_names[argument::256].count(name) > 0
    return operation == LOAD_ATTR and argument & 1 == 1 and frame.f_code.co_names[argument >> 1 :: 128].count(name) > 0


def bytecode(code: CodeType) -> bytes:
    """The instructions of a function; Python makes them anew each time that it is asked."""
    known = BYTECODES.get(id(code))
    if known is None or known[0] is not code:
        if len(BYTECODES) > MAX_BYTECODES:
            BYTECODES.clear()
        known = BYTECODES[id(code)] = (code, code.co_code)
    return known[1]


BYTECODES: dict[int, tuple[CodeType, bytes]] = {}
MAX_BYTECODES = 1000
LOAD_METHOD = dis.opmap.get("LOAD_METHOD", -1)  # until Python 3.11
LOAD_ATTR = dis.opmap["LOAD_ATTR"] if sys.version_info >= (3, 12) else -1  # from 3.12 on, with a bit that tells it from x.name
PATCHERS = ("_pytest.monkeypatch", "autograder.standins.patches")
OURS = frozenset(
    f"autograder.standins.{name}" for name in ("asking", "standin", "names", "classes", "importer", "exceptions", "library")
)
