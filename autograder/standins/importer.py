"""The import hook: a suite's `from modules import LinearModule` gives a stand-in while grading.

Outside of grading, nothing here does anything: imports are Python's own and helpers run where they are called.
"""

import __future__

import ast
import contextlib
import dis
import functools
import importlib.abc
import importlib.machinery
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from autograder.errors import AssignmentError
from autograder.standins.asking import by_test
from autograder.standins.content import fresh
from autograder.standins.failures import SubmissionFailure
from autograder.standins.library import standins_understood
from autograder.standins.looked import waits_noticed
from autograder.standins.looks import wants_truth
from autograder.standins.names import Deferred, Name
from autograder.standins.patches import noted
from autograder.standins.standin import Standin, is_lasting, is_probe

ACTIVE: ContextVar[Any] = ContextVar("autograder_keeper", default=None)  # the Keeper while grading
F = TypeVar("F", bound=Callable)
NOTHING: Mapping[str, Any] = types.MappingProxyType({})
STAR = ("IMPORT_STAR", "CALL_INTRINSIC_1")  # the instructions of `from module import *`, until Python 3.11 and from 3.12 on


COPIED = (list, tuple, dict, set, np.ndarray)  # what the submission makes anew each time that it is asked for
OF_PYTHON = ("__path__", "__warningregistry__")  # what Python itself, and unittest, look for in any module


class SubmissionModule(types.ModuleType):
    """A module of the submission.

    Outside of any test its attributes are stand-ins, made without asking the submission. While a test runs, the module is that
    of the test's process: an attribute is what it is now.
    """

    def __init__(self, name: str, keeper: Any, public_names: Sequence[str], libraries: Mapping[str, Any] = NOTHING) -> None:
        super().__init__(name)
        space = namespace(self)
        space["__autograder_all__"] = list(public_names)  # for `from modules import *`
        space["__autograder_keeper__"] = keeper
        space["__autograder_libraries__"] = libraries
        space["__autograder_names__"] = {}
        space["__autograder_asked__"] = set()  # names that were asked for outside of any test

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        space = namespace(self)
        keeper, module = space["__autograder_keeper__"], space["__name__"]
        if name == "__all__" and not (keeper.active and how_asked()[0] not in STAR and by_test()):
            return space["__autograder_all__"]
        if name in OF_PYTHON or (name.startswith("__") and (not keeper.active or by_machinery() or not by_test())):
            raise AttributeError(name)
        instruction, at_top = how_asked()
        imported = instruction in ("IMPORT_FROM", *STAR)
        if keeper.active and not (imported and at_top):
            try:
                return self.__autograder_now__(name)
            except (AttributeError, SubmissionFailure):
                if not imported or wants_truth():
                    raise
                return self.__autograder_bound__(name)  # which fails where it is used
        if name in space["__autograder_libraries__"] and instruction in STAR:
            return space["__autograder_libraries__"][name]
        if keeper.on_truth and wants_truth():
            keeper.on_truth()
        if keeper.classes.has(module, name) is False and wants_truth():
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return self.__autograder_bound__(name)

    def __autograder_bound__(self, name: str) -> Any:
        """What `from module import name` binds."""
        space = namespace(self)
        known = space["__autograder_names__"]
        space["__autograder_asked__"].add(name)
        if name not in known:
            keeper, module = space["__autograder_keeper__"], space["__name__"]
            singleton = keeper.classes.singleton(module, name)
            if singleton:
                keeper.needs.setdefault(sys._getframe(2).f_globals.get("__file__"), set()).add(module)
                return singleton[0]
            known[name] = keeper.classes.named_class(keeper, module, name) or keeper.classes.name(keeper, module, name)
        return known[name]

    def __autograder_now__(self, name: str) -> Any:
        """The attribute in the process of the test; one that cannot have changed since the import is not asked for."""
        __tracebackhide__ = True
        space = namespace(self)
        keeper, module = space["__autograder_keeper__"], space["__name__"]
        if keeper.classes.is_fixed(module, name) and module in keeper.current().ledger.imported:
            return self.__autograder_bound__(name)
        try:
            value = self.__autograder_looked_at__(name)
        except AttributeError as error:
            error.student_missing = module, name  # type: ignore[attr-defined]  # its student reads of the file
            raise
        keeper.current().ledger.imported.add(module)
        return self.__autograder_bound__(name) if keeper.classes.is_fixed(module, name) else value

    def __autograder_looked_at__(self, name: str) -> Any:
        """An attribute of the module; the same until the suite has something done that may change it."""
        __tracebackhide__ = True
        bound, module = self.__autograder_name__(), namespace(self)["__name__"]
        if name.startswith("__") or is_probe(name):
            return bound.__getattr__(name)
        door = bound.__autograder_door__()

        def is_kept(value: Any) -> bool:
            return is_lasting(value) or id(value) in door.ledger.mirror_ids or type(value) in COPIED

        value = door.look(("module", module, name), lambda: bound.__getattr__(name), is_kept)
        if id(value) in door.ledger.mirror_ids:
            return value
        return value.copy() if type(value) is np.ndarray else fresh(value)

    def __setattr__(self, name: str, value: Any) -> None:
        """Replace an attribute of the submission's module (monkeypatch.setattr), unless importlib sets one of its own."""
        keeper = namespace(self).get("__autograder_keeper__")
        if keeper is None or name.startswith("__") or isinstance(value, types.ModuleType):
            super().__setattr__(name, value)
        else:
            keeper.classes.rebound.add((namespace(self)["__name__"], name))
            setattr(self.__autograder_name__(), name, value)

    def __delattr__(self, name: str) -> None:
        namespace(self)["__autograder_keeper__"].classes.rebound.add((namespace(self)["__name__"], name))
        delattr(self.__autograder_name__(), name)

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        if namespace(self)["__autograder_keeper__"].active and by_test():
            return self.__autograder_name__().__getattr__("__dict__")
        return namespace(self)

    @property
    def __doc__(self) -> Any:  # type: ignore[override]
        if namespace(self)["__autograder_keeper__"].active and by_test():
            return self.__autograder_name__().__getattr__("__doc__")
        return None

    def __dir__(self) -> list[str]:
        keeper = namespace(self)["__autograder_keeper__"]
        if keeper.active:
            return dir(self.__autograder_name__())
        if keeper.on_truth:
            keeper.on_truth()
        outline = keeper.classes.outlines.get(namespace(self)["__name__"])
        return sorted(outline.names) if outline else list(namespace(self)["__autograder_all__"])

    def __autograder_name__(self) -> Any:
        return Name(namespace(self)["__autograder_keeper__"], namespace(self)["__name__"], "")

    def __autograder_encode__(self, encoder: Any) -> list:
        """How the module is named when it is an argument."""
        return self.__autograder_name__().__autograder_encode__(encoder)


