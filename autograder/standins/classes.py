"""Stand-ins for classes of the submission. They are classes, so that `type(x) is work.Point` and `except work.Error` hold.

A class that a module of the submission defines has one stand-in for the whole grading, whatever process its instances come
from. What its instances are derived from is known before any test runs: from the outline of the module (`autograder.outline`),
which says that it is a class, or an exception class and of what kind.
"""

import abc
import builtins
import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograder.errors import AutograderError
from autograder.outline import Outline
from autograder.sandbox.operators import ARITHMETIC, COMPARISONS, UNARY
from autograder.sandbox.wire import EXCEPTION_NAMES, EXCEPTIONS, TYPE_INDEX, Tag
from autograder.standins.asking import SHOWERS, by_test, is_called
from autograder.standins.failures import SubmissionFailure, TrustedValueError
from autograder.standins.ledger import Ledger
from autograder.standins.names import Deferred, Name, Refused, deferred_attribute
from autograder.standins.requests import RequestEncoder
from autograder.standins.standin import (
    Asks,
    Handle,
    Keeps,
    Standin,
    ask,
    call_method,
    check_lineage,
    is_foreign,
    is_lasting,
    is_probe,
    is_sendable,
)
from autograder.text import clean

MAX_CLASSES = 2000  # of one process that have no name which the suite could know; instances of more are of class Handle
MAX_DEPTH = 20  # of names that stand for each other, and of classes that derive from each other
FORMATTERS = frozenset(("traceback", "autograder"))  # who look at an exception for a report, while its test runs
MAX_MESSAGE = 1 << 22  # characters of an exception's message that is compared; to look through more takes seconds
INSIDE = "mark the test with @pytest.mark.inside, or its suite with inside = true in assignment.toml"
NATIVE = frozenset((
    *("__class__", "__new__", "__slots__", "__weakref__", "__getattribute__"),
    *("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__array__", "__array_ufunc__"),
    *("__instancecheck__", "__subclasscheck__", "__subclasshook__", "__subclasses__", "__abstractmethods__", "__flags__"),
    *("__init_subclass__", "__set_name__", "__text_signature__", "__type_params__", "__getattr__", "__setattr__"),
    *("__await__", "__next__", "__basicsize__", "__itemsize__", "__dictoffset__", "__weakrefoffset__", "__base__"),
))  # fmt: skip


