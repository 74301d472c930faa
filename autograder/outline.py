"""What a module defines, read from its source without running it: its outline.

The reference is read in the grader's own process. A submission is read in the disposable interpreter that also compiles it,
because a hostile file can crash a parser; so this file needs the standard library only, and little of it: it takes longer to
load `dataclasses` than to read a file. An outline is plain data.
"""

import ast
import contextlib
from collections.abc import Iterator

MAX_NAMES = 5000  # of one module; what comes after them is not listed, and the module counts as open
MAX_LENGTH = 200  # characters of a name
# Calls that make a class, by the last part of the function's name.
CLASS_MAKERS = ("namedtuple", "NamedTuple", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "make_dataclass", "TypedDict")
# What code may use to bind a name of a module without naming it.
BINDERS = {"globals", "vars", "setattr", "delattr", "exec", "eval", "reload", "__dict__", "__globals__", "f_globals", "modules"}
# What makes a context manager that swallows exceptions without a word of its own, and methods that are bound by other names.
SWALLOWERS = ("suppress", "ExitStack", "AsyncExitStack", "raises", "__exit__", "__aexit__")
DATACLASS_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")


class Outline:
    """What a module defines at its top level.

    Attributes:
        names: name -> kind and details: ["function"], ["class", bases, decorators, special methods, computed attributes],
            ["alias", dotted name], ["import", module, attribute or ""], ["value"], with "None", "True" or "False" where it
            is that.
        exported: its `__all__`, if that can be read.
        stars: modules of which it imports all names.
        open: it may have names that are not listed.
        bound_again: names that are bound more than once, or from within a function.
        swallows: it has a context manager that may swallow exceptions.
        lines: qualified name of a function or class -> its first and last line, decorators included.
    """

    def __init__(
        self,
        names: dict[str, list] | None = None,
        exported: list[str] | None = None,
        stars: list[str] | None = None,
        open: bool = False,
        bound_again: list[str] | None = None,
        swallows: bool = False,
        lines: dict[str, list[int]] | None = None,
    ) -> None:
        self.names = names or {}
        self.exported = exported
        self.stars = stars or []
        self.open = open
        self.bound_again = bound_again or []
        self.swallows = swallows
        self.lines = lines or {}


