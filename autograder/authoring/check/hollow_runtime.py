"""What stands at the end of each file of a hollow submission, and runs beside it: its functions give hollow answers.

The text of this file is written into the submission (see `hollow`) and runs in a namespace of its own, where the submission's
names are not. It imports nothing of the package. Constructors stay, so that there are objects whose methods can be called, but
all numbers that they put into an object are zeros.

Functions give answers in the shape of the reference's. Those are found in one grading in which the functions work as ever and
each call prints what its result looks like, without the numbers. No hollow answer runs any of the reference's functions:
nothing that they do elsewhere, to a model, a file or a callback, is done.
"""

import functools
import hashlib
import json
import types
from os import sys  # type: ignore[attr-defined]  # itself: a restricted file that imports it gets another, which is slow

MARK = "hollow-record:"
MOST_ITEMS = 200  # of a list whose items are all described
SPECIAL = ("__call__", "__getitem__", "__len__", "__contains__")  # methods of this kind that answer something


class State:
    """What all files of the submission share in a process."""

    def __init__(self):
        self.depth = 0  # how many of the submission's functions run the reference's code, one within the other
        self.made = {}  # id of an object -> module and name of its class, arguments of its constructor
        self.told = set()
        self.previous = {}


STATE = sys.__dict__.setdefault("hollow_state", State())


def hollow_out(module, kind, results):
    """Replace what a module defines.

    Args:
        module: its namespace.
        kind: of `hollow.KINDS`, or "record" to print results and leave functions as they are.
        results: function, or function and digest of the arguments, -> description of the result.
    """
    make = functools.partial(recorded if kind == "record" else answering(kind, results), module["__name__"])
    for name, value in list(module.items()):
        if isinstance(value, type) and value.__module__ == module["__name__"]:
            hollow_class(value, make)
        elif is_own_function(value, module["__name__"]):
            module[name] = make(value.__qualname__, value, 0)
        elif kind != "record" and name.islower() and not name.startswith("_"):
            module[name] = emptied(value, ())  # a constant that tests may ask for


def is_own_function(value, module):
    return isinstance(getattr(value, "__wrapped__", value), types.FunctionType) and value.__module__ == module


def hollow_class(cls, make):
    for name, value in list(vars(cls).items()):
        inner = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
        if not is_own_function(inner, cls.__module__):
            continue
        if name == "__init__":
            new = constructor(inner, make.func is recorded)
        elif name.startswith("__") and name not in SPECIAL:
            continue
        elif isinstance(value, staticmethod):
            new = staticmethod(make(inner.__qualname__, inner, 0))
        elif isinstance(value, classmethod):
            new = classmethod(make(inner.__qualname__, inner, 1))
        elif isinstance(value, property):
            new = property(make(inner.__qualname__, inner, 1), value.fset, value.fdel)
        else:
            new = make(inner.__qualname__, inner, 1)
        setattr(cls, name, new)


def constructor(function, recording):
    @functools.wraps(function)
    def construct(self, *args, **keywords):
        outermost = STATE.depth == 0
        STATE.depth += 1
        try:
            function(self, *args, **keywords)
        finally:
            STATE.depth -= 1
        cls = type(self)
        STATE.made[id(self)] = [cls.__module__, cls.__qualname__, list(args), dict(keywords)]
        if outermost and not recording:
            empty_object(self, {id(value) for value in [*args, *keywords.values()]})

    return construct


def within_own_code():
    """Whether the code of a module, while it is imported, calls a function: its constants are what they are."""
    caller = sys._getframe(2)
    imported = getattr(caller.f_globals.get("__spec__"), "_initializing", False)
    return STATE.depth or (imported and caller.f_code.co_name == "<module>")


# Results, as they look


def recorded(module, name, function, skipped):
    @functools.wraps(function)
    def call(*args, **keywords):
        if within_own_code():
            return function(*args, **keywords)
        key = key_of(args, keywords, skipped)
        STATE.depth += 1
        try:
            result = function(*args, **keywords)
        except Exception as error:
            tell(module, name, key, {"raises": type(error).__name__})
            raise
        finally:
            STATE.depth -= 1
        tell(module, name, key, {"self": True} if skipped and result is args[0] else described(result))
        return result

    return call


def tell(module, name, key, result):
    line = json.dumps([module, name, key, result])
    if line not in STATE.told:
        STATE.told.add(line)
        print(f"\n{MARK}{line}")


def key_of(args, keywords, skipped):
    """Return a digest of what a call is given, as far as the shape of its result may depend on it."""
    owner = STATE.made.get(id(args[0])) if skipped and args else None
    given = [
        owner and described(owner, values=True),
        described([*args[skipped:]], values=True),
        described(keywords, values=True),
    ]
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:12]


def described(value, values=False, depth=0):
    """Return a description of a value that JSON can write, without its numbers; with whole numbers and names if `values`."""
    if value is None or depth > 5:
        return None
    kind = type(value).__name__
    if isinstance(value, (bool, int, str)):
        short = values and not (isinstance(value, str) and (len(value) > 40 or "/" in value))
        return {"kind": kind, "value": value} if short else {"kind": kind}
    if isinstance(value, float):
        return {"kind": "float"}
    if is_array(value) or is_tensor(value):
        return {"kind": "tensor" if is_tensor(value) else "array", "shape": list(value.shape), "dtype": str(value.dtype)}
    if hasattr(value, "dtype") and hasattr(value, "item"):
        return {"kind": "scalar", "dtype": str(value.dtype)}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [described(item, values, depth + 1) for item in list(value)[:MOST_ITEMS]]
        if len(value) > MOST_ITEMS:
            return {"kind": kind, "n": len(value), "item": items[0]}
        return {"kind": kind, "items": items}
    if isinstance(value, dict):
        pairs = [[key, described(item, values, depth + 1)] for key, item in list(value.items())[:MOST_ITEMS]]
        return {"kind": "dict", "pairs": [pair for pair in pairs if isinstance(pair[0], (str, int))]}
    if isinstance(value, types.GeneratorType):
        return {"kind": "generator"}
    if hasattr(value, "add_subplot") and hasattr(value, "axes"):
        return {"kind": "figure"}
    if id(value) in STATE.made:
        module, name, args, keywords = STATE.made[id(value)]
        plain = {"args": args, "keywords": keywords} if is_plain([args, keywords]) and not values else {}
        return {"kind": "object", "module": module, "name": name, **plain}
    return {"kind": "other"}