class ClassStandin(Standin, abc.ABCMeta):
    """The class of such classes."""

    def __new__(cls, name: str, bases: tuple, space: dict, **keywords: Any) -> Any:
        """A class statement of the suite that derives from one."""
        base = next(base for base in bases if isinstance(base, ClassStandin))
        keeper, label = base.__autograder_keeper__(), base.__autograder_label__()
        error = AutograderError(
            f"the suite derives the class {name} from {label}, whose methods run in another process; to do so, {INSIDE}"
        )
        if keeper.active:
            raise error
        return Refused(keeper, error)  # outside of any test, where an error would cost the whole file

    def __init__(cls, name: str, bases: tuple, space: dict, **keywords: Any) -> None:
        """There is nothing to set up."""

    def __getattribute__(cls, name: str) -> Any:
        if name.startswith("__autograder"):
            return getattr(ClassStandin, name).__get__(cls, type(cls))
        if name in NATIVE or name.startswith(("_ClassStandin", "_abc_")):
            return type.__getattribute__(cls, name)
        return ClassStandin.__getattr__(cls, name)

    def __getattr__(cls, name: str) -> Any:
        __tracebackhide__ = True
        if is_probe(name):
            return type.__getattribute__(cls, name)
        keeper = cls.__autograder_keeper__()
        if name[:2] == "__" and not (keeper.active and (cls.__autograder_asks__() or by_protocol())):
            return type.__getattribute__(cls, name)
        if not keeper.active:
            return deferred_attribute(cls, name)
        if name in ("__enter__", "__exit__", "__aenter__", "__aexit__") and ask(cls, "hasattr", name):
            return type.__getattribute__(cls, name)
        if name.startswith("__"):
            return ask(cls, "getattr", name)
        if is_called(name, 3):
            return functools.partial(call_method, cls, name)
        if keeper.defines(type.__getattribute__(cls, "__name__"), name):
            return ask(cls, "getattr", name)
        _, origin, ledger = cls.__autograder_state
        place = ("getattr", origin, ledger and ledger.serial, name)
        return cls.__autograder_door__().look(place, lambda: ask(cls, "getattr", name), is_lasting)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name == "__abstractmethods__" or name.startswith("_abc_"):
            type.__setattr__(cls, name, value)
        else:
            ask(cls, "setattr", name, value)

    def __call__(cls, /, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        keeper = cls.__autograder_keeper__()
        if not keeper.active:
            return Deferred(keeper, "call", [cls, *arguments, *keywords.values()], list(keywords))
        cls.__autograder_used__()
        return keeper.current().ask("call", [cls, *arguments, *keywords.values()], keywords)

    def __getitem__(cls, key: Any) -> Any:
        keeper = cls.__autograder_keeper__()
        return ask(cls, "getitem", key) if keeper.active else Deferred(keeper, "getitem", [cls, key])

    def __eq__(cls, other: object) -> Any:
        if cls is other or not (isinstance(other, ClassStandin) and cls.__autograder_keeper__().active):
            return cls is other
        return ask(cls, "eq", other)

    def __ne__(cls, other: object) -> bool:
        return not cls == other

    __hash__ = type.__hash__

    def __bool__(cls) -> bool:
        return not cls.__autograder_asks__() or ask(cls, "bool")

    def __instancecheck__(cls, value: Any) -> bool:
        if is_among(cls, lineage(type(value))):
            return True
        return bool(is_sendable(value) and cls.__autograder_door__().ask("isinstance", [value, cls]))

    def __subclasscheck__(cls, other: Any) -> bool:
        if isinstance(other, type) and is_among(cls, lineage(other)):
            return True
        if not (isinstance(other, Standin) or other in TYPE_INDEX):
            return False
        return cls.__autograder_door__().ask("issubclass", [other, cls])

    def __autograder_encode__(cls, encoder: RequestEncoder) -> list:
        _, origin, ledger = cls.__autograder_state
        cls.__autograder_used__()
        if ledger is None:
            return [Tag.NAME, *origin]
        check_lineage(cls, ledger, origin, encoder)
        return [Tag.HANDLE, origin]

    def __autograder_used__(cls) -> None:
        """The suite itself has named the class."""
        keeper, _, ledger = cls.__autograder_state
        if ledger is None:
            keeper.classes.used.add(type.__getattribute__(cls, "__name__"))

    def __autograder_door__(cls) -> Asks:
        return cls.__autograder_state[0].current()

    def __autograder_keeper__(cls) -> Keeps:
        return cls.__autograder_state[0]

    def __autograder_typename__(cls) -> str:
        return "type"

    def __autograder_kind__(cls) -> str:
        return "type"

    def __autograder_value__(cls) -> Any:
        return cls

    def __autograder_label__(cls) -> str:
        return f"<submission's class {type.__getattribute__(cls, '__name__')}>"


class LongMessage:
    """The message of an exception, too long to come with it: it is fetched, once, when the suite looks at it.

    Attributes:
        beginning: for those who read why a test failed.
    """

    def __init__(self, beginning: str, handle: Handle | None) -> None:
        self.beginning = f"{beginning}\n[...]"
        self.handle = handle
        self.text: str | None = None

    def __str__(self) -> str:
        if self.text is None:
            if self.handle is None or not self.handle.__autograder_keeper__().active or not by_test(FORMATTERS):
                return self.beginning
            text = ask(self.handle, "str")
            if type(text) is not str or len(text) > MAX_MESSAGE:
                raise TrustedValueError(f"the submission raised an exception whose message is too long to compare; {INSIDE}")
            self.text = clean(text)
        return self.text

    def __eq__(self, other: object) -> bool:
        return other is self or str(self) == other

    def __repr__(self) -> str:
        return repr(str(self))

    __hash__ = object.__hash__


class Raised:
    """What instances of the submission's exception classes have beside what their builtin class has."""

    student_handle: Handle | None = None
    student_message: str | LongMessage = ""

    def __str__(self) -> str:
        return str(self.student_message)

    def __getattr__(self, name: str) -> Any:
        handle = self.__dict__.get("student_handle")
        if handle is None or name.startswith("__") or is_probe(name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if not handle.__autograder_asks__():
            raise AttributeError(name)  # pytest looks for some on each exception
        return ask(handle, "getattr", name)

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        if self.student_handle is None:
            raise AutograderError(f"{type(self).__name__} was made on the suite's side")
        return self.student_handle.__autograder_encode__(encoder)


class Derived:
    """What numbers and texts of the submission's classes have beside what Python's have.

    What the class defines anew is asked for where an operator of the submission may be: see `standin.combine`.
    """

    student_handle: Handle | None = None

    def __getattr__(self, name: str) -> Any:
        handle = self.__dict__.get("student_handle")
        if handle is None or is_probe(name) or not handle.__autograder_asks__():
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return ask(handle, "getattr", name)

    def __autograder_encode__(self, encoder: RequestEncoder) -> Any:
        try:
            return self.student_handle.__autograder_encode__(encoder)  # type: ignore[union-attr]
        except (AutograderError, SubmissionFailure):  # of another process, to which its value can still go
            return encoder.encode(self.__autograder_plain__())

    def __autograder_plain__(self) -> Any:
        base: Any = base_of(type(self))
        if base is bytes:
            return bytes.__getitem__(self, slice(None))  # type: ignore[call-overload]  # one of bytes, too
        return base.__str__(self) if base is str else base.__pos__(self)

    def __autograder_special__(self, operation: str, *arguments: Any) -> Any:
        handle = self.student_handle
        if handle is not None and not any(map(is_foreign, arguments)):
            keeper = handle.__autograder_keeper__()
            shown = operation in ("str", "repr", "format")
            allowed = by_test(SHOWERS) if shown else keeper.permits(handle.__autograder_typename__(), operation.lstrip("r"))
            if keeper.active and allowed:
                return ask(handle, operation, *arguments)
        return getattr(base_of(type(self)), f"__{operation}__")(self, *arguments)


def special(operation: str) -> Callable:
    return lambda self, *arguments: self.__autograder_special__(operation, *arguments)


def base_of(cls: type) -> type:
    return next(base for base in SIMPLE if issubclass(cls, base))


DERIVED_TEXT = {f"__{name}__": special(name) for name in ("str", "repr", "format")}
OPERATIONS = (*COMPARISONS, *ARITHMETIC, *(f"r{name}" for name in ARITHMETIC), *UNARY)


def specials_of(base: type, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The special methods of a class that derives from a number or text and defines these anew; all, if that is not known."""
    wanted = [f"__{name}__" for name in OPERATIONS if names is None or f"__{name}__" in names]
    space = {name: special(name.strip("_")) for name in wanted if hasattr(base, name)}
    if "__eq__" in space:
        space["__hash__"] = base.__hash__
    return {**space, **DERIVED_TEXT}


def new_class(
    keeper: Keeps,
    name: str,
    origin: Any,
    bases: tuple[type, ...],
    ledger: Ledger | None = None,
    methods: Iterable[str] | None = None,
) -> type:
    """Make the stand-in of a class.

    Args:
        origin: its module and name; with a ledger, its number in that process.
        bases: Handle or classes that derive from it; exception classes; Derived and the builtin class of numbers or text.
        methods: special methods of such numbers that the submission defines, as far as its file tells.
    """
    space = {"__module__": origin[0] if ledger is None else "submission", "__qualname__": name, "__doc__": None}
    if issubclass(bases[0], Derived):
        space.update(specials_of(base_of(bases[-1]), methods))
    elif not any(issubclass(base, BaseException) for base in bases):
        space["__slots__"] = ()
    try:
        made = type.__new__(ClassStandin, name, bases, space)
    except TypeError:  # bases in an order that Python cannot make a class of
        made = type.__new__(ClassStandin, name, bases[-1:], space)
    type.__setattr__(made, "_ClassStandin__autograder_state", (keeper, origin, ledger))
    return made


class Classes:
    """The stand-ins of classes that have a name.

    Args:
        outlines: module -> what it defines; of the submission's own files where these can be read, else the reference's.

    Attributes:
        used: names of classes that the suite itself has called or passed on.
        rebound: (module, name) that the suite has replaced in some test.
        reloaded: modules that it has loaded anew.
    """

    def __init__(self, outlines: Mapping[str, Outline] | None = None) -> None:
        self.outlines = dict(outlines or {})
        self.named: dict[tuple[str, str], type] = {}
        self.names: dict[tuple[str, str], Name] = {}
        self.used: set[str] = set()
        self.rebound: set[tuple[str, str]] = set()
        self.reloaded: set[str] = set()

    def entry(self, module: str, name: str) -> tuple[str, str, list | None]:
        """Follow imports and other names of a thing to where it is defined; return module, name and entry of the outline."""
        for _ in range(MAX_DEPTH):
            outline = self.outlines.get(module)
            entry = outline.names.get(name) if outline else None
            if entry is None and outline:
                star = next((star for star in outline.stars if star in self.outlines and self.has(star, name)), None)
                if star:
                    module = star
                    continue
            if (
                entry
                and entry[0] == "alias"
                and "." not in entry[1]
                and entry[1] != name
                and self.is_bound_once(module, entry[1])
            ):
                name = entry[1]
            elif entry and entry[0] == "import" and entry[1] in self.outlines and entry[2]:
                module, name = entry[1], entry[2]
            else:
                return module, name, entry
        return module, name, None

    def is_bound_once(self, module: str, name: str) -> bool:
        return name in self.outlines[module].names and name not in self.outlines[module].bound_again

    def singleton(self, module: str, name: str) -> list:
        """[None], [True] or [False] if a name is that and is never bound to anything else; otherwise []."""
        where, known_as, entry = self.entry(module, name)
        if not entry or entry[0] != "value" or entry[1:] not in (["None"], ["True"], ["False"]):
            return []
        return [{"None": None, "True": True, "False": False}[entry[1]]] if self.is_bound_once(where, known_as) else []

    def has(self, module: str, name: str) -> bool | None:
        """Whether a module defines a name; None if that cannot be told from its file."""
        outline = self.outlines.get(module)
        if outline is None:
            return None
        if name in outline.names:
            return True
        known = [self.has(star, name) for star in outline.stars if star != module]
        if any(known):
            return True
        return None if outline.open or None in known else False

    def is_fixed(self, module: str, name: str) -> bool:
        """Whether a name of a module is a function or class, and never bound to anything else."""
        entry = self.outlines[module].names.get(name) if module in self.outlines else None
        if (module, name) in self.rebound or module in self.reloaded:
            return False
        if entry is None or entry[0] not in ("function", "class"):
            return False
        return not any(name in outline.bound_again for outline in self.outlines.values())

    def named_class(self, keeper: Keeps, module: str, name: str) -> type | None:
        """Return the stand-in of what a module defines under a name, if that is a class as far as its outline tells."""
        where, known_as, entry = self.entry(module, name)
        if (where, known_as) in self.named:
            return self.named[where, known_as]
        if entry is None or entry[0] != "class":
            return None
        made = new_class(keeper, known_as, (module, name), self.bases(keeper, where, entry), methods=entry[3])
        self.named[where, known_as] = made
        return made

    def same(self, other: "Classes", keeper: Keeps, module: str, name: str) -> bool:
        """Whether the stand-in that a name has is like the one that it would have by other outlines."""
        where, known_as, entry = self.entry(module, name)
        if (where, known_as) != other.entry(module, name)[:2] or self.singleton(module, name) != other.singleton(module, name):
            return False
        mine, its = self.named.get((where, known_as)), other.named_class(keeper, module, name)
        if mine is None or its is None:
            return mine is its
        if [form_of(cls) for cls in lineage(mine)] != [form_of(cls) for cls in lineage(its)]:
            return False
        methods = [found[3] if found else [] for found in (entry, other.entry(where, known_as)[2])]
        return methods[0] == methods[1] or not issubclass(mine, Derived)

    def name(self, keeper: Keeps, module: str, name: str) -> Name:
        """Return the stand-in of a name; names that a module has for one thing have one."""
        place = self.entry(module, name)[:2]
        if place not in self.names:
            self.names[place] = Name(keeper, module, name)
        return self.names[place]

    def bases(self, keeper: Keeps, module: str, entry: list) -> tuple[type, ...]:
        """What the stand-in of a class derives from: exception classes if it is one."""
        for base in entry[1][:MAX_DEPTH]:
            simple = self.simple(module, base)
            if simple:
                return (Derived, simple)
        found = [self.exception(keeper, module, base) for base in entry[1][:MAX_DEPTH]]
        exceptions = tuple(dict.fromkeys(base for base in found if base is not None))
        return (
            (() if any(issubclass(base, Raised) for base in exceptions) else (Raised,)) + exceptions
            if exceptions
            else (Handle,)
        )

    def simple(self, module: str, base: str, depth: int = 0) -> type | None:
        """Return the class of numbers or text that a dotted name means in a module, or derives from; None if it is none."""
        first, _, rest = base.partition(".")
        where, _, entry = self.entry(module, first)
        last = (rest or (entry[2] if entry and entry[0] == "import" else first)).rpartition(".")[2]
        if entry is None or entry[0] == "import":
            return SIMPLE_BASES.get(last) if entry is None or entry[1] in ("enum", "builtins") else None
        if entry[0] != "class" or rest or depth > MAX_DEPTH or entry[1] == [first]:
            return None
        found = (self.simple(where, further, depth + 1) for further in entry[1][:MAX_DEPTH])
        return next((simple for simple in found if simple), None)

    def exception(self, keeper: Keeps, module: str, base: str, depth: int = 0) -> type | None:
        """Return the exception class that a dotted name means in a module of the submission; None if it is none."""
        first, _, rest = base.partition(".")
        where, name, entry = self.entry(module, first)
        if depth > MAX_DEPTH:
            return None
        if entry is None:
            return nearest(getattr(builtins, first, None)) if not rest else None
        if entry[0] == "class" and not rest:
            if entry[1] == [first]:  # a class that derives from the builtin one of its name
                return nearest(getattr(builtins, first, None))
            made = self.named_class(keeper, where, name) if self.begun(where, name) else None
            return made if made is not None and issubclass(made, BaseException) else None
        if entry[0] == "alias":
            return self.exception(keeper, where, ".".join(filter(None, [entry[1], rest])), depth + 1)
        if entry[0] == "import":
            if entry[1] in self.outlines and rest and not entry[2]:
                return self.exception(keeper, entry[1], rest, depth + 1)
            value: Any = sys.modules.get(entry[1])
            for part in filter(None, [*entry[2].split("."), *rest.split(".")]):
                value = vars(value).get(part) if value is not None and hasattr(value, "__dict__") else None
            return nearest(value)
        return None

    def begun(self, module: str, name: str) -> bool:
        """Whether a class does not derive from itself, by way of others."""
        waiting, seen = [(module, name)], set[tuple[str, str]]()
        while waiting:
            place = waiting.pop()
            if len(seen) > MAX_DEPTH:
                return False
            seen.add(place)
            _, _, entry = self.entry(*place)
            for base in entry[1] if entry and entry[0] == "class" else ():
                if "." not in base:
                    where, known_as, found = self.entry(place[0], base)
                    if (where, known_as) == (module, name):
                        return False
                    if found and found[0] == "class" and (where, known_as) not in seen:
                        waiting.append((where, known_as))
        return True

    def met(self, keeper: Keeps, ledger: Ledger, node: list, simple: tuple[type, ...] = ()) -> type:
        """Return the stand-in of a class that a process of the submission tells of.

        Args:
            node: see `World.class_node`; its form is checked already.
            simple: what it derives from, if that is Derived and a builtin class.
        """
        name = node[1]
        known: type | None = None
        if type(node[0]) is str:
            where, known_as, _ = self.entry(node[0], name)
            if node[0] in self.outlines or not self.outlines:
                known = self.named.get((where, known_as)) or self.named_class(keeper, node[0], name)
                if known is None and len(self.named) < MAX_CLASSES:
                    bases = simple or self.bases_met(keeper, ledger, node)
                    known = self.named[where, known_as] = new_class(keeper, name, (node[0], name), bases)
        else:
            known = ledger.classes.get(node[0])
            if known is None and len(ledger.classes) < MAX_CLASSES:
                known = new_class(keeper, name, node[0], simple or self.bases_met(keeper, ledger, node), ledger)
                ledger.classes[node[0]] = known
        if len(node) == 2:
            return known if known is not None and issubclass(known, simple or Handle) else Handle
        base = EXCEPTIONS[node[2]]
        if known is None or not issubclass(known, BaseException):
            return new_class(keeper, name, (str(node[0]), name), (Raised, base))
        if not issubclass(known, base):  # its file has not told that
            return new_class(keeper, name, (str(node[0]), name), (known, base))
        return known

    def derived(self, keeper: Keeps, ledger: Ledger, node: list, base: type) -> type:
        """Return the stand-in of a class whose instances are numbers or text, as `met`."""
        known = self.met(keeper, ledger, node, (Derived, base))
        return known if issubclass(known, Derived) and issubclass(known, base) else other_derived(node[1], base)

    def bases_met(self, keeper: Keeps, ledger: Ledger, node: list) -> tuple[type, ...]:
        if len(node) == 2:
            return (Handle,)
        between = []
        for position, (origin, name) in enumerate(node[3]):
            further = [origin, name, node[2], node[3][position + 1 :]]
            between.append(self.met(keeper, ledger, further))
        base = EXCEPTIONS[node[2]]
        nearest_known = [
            cls for cls in between if not any(cls is not other and is_among(cls, lineage(other)) for other in between)
        ]
        return (*(nearest_known or [Raised]), *(() if any(issubclass(cls, base) for cls in between) else (base,)))


@functools.lru_cache(maxsize=1000)
def other_derived(name: str, base: type) -> type:
    """A class of numbers or text that the suite cannot name."""
    return type(name, (Derived, base), {"__module__": "submission", **specials_of(base)})


# Builtin classes whose instances cross with their value, and enumerations of such.
SIMPLE: tuple[type, ...] = (int, float, complex, str, bytes)
SIMPLE_BASES: dict[str, type] = {
    **{base.__name__: base for base in SIMPLE},
    "IntEnum": int,
    "IntFlag": int,
    "StrEnum": str,
}


def lineage(cls: type) -> tuple[type, ...]:
    """The classes that a stand-in derives from here, which says less than what is over there, and asks nobody."""
    return type.__getattribute__(cls, "__mro__")


def form_of(cls: type) -> Any:
    """What tells the stand-ins of two classes apart that have no more than their names in common."""
    return type.__getattribute__(cls, "__name__") if type(cls) is ClassStandin else cls


def is_among(cls: type, others: tuple[type, ...]) -> bool:
    return any(other is cls for other in others)


def nearest(value: Any) -> type | None:
    """The builtin exception class that an exception class of a library derives from; None for anything else."""
    if not (isinstance(value, type) and issubclass(value, BaseException)):
        return None
    return next(cls for cls in value.__mro__ if cls in EXCEPTION_NAMES)


def by_protocol() -> bool:
    """Whether one of Python's abstract classes looks for methods (`isinstance(x, Iterable)`)."""
    return sys._getframe(3).f_globals.get("__name__") == "_collections_abc"