class Reader:
    """Reads the outline of one module.

    Args:
        package: dotted name of the package that the module lies in, for relative imports; "" at the top.
    """

    def __init__(self, package: str = "") -> None:
        self.package = package
        self.outline = Outline()
        self.again: set[str] = set()

    def read(self, tree: ast.Module) -> Outline:
        self.block(tree.body)
        self.whole(tree)
        self.places(tree.body, "")
        self.outline.bound_again = sorted(self.again & set(self.outline.names))
        return self.outline

    def bind(self, name: str, *entry: object) -> None:
        names = self.outline.names
        if name in names:
            self.again.add(name)
        if len(name) > MAX_LENGTH or (name not in names and len(names) >= MAX_NAMES):
            self.outline.open = True
            return
        names[name] = list(entry)

    def block(self, body: list[ast.stmt], loop: bool = False) -> None:
        for statement in body:
            before = set(self.outline.names)
            self.statement(statement)
            if loop:
                self.again |= set(self.outline.names) - before

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.bind(node.name, "function")
            if node.name == "__getattr__":
                self.outline.open = True
            return
        if isinstance(node, ast.ClassDef):
            decorators = [dotted(part.func if isinstance(part, ast.Call) else part) for part in node.decorator_list]
            self.bind(node.name, "class", [dotted(base) for base in node.bases], decorators, specials(node), computed(node))
            return
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports(node)
        elif isinstance(node, ast.Assign):
            first, *others = node.targets
            self.target(first, node.value)
            for target in others:
                same = isinstance(first, ast.Name) and isinstance(target, ast.Name)
                self.target(target, first if same else node.value)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.target(node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name):
                self.exports(node.target.id, node.value, more=True)
                self.again.add(node.target.id)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self.outline.names.pop(target.id, None)
        elif isinstance(node, ast.If):
            chosen = decided(node.test)
            if chosen is not False:
                self.block(node.body)
            if chosen is not True:
                self.block(node.orelse)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.target(node.target, None)
            self.block([*node.body, *node.orelse], loop=True)
        elif isinstance(node, ast.While):
            self.block([*node.body, *node.orelse], loop=True)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    self.target(item.optional_vars, None)
            self.block(node.body)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            block: ast.Try = node  # type: ignore[assignment]  # `except*` has the same parts
            for part in (block.body, *(handler.body for handler in block.handlers), block.orelse, block.finalbody):
                self.block(part)
        elif isinstance(node, ast.Match):
            for pattern in ast.walk(node):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(pattern, ast.pattern) and isinstance(name, str):
                    self.bind(name, "value")
            for case in node.cases:
                self.block(case.body)
        elif type(node).__name__ == "TypeAlias":
            self.bind(node.name.id, "value")  # type: ignore[attr-defined]
        if isinstance(node, (ast.Expr, ast.Assign)):
            self.walruses(node.value)
        elif isinstance(node, (ast.If, ast.While)):
            self.walruses(node.test)

    def walruses(self, expression: ast.expr) -> None:
        for part in ast.walk(expression):
            if isinstance(part, ast.NamedExpr):
                self.target(part.target, None)

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.bind(alias.asname or alias.name.partition(".")[0], "import",
                          alias.name if alias.asname else alias.name.partition(".")[0], "")  # fmt: skip
            return
        module = node.module or ""
        if node.level:
            parents = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
            module = ".".join(filter(None, [*parents, module]))
        for alias in node.names:
            if alias.name == "*":
                self.outline.stars.append(module)
            else:
                self.bind(alias.asname or alias.name, "import", module, alias.name)

    def target(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self.target(part, None)
        elif isinstance(target, ast.Starred):
            self.target(target.value, None)
        elif isinstance(target, ast.Name):
            if value is not None:
                self.exports(target.id, value)
            self.bind(target.id, *entry_of(value))

    def exports(self, name: str, value: ast.expr, more: bool = False) -> None:
        if name != "__all__":
            return
        try:
            listed = ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            self.outline.exported = None
            return
        if isinstance(listed, (list, tuple)) and all(isinstance(part, str) for part in listed):
            self.outline.exported = [*(self.outline.exported or [] if more else []), *listed][:MAX_NAMES]

    def whole(self, tree: ast.Module) -> None:
        """What is done to the module's names from anywhere in the file."""
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.outline.swallows |= may_swallow(node)
            elif isinstance(node, ast.Global):
                self.again.update(node.names)
            elif isinstance(node, ast.Attribute):
                self.outline.swallows |= node.attr in SWALLOWERS
                if node.attr in BINDERS:
                    self.again.update(self.outline.names)
                elif not isinstance(node.ctx, ast.Load):
                    self.again.add(node.attr)
            elif isinstance(node, ast.alias):
                self.outline.swallows |= node.name in SWALLOWERS
            elif isinstance(node, ast.Name) and node.id in SWALLOWERS:
                self.outline.swallows = True
            elif isinstance(node, ast.Name) and node.id in BINDERS:
                self.again.update(self.outline.names)
                if node.id in ("globals", "exec", "vars"):
                    self.outline.open = True

    def places(self, body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and len(self.outline.lines) < MAX_NAMES:
                first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
                self.outline.lines[prefix + node.name] = [first, node.end_lineno or first]
                if isinstance(node, ast.ClassDef) and len(prefix) < MAX_LENGTH:
                    self.places(node.body, f"{prefix}{node.name}.")


def outline_of(source: str | bytes, package: str = "") -> Outline:
    """Return the outline of a module.

    Raises:
        SyntaxError: this is no Python.
        ValueError, RecursionError, MemoryError: no parser takes it.
    """
    return Reader(package).read(ast.parse(source))


def decided(test: ast.expr) -> bool | None:
    """What a condition is sure to be while a module is imported; None if that is open."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if dotted(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
        return False
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__":
        return False if isinstance(test.ops[0], ast.Eq) and ast.unparse(test.comparators[0]) == "'__main__'" else None
    return None


def entry_of(value: ast.expr | None) -> tuple:
    """What an assignment binds, as far as its right side tells."""
    if isinstance(value, ast.Lambda):
        return ("function",)
    if isinstance(value, ast.Call):
        maker = dotted(value.func).rpartition(".")[2]
        if maker in CLASS_MAKERS or (maker == "type" and len(value.args) == 3):
            return ("class", [], [], ["__eq__"])
    if isinstance(value, (ast.Name, ast.Attribute)) and dotted(value):
        return ("alias", dotted(value))
    if isinstance(value, ast.Constant) and any(value.value is singleton for singleton in (None, True, False)):
        return ("value", repr(value.value))
    return ("value",)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text, also with an index behind it (`Generic[T]`); "" for any other expression."""
    parts: list[str] = []
    if isinstance(node, ast.Subscript):
        node = node.value
    while isinstance(node, ast.Attribute) and len(parts) < 20:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)])[: 5 * MAX_LENGTH] if isinstance(node, ast.Name) else ""