def is_plain(value):
    if isinstance(value, (list, tuple)):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
    return value is None or isinstance(value, (bool, int, float, str))


def is_array(value):
    return "numpy" in sys.modules and isinstance(value, sys.modules["numpy"].ndarray)


def is_tensor(value):
    return "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor)


# Hollow answers


def answering(kind, results):
    """Return what makes of a function one that gives hollow answers of a kind."""

    def make(module, name, function, skipped):
        last = results.get(f"{module}.{name}")

        @functools.wraps(function)
        def call(*args, **keywords):
            if within_own_code():
                return function(*args, **keywords)
            wanted = results.get(f"{module}.{name} {key_of(args, keywords, skipped)}", last)
            if kind == "raise":
                raise error_of(results.get(f"{module}.{name} raises"))(f"{name} is hollow")
            if kind == "none":
                return None
            if kind == "input":
                return next(iter([*args[skipped:], *keywords.values()]), None)
            if kind == "previous":
                return STATE.previous.setdefault((module, name), built(wanted, 0, args))
            if kind == "empty":
                return built_empty(wanted)
            return built(wanted, 1 if kind == "ones" else 0, args)

        return call

    return make


def error_of(name):
    import builtins

    cls = getattr(builtins, name or "", None)
    return cls if isinstance(cls, type) and issubclass(cls, Exception) else RuntimeError


def built(wanted, fill, args=()):
    """Return a value that fits a description, with this number everywhere."""
    kind = (wanted or {}).get("kind")
    if wanted and wanted.get("self"):
        return args[0]
    if kind in ("bool", "int", "float"):
        return {"bool": bool, "int": int, "float": float}[kind](fill)
    if kind == "str":
        return str(fill)
    if kind in ("array", "scalar", "tensor"):
        return numbers(kind, wanted.get("shape", ()), wanted["dtype"], fill)
    if kind in ("list", "tuple", "set", "frozenset"):
        items = wanted["items"] if "items" in wanted else [wanted["item"]] * wanted["n"]
        made = [built(item, fill) for item in items]
        return made if kind == "list" else tuple(made) if kind == "tuple" else set(map(str, made))
    if kind == "dict":
        return {key: built(item, fill) for key, item in wanted["pairs"]}
    if kind == "generator":
        return iter(())
    if kind == "figure":
        from matplotlib.figure import Figure

        figure = Figure()
        figure.add_subplot()
        return figure
    if kind == "object" and "args" in wanted:
        cls = getattr(sys.modules[wanted["module"]], wanted["name"], None)
        return cls(*wanted["args"], **wanted["keywords"]) if cls else None
    return None


def numbers(kind, shape, dtype, fill):
    import numpy as np

    if kind == "tensor":
        torch = sys.modules["torch"]
        return torch.full(tuple(shape), fill, dtype=getattr(torch, dtype.rpartition(".")[2]))
    try:
        filled = np.full(tuple(shape), fill, dtype=dtype)
    except (TypeError, ValueError):  # the name of a type that has parts
        filled = np.full(tuple(shape), fill)
    return filled if kind == "array" else filled[()]


def built_empty(wanted):
    """Return what holds nothing, in the type of the result where such a value has any."""
    kind = (wanted or {}).get("kind")
    if kind in ("array", "tensor"):
        return numbers(kind, [0, *wanted["shape"][1:]], wanted["dtype"], 0)
    if kind in ("bool", "int", "float", "scalar"):
        return numbers("array", [0], "float64", 0)
    empty = {"str": "", "list": [], "tuple": (), "set": set(), "frozenset": frozenset(), "dict": {}}
    return empty[kind] if kind in empty else built(wanted, 0)


# Objects


def empty_object(thing, given, seen=None):
    """Put zeros in the place of all numbers that an object holds, but not into what its constructor was given."""
    seen = set() if seen is None else seen
    if id(thing) in seen or id(thing) in given or not hasattr(thing, "__dict__") or isinstance(thing, (type, types.ModuleType)):
        return
    seen.add(id(thing))
    if hasattr(thing, "named_parameters") and hasattr(thing, "named_buffers"):
        for tensor in [*thing.parameters(), *thing.buffers()]:
            if id(tensor) not in given:
                tensor.data.zero_()
        return
    for name, value in list(vars(thing).items()):
        if id(value) in given:
            continue
        if isinstance(value, (list, tuple, dict)) or is_array(value) or is_tensor(value):
            vars(thing)[name] = emptied(value, given)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]:
            empty_object(item, given, seen)


def emptied(value, given):
    """Return a value of the same form with zeros in the place of floating-point numbers; objects stay."""
    if id(value) in given:
        return value
    if is_array(value):
        return value * 0 if value.dtype.kind in "fciu" else value
    if is_tensor(value):
        return value.detach().clone().zero_()
    if type(value) is float:
        return 0.0
    if type(value) in (list, tuple):
        return type(value)(emptied(item, given) for item in value)
    if type(value) is dict:
        return {key: emptied(item, given) for key, item in value.items()}
    return value