def names_bound() -> Iterator[tuple[str, str]]:
    """Module and name of all that suites have taken from the submission's modules outside of any test."""
    for module in list(sys.modules.values()):
        if type(module) is SubmissionModule:
            space = namespace(module)
            yield from ((space["__name__"], name) for name in sorted(space["__autograder_asked__"]))


def namespace(module: types.ModuleType) -> dict[str, Any]:
    """The dictionary of the module object on this side."""
    descriptor: Any = vars(types.ModuleType)["__dict__"]
    return descriptor.__get__(module)


class SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the submission's modules before anything else of that name.

    Args:
        names: module name -> the names that `import *` binds.
        libraries: module name -> those of them that are a library's: name -> module and attribute.
    """

    def __init__(
        self, keeper: Any, names: dict[str, list[str]], libraries: Mapping[str, dict[str, tuple[str, str]]] = NOTHING
    ) -> None:
        self.keeper = keeper
        self.names = names
        self.libraries = libraries
        self.executed: dict[str, types.ModuleType] = {}  # the last module of each name
        self.packages = {name[:i] for name in names for i, char in enumerate(name) if char == "."}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.names and name not in self.packages:
            return None
        file = Path(self.keeper.stage, *name.split(".")).with_suffix(".py")
        if self.keeper.on_truth and wants_truth():
            self.keeper.on_truth()
        if name in self.names and not file.exists() and wants_truth():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        spec = importlib.machinery.ModuleSpec(name, self, is_package=name in self.packages, origin=str(file))
        spec.has_location = name in self.names
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        public = self.names.get(spec.name, [])
        named = self.libraries.get(spec.name, {})
        loaded = {name: library_value(*place) for name, place in named.items() if name in public}
        loaded = {name: value for name, value in loaded.items() if value is not None}
        public = [name for name in public if name in loaded or name not in named]
        return SubmissionModule(spec.name, self.keeper, public, loaded)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to execute on this side. Within a test the submission's is: its prints may be what is tested."""
        name = module.__name__
        known = self.executed.get(name)
        self.executed[name] = module
        if self.keeper.active and name in self.names:
            how = "import" if known is None else "again"
            if known:
                self.keeper.classes.reloaded.add(name)
            with contextlib.suppress(SubmissionFailure):  # whoever uses the module is told
                self.keeper.current().ask("execute", [name, how])
        if name not in self.packages and name not in self.keeper.modules:
            self.keeper.modules.append(name)


def library_value(module: str, name: str) -> Any:
    """What a library that this process has loaded has under a name; None where it has none."""
    loaded = sys.modules.get(module)
    return getattr(loaded, name, None) if name else loaded


def by_machinery() -> bool:
    """Whether Python's import system looks at a module."""
    return str(sys._getframe(2).f_globals.get("__name__")).startswith(("importlib.", "_frozen_importlib"))


def how_asked() -> tuple[str, bool]:
    """By which instruction a module is asked for an attribute, and whether that is at the top level of a file."""
    code = sys._getframe(2).f_code
    return dis.opname[code.co_code[sys._getframe(2).f_lasti]], code.co_name == "<module>"