def specials(node: ast.ClassDef) -> list[str]:
    """The special methods that a class defines in its body, and those that its decorators add."""
    found = [part.name for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for part in node.body:
        if isinstance(part, ast.Assign):
            found += [target.id for target in part.targets if isinstance(target, ast.Name)]
    for decorator in node.decorator_list:
        name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator).rpartition(".")[2]
        flags = {word.arg: word.value for word in decorator.keywords} if isinstance(decorator, ast.Call) else {}
        if name == "total_ordering":
            found += DATACLASS_ORDER
        elif name == "dataclass" or {"order", "eq", "frozen"} & set(flags):
            found += ["__eq__"]
            if "order" in flags and decided(flags["order"]) is not False:
                found += DATACLASS_ORDER
    return [name for name in found if name.startswith("__") and name.endswith("__")][:MAX_LENGTH]


def may_swallow(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a context manager may swallow exceptions by this method or generator; another function may seem to."""
    if function.name in ("__exit__", "__aexit__"):
        returned = [part.value for part in ast.walk(function) if isinstance(part, ast.Return) and part.value]
        return any(not isinstance(value, ast.Constant) or bool(value.value) for value in returned)
    blocks = [part for part in ast.walk(function) if isinstance(part, (ast.With, ast.AsyncWith, ast.Try))]
    guarded = [part for part in blocks if not isinstance(part, ast.Try) or part.handlers]
    return any(isinstance(inner, ast.Yield) for part in guarded for inner in ast.walk(part))


def computed(node: ast.ClassDef) -> list[str]:
    """Other names that a class defines by code: methods and properties, and what a call has made."""
    found = [part.name for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for part in node.body:
        if isinstance(part, (ast.Assign, ast.AnnAssign)) and isinstance(part.value, (ast.Call, ast.Lambda, ast.Name)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            found += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in found if not name.startswith("__") and len(name) <= MAX_LENGTH][:MAX_LENGTH]


def exports(outlines: dict[str, Outline], module: str, depth: int = 0) -> list[str]:
    """What `from module import *` binds: its `__all__`, or all that has no underscore."""
    outline = outlines.get(module)
    if outline is None or depth > 5:
        return []
    if outline.exported is not None:
        return outline.exported
    found = [name for name in outline.names if not name.startswith("_")]
    for star in outline.stars:
        found += [name for name in exports(outlines, star, depth + 1) if name not in found]
    return found


def libraries(outlines: dict[str, Outline], module: str) -> dict[str, tuple[str, str]]:
    """What a module imports from elsewhere than these modules: its name there -> module and attribute."""
    outline = outlines.get(module)
    found = outline.names.items() if outline else ()
    return {name: (entry[1], entry[2]) for name, entry in found if entry[0] == "import" and not is_among(entry, outlines)}


def is_among(entry: list, outlines: dict[str, Outline]) -> bool:
    """Whether what is imported is one of these modules, a package of theirs, or something in one."""
    return any(entry[1] in (module, module.partition(".")[0]) for module in outlines)


def inherited_specials(outlines: dict[str, Outline]) -> Iterator[tuple[str, str]]:
    """The (class, special method) pairs of all classes, those included that a class has from a base in these modules."""
    return inherited(outlines, 3)


def computed_attributes(outlines: dict[str, Outline]) -> Iterator[tuple[str, str]]:
    """The (class, attribute) pairs of all other methods, properties and the like."""
    return inherited(outlines, 4)


def inherited(outlines: dict[str, Outline], part: int) -> Iterator[tuple[str, str]]:
    """The names in one part of the entries of all classes and of their bases here."""
    classes: dict[str, list[list]] = {}  # several modules may have classes of one name
    for outline in outlines.values():
        for name, entry in outline.names.items():
            if entry[0] == "class":
                classes.setdefault(name, []).append(entry)

    def of(name: str, depth: int) -> Iterator[str]:
        for entry in classes.get(name.rpartition(".")[2], ()) if depth <= 20 else ():
            yield from entry[part] if len(entry) > part else ()
            for base in entry[1]:
                yield from of(base, depth + 1)

    for name in classes:
        for method in dict.fromkeys(of(name, 0)):
            yield name, method


def outlines_of(sources: dict[str, str | bytes]) -> dict[str, Outline]:
    """The outlines of modules in this process, for files that are trusted; a file that does not parse has none."""
    found = {}
    for module, source in sources.items():
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            found[module] = outline_of(source, module.rpartition(".")[0])
    return found
