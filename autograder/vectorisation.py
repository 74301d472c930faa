"""Python loops where array operations were asked for, found by what the source says and by what is executed.

    def calls(samples, features):
        layer = SoftMaxModule()
        x, dout = np.ones((samples, features)), np.ones((samples, features))
        return [(layer.forward, x), (layer.backward, dout)]

    source = read_source("modules")  # before the test uses the submission
    functions = ["SoftMaxModule.forward", "SoftMaxModule.backward"]
    assert_vectorised(source, functions, calls, {"samples": 4, "features": 3}, {"samples": 40, "features": 30})

The judge is how often each line runs: a line that runs more often for more samples stands in a loop over samples, however it
is written, and a loop over two parameters or three layers does not grow. Lines are counted beside the submission, which makes
the counts a claim. The source is read in the same process before that has imported any of the submission, and shows what
lines do not: calls like np.vectorize whose loop runs in a library, and those by which code could escape from being counted.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.errors import AssignmentError, AutograderError
from autograder.standins import in_sandbox

# What hides a loop from those who count lines, by its full name.
HIDING = {
    "numpy.vectorize": "calls a function once per number",
    "numpy.frompyfunc": "makes a function that is called once per number",
    "numpy.apply_along_axis": "calls a function once per row or column",
    "numpy.fromiter": "takes numbers one after the other",
    "exec": "runs code that does not stand in the file",
    "eval": "runs code that does not stand in the file",
    "compile": "makes code that does not stand in the file",
    "sys.settrace": "changes how lines are counted",
    "sys.setprofile": "changes how lines are counted",
}
# These go through what they are given with a function. If it is one of the submission's own, its lines are counted.
ITERATING = ("map", "filter", "functools.reduce", "itertools.starmap", "itertools.accumulate")
GOES_THROUGH = "goes through its items one after the other"
# How many more runs of a line for each sample more make a loop over samples. Fewer come of a condition met by chance, or of an
# array that is split in halves.
RUNS_EACH = 1 / 4


@dataclass(frozen=True)
class Loop:
    """A loop in the source.

    Attributes:
        function: that it stands in, such as "SoftMaxModule.backward".
        kind: "for loop", "list comprehension", ... or the full name of a function that hides a loop.
        hides: what that function does; empty where executed lines show the loop.
    """

    file: str
    line: int
    function: str
    kind: str
    hides: str = ""

    def __str__(self) -> str:
        what = f"{self.kind} {self.hides}" if self.hides else f"a {self.kind}"
        return f"{self.file}:{self.line} in {self.function}: {what}"


@dataclass(frozen=True)
class Growth:
    """A line that runs more often where there is more of something.

    Attributes:
        noun: of what there is more, such as "samples".
        sizes: how many there were, few and many.
        counts: how often the line ran for each.
    """

    file: str
    line: int
    function: str
    noun: str
    sizes: tuple[int, int]
    counts: tuple[int, int]

    @property
    def once_each(self) -> bool:
        return self.counts[1] - self.counts[0] == self.sizes[1] - self.sizes[0]

    def __str__(self) -> str:
        how = f"once per {singular(self.noun)}" if self.once_each else f"more often for more {self.noun}"
        few, many = self.sizes
        return (
            f"{self.file}:{self.line} in {self.function} runs {how}: "
            f"{self.counts[0]} times for {few} {self.noun}, {self.counts[1]} times for {many}"
        )


def singular(noun: str) -> str:
    return noun.removesuffix("es") if noun.endswith("sses") else noun.removesuffix("s")


@dataclass(frozen=True)
class Unit:
    """A function or method, or the value of a variable or attribute that one may refer to; see `facts_of`."""

    name: str
    first: int
    last: int
    uses: Sequence[str]
    loops: Sequence[tuple[int, str]]
    calls: Sequence[tuple[int, str, bool]]


class Source:
    """What the file of one module says.

    Attributes:
        folder, file: where it lies and its name; empty, as is all else, where there is none or it is no Python.
        units: in the order of the file; one name may stand for several.
        bases: class -> names of its base classes.
    """

    def __init__(self, folder: str, file: str, bases: Mapping[str, Sequence[str]], units: Sequence[Unit]) -> None:
        self.folder = folder
        self.file = file
        self.bases = bases
        self.units = units
        self.by_name: dict[str, list[Unit]] = {}
        for unit in units:
            self.by_name.setdefault(unit.name, []).append(unit)

    def loops(self, functions: Collection[str]) -> list[Loop]:
        """Return the loops in these functions and in all of the file that they may reach, by line.

        Args:
            functions: names such as "softmax" and "SoftMaxModule.backward"; inherited methods are found in base classes.
        """
        found = set()
        for unit in self.reachable(functions):
            for line, kind in unit.loops:
                found.add(Loop(self.file, line, self.function_at(line), kind))
            for line, name, counted in unit.calls:
                if name in HIDING or not counted:
                    found.add(Loop(self.file, line, self.function_at(line), name, HIDING.get(name, GOES_THROUGH)))
        return sorted(found, key=lambda loop: (loop.line, loop.kind))

    def reachable(self, functions: Collection[str]) -> list[Unit]:
        """Return what these functions may use of the file, themselves included; rather too much than too little."""
        todo = [(unit, name.rpartition(".")[0]) for name in functions for unit in self.named(name)]
        found: list[tuple[Unit, str]] = []  # with the class of self
        while todo:
            unit, cls = todo.pop()
            if (unit, cls) not in found:
                found.append((unit, cls))
                todo += [other for use in unit.uses for other in self.used(use, cls)]
        return [unit for unit, _ in found]

    def named(self, name: str) -> list[Unit]:
        """Return what a name such as "softmax" or "SoftMaxModule.backward" stands for, inherited or not."""
        cls, _, member = name.rpartition(".")
        owners = self.ancestry(cls) if cls else [""]
        return [unit for owner in owners for unit in self.by_name.get(f"{owner}.{member}".lstrip("."), [])]

    def used(self, use: str, cls: str) -> list[tuple[Unit, str]]:
        """Return what a name, or ".name" for an attribute of anything, may stand for where self is a cls, with its self."""
        if use.startswith("."):
            own = self.named(f"{cls}{use}") if cls else []
            return [(unit, cls) for unit in own] or [
                (unit, other) for other in self.bases for unit in self.by_name.get(f"{other}{use}", [])
            ]
        of_class = [(unit, cls) for unit in self.named(f"{cls}.{use}")] if cls else []
        return [*of_class, *((unit, "") for unit in self.named(use)), *((unit, use) for unit in self.named(f"{use}.__init__"))]

    def ancestry(self, cls: str) -> list[str]:
        """Return a class of the file and those it inherits from, as far as they stand there too."""
        found: list[str] = []
        todo = [cls] if cls in self.bases else []
        while todo:
            name = todo.pop(0)
            if name not in found:
                found.append(name)
                todo += [base for base in self.bases[name] if base in self.bases]
        return found

    def function_at(self, line: int) -> str:
        """Return the name of the function that a line stands in, or of the variable whose value it is part of."""
        around = [unit for unit in self.units if unit.first <= line <= unit.last]
        return max(around, key=lambda unit: unit.last - unit.first).name if around else "the module"


def read_source(module: str) -> Source:
    """Read the file of a module of the submission, without importing it.

    While grading it is parsed in the process of the test that asks, which ends with it whatever the file does to the parser.
    Ask first: a submission that has been imported can change how its file is read.
    """
    folder, file, bases, units = in_sandbox(facts_of)(module, [*HIDING, *ITERATING])
    return Source(folder, file, dict(bases), [Unit(*facts) for facts in units])


def growing_lines(
    source: Source,
    make_calls: Callable[..., Sequence[Sequence[Any]]],
    small: Mapping[str, int],
    large: Mapping[str, int],
) -> list[Growth]:
    """Return the lines of the submission that run more often for large sizes than for small ones, by noun and line.

    The calls are made for small sizes, and then for each noun with its large size, the others being small. An exception of
    the submission is raised for small sizes; whether it copes with large ones is not the question here.

    Args:
        source: of the module whose folder holds the submission's files; lines of libraries do not count.
        make_calls: takes the sizes by keyword and returns tuples (function, argument, ...), to be called in that order.
        small, large: noun in the plural -> size, for the same nouns, such as {"samples": 4}.

    Raises:
        AssignmentError: a large size is none.
    """
    for noun in small:
        if large[noun] <= small[noun]:
            raise AssignmentError(f"growing_lines: {large[noun]} {noun} are not more than {small[noun]}; swap small and large?")
    lines_run(source, make_calls(**small))  # what happens in a first call only, such as an import
    few = lines_run(source, make_calls(**small))
    found = []
    for noun in small:
        try:
            many = lines_run(source, make_calls(**{**small, noun: large[noun]}))
        except AutograderError:
            raise
        except Exception:  # noqa: S112  the submission's: see above
            continue
        for (file, line), (name, count) in sorted(many.items()):
            _, before = few.get((file, line), ("", 0))
            if count - before > RUNS_EACH * (large[noun] - small[noun]):
                function = source.function_at(line) if file == source.file else name
                found.append(Growth(file, line, function, noun, (small[noun], large[noun]), (before, count)))
    return found


def lines_run(source: Source, calls: Sequence[Sequence[Any]]) -> dict[tuple[str, int], tuple[str, int]]:
    """Return the function that each line stands in and how often it ran, by file and line.

    Raises:
        AssertionError: the submission has stopped the count.
    """
    counted, lines = in_sandbox(count_lines)(source.folder, [list(call) for call in calls])
    if not counted:
        raise AssertionError("the lines that run could not be counted: something has called sys.settrace")
    return {(file, line): (name, count) for file, line, name, count in lines}


def assert_vectorised(
    source: Source,
    functions: Collection[str],
    make_calls: Callable[..., Sequence[Sequence[Any]]],
    small: Mapping[str, int],
    large: Mapping[str, int],
    own_file_only: bool = False,
) -> None:
    """Raise AssertionError, which names the line, where the work of Python grows with the sizes.

    Args:
        source: of the module that the functions stand in; read before the test has used the submission.
        functions: names of what is called, such as "SoftMaxModule.backward".
        make_calls, small, large: see `growing_lines`.
        own_file_only: lines of other files may grow: they are the question of another test.
    """
    __tracebackhide__ = True
    hidden = [loop for loop in source.loops(functions) if loop.hides]
    if hidden:  # no assert statement: pytest would put the values into its message
        raise AssertionError(str(hidden[0]))
    growing = growing_lines(source, make_calls, small, large)
    if own_file_only:
        growing = [growth for growth in growing if growth.file == source.file]
    if growing:
        # The head of a loop runs once for each of what it goes through, its inner loops for products of that.
        raise AssertionError(str(next((growth for growth in growing if growth.once_each), growing[0])))


# What runs beside the submission


def facts_of(module: str, wanted: list) -> list:
    """Return the folder and name of a module's file, its classes with their bases, and its units; without importing it.

    A unit is [name, first line, last line, names it uses, loops, calls]. Attributes are names with a dot before them. A loop
    is [line, kind], a call [line, full name, whether it goes through a shape, or by a function of the file].

    Args:
        wanted: full names of the functions that are looked for; also found where they are mentioned but not called.
    """
    import ast
    import importlib.util
    import os

    spec = importlib.util.find_spec(module)
    if spec is None or not spec.origin:
        return ["", "", [], []]
    try:
        with open(spec.origin, "rb") as file:
            tree = ast.parse(file.read())
    except (SyntaxError, ValueError):  # the import says so better
        return ["", "", [], []]

    kinds = {
        ast.For: "for loop",
        ast.While: "while loop",
        ast.ListComp: "list comprehension",
        ast.SetComp: "set comprehension",
        ast.DictComp: "dict comprehension",
        ast.GeneratorExp: "generator expression",
    }
    nodes = list(ast.walk(tree))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    libraries = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for item in node.names:
                top = item.name.partition(".")[0]
                libraries[item.asname or top] = item.name if item.asname else top
        elif isinstance(node, ast.ImportFrom):
            libraries.update({item.asname or item.name: f"{node.module}.{item.name}" for item in node.names})
            if "*" in libraries:
                whole = f"{node.module}."
                libraries.update({name.removeprefix(whole): name for name in wanted if name.startswith(whole)})
                del libraries["*"]

    def full_name(node):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([libraries.get(node.id, node.id), *reversed(parts)]).removeprefix("builtins.")

    def is_counted(call):
        function, *rest = call.args
        if isinstance(function, ast.Lambda) or full_name(function) in defined or full_name(function).startswith("self."):
            return True
        literals = (ast.Tuple, ast.List)
        return all(isinstance(arg, literals) or ".shape" in ast.unparse(arg) for arg in rest)

    def unit(name, node):
        parts: list = list(ast.walk(node))
        counted = {id(part.func) for part in parts if isinstance(part, ast.Call) and part.args and is_counted(part)}
        names = [part for part in parts if isinstance(part, (ast.Name, ast.Attribute))]
        uses = {part.id if isinstance(part, ast.Name) else f".{part.attr}" for part in names}
        loops = [[part.lineno, kinds[type(part)]] for part in parts if type(part) in kinds]
        calls = [[part.lineno, full_name(part), id(part) in counted] for part in names if full_name(part) in wanted]
        first = min(part.lineno for part in [node, *getattr(node, "decorator_list", ())])
        return [name, first, node.end_lineno, sorted(uses), loops, calls]

    classes, units = [], []

    def collect(statements, prefix):
        for node in statements:
            if isinstance(node, ast.FunctionDef):
                units.append(unit(prefix + node.name, node))
                for part in ast.walk(node) if prefix else ():
                    if isinstance(part, ast.Assign):
                        names = [full_name(target) for target in part.targets]
                        own = [name.partition(".")[2] for name in names if name.startswith("self.")]
                        units.extend(unit(prefix + name, part.value) for name in own)
            elif isinstance(node, ast.ClassDef):
                classes.append([node.name, [full_name(base) for base in node.bases]])
                collect(node.body, f"{node.name}.")
            elif isinstance(node, ast.Assign):
                units.extend(unit(prefix + target.id, node) for target in node.targets if isinstance(target, ast.Name))
            else:
                for field in ("body", "orelse", "finalbody"):  # of a condition, for instance
                    collect(getattr(node, field, ()), prefix)

    collect(tree.body, "")
    return [os.path.dirname(spec.origin), os.path.basename(spec.origin), classes, units]


def count_lines(folder: str, calls: list) -> list:
    """Make the calls, lists [function, argument, ...]; return whether lines were counted to the end, and how often each ran.

    A line that is a loop of its own counts for each time that it goes round. Lines of files in `folder` count, and those of
    code that came from a text: [file name, line, function, times].
    """
    import os
    import sys

    counts: dict = {}

    def trace(frame, event, argument):
        file = frame.f_code.co_filename
        if os.path.dirname(file) != folder and not (file.startswith("<") and not file.startswith("<frozen")):
            return None
        if event == "line":
            line = counts.setdefault((os.path.basename(file), frame.f_lineno), [frame.f_code.co_name, 0])
            line[1] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for function, *arguments in calls:
            function(*arguments)
        counted = sys.gettrace() is trace
    finally:
        sys.settrace(before)
    return [counted, [[*place, *line] for place, line in counts.items()]]