# Global generators of random numbers: where a suite seeds one, and the name of the same in the submission's process.
SEEDS = (
    ("random", "seed", "random.seed"),
    ("numpy.random", "seed", "numpy.random.seed"),
    ("torch", "manual_seed", "torch.manual_seed"),
    ("torch.random", "manual_seed", "torch.manual_seed"),
)


@contextmanager
def seeds_for_both(keeper: Any) -> Iterator[None]:
    """While this lasts, a suite that seeds a global generator seeds that of the submission as well."""

    def both(function: Callable, known_as: str) -> Callable:
        @functools.wraps(function)
        def seed(*arguments: Any, **keywords: Any) -> Any:
            result = function(*arguments, **keywords)
            given = [*arguments, *keywords.values()]
            if len(given) == 1 and isinstance(given[0], (int, np.integer)):
                keeper.seed(known_as, int(given[0]))
            return result

        return seed

    originals = [(sys.modules[module], name, known_as) for module, name, known_as in SEEDS if module in sys.modules]
    functions = [getattr(module, name) for module, name, _ in originals]
    for (module, name, known_as), function in zip(originals, functions, strict=True):
        setattr(module, name, both(function, known_as))
    try:
        yield
    finally:
        for (module, name, _), function in zip(originals, functions, strict=True):
            setattr(module, name, function)


@contextmanager
def sandboxed_imports(
    keeper: Any, names: dict[str, list[str]], libraries: Mapping[str, dict[str, tuple[str, str]]] = NOTHING
) -> Iterator[None]:
    """While this lasts, importing one of `names` gives stand-ins; see `SubmissionFinder`."""
    finder = SubmissionFinder(keeper, names, libraries)
    known = {name: sys.modules.pop(name) for name in [*names, *finder.packages] if name in sys.modules}
    token = ACTIVE.set(keeper)
    sys.meta_path.insert(0, finder)
    try:
        with (
            seeds_for_both(keeper),
            waits_noticed(keeper.waited),
            standins_understood(),
            noted(keeper.patches, lambda: keeper.active),
        ):
            yield
    finally:
        sys.meta_path.remove(finder)
        ACTIVE.reset(token)
        for name in [*names, *finder.packages]:
            sys.modules.pop(name, None)
        sys.modules.update(known)


def in_sandbox(function: F) -> F:
    """Mark a helper of a suite to run beside the submission's code.

    It sees the submission's names and the library modules that the suite has imported, and nothing else of the suite.
    Use it for what must touch the submission's objects from inside, such as finding the layers of a network wherever it
    keeps them. The submission can change what the helper sees and says: its answer is a claim, not evidence, and
    nothing that it returns or contains may be an expected value. Outside of grading the function is called as it is.

    Raises:
        AssignmentError: the function uses variables of an enclosing function, which do not exist over there.
    """
    keeper = ACTIVE.get()
    if keeper is None:
        return function
    code = function.__code__
    where = f"@in_sandbox: {function.__qualname__}"
    if code.co_freevars:
        raise AssignmentError(
            f"{where} uses variables of the function around it ({', '.join(code.co_freevars)}); pass them as arguments"
        )
    try:
        source, used = helper_source(code, code.co_filename)
    except (OSError, SyntaxError) as error:
        raise AssignmentError(f"{where} has no source that can be sent: {error}") from error
    if not source:
        raise AssignmentError(f"{where} must be a function written with def")
    names, values, modules = [], [], []
    for name in used:
        value = function.__globals__.get(name)
        if isinstance(value, (Standin, SubmissionModule)):
            names.append(name)
            values.append(value)
        elif isinstance(value, types.ModuleType):
            modules.append([name, value.__name__])
        elif value is not None:
            raise AssignmentError(
                f"{where} uses {name} of the suite, which does not exist beside the submission; pass it as an argument, "
                "or import its module inside the helper"
            )
    return Deferred(keeper, "helper", [source, function.__name__, names, values, modules])  # type: ignore[return-value]


@functools.lru_cache(maxsize=500)
def helper_source(code: types.CodeType, filename: str) -> tuple[str, list[str]]:
    """The text of a function without its decorators, "" for one that is not written with def, and the names that it uses.

    Args:
        filename: of the code, which it is not compared by.

    Raises:
        OSError, SyntaxError: there is no source.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        return "", []
    definition.decorator_list = []
    flags = __future__.annotations.compiler_flag  # annotations are not looked up
    return ast.unparse(tree), sorted(global_names(compile(tree, "helper", "exec", flags)))


def global_names(code: types.CodeType) -> set[str]:
    """The names that a function, and the functions inside it, look up outside of themselves; no attributes, no own imports."""
    found = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    found.discard("__name__")  # which every class looks up, and every module has
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= global_names(constant)
    return found


def files_for_submission(files: dict[str, bytes], folder: str | None = None) -> str | None:
    """Write files into the box of the process that runs now; return their folder's path, or None outside of grading."""
    keeper = ACTIVE.get()
    if keeper is None:
        return None
    contents = [np.frombuffer(content, np.uint8) for content in files.values()]
    door = keeper.current()
    if folder is not None:
        door.connection.expect(folder)
    return door.ask("write_files", [list(files), contents, folder])
