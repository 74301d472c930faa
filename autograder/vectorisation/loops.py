"""Which loops there are, by what the source says and by what is executed; see the package's docstring."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.errors import AssignmentError, AutograderError
from autograder.standins import in_sandbox
from autograder.vectorisation.beside import count_lines, facts_of

# What hides a loop from those who count lines, by its full name.
TEXT = "runs code that does not stand in the file"
APART = "runs apart from where lines are counted"
LOOKED_UP = "looks up something by a name that does not stand in the file"
HIDING = {
    "numpy.vectorize": "calls a function once per number",
    "numpy.frompyfunc": "makes a function that is called once per number",
    "numpy.apply_along_axis": "calls a function once per row or column",
    "numpy.apply_over_axes": "calls a function once per axis",
    "numpy.fromiter": "takes numbers one after the other",
    "exec": TEXT,
    "eval": TEXT,
    "compile": "makes code that does not stand in the file",
    "sys.settrace": "changes how lines are counted",
    "sys.setprofile": "changes how lines are counted",
    "threading.Thread": APART,
    "threading.Timer": APART,
    "_thread.start_new_thread": APART,
    "concurrent.futures.ThreadPoolExecutor": APART,
    "concurrent.futures.ProcessPoolExecutor": APART,
    "multiprocessing.Process": APART,
    "multiprocessing.Pool": APART,
    "multiprocessing.pool.ThreadPool": APART,
    "os.fork": APART,
    "importlib.import_module": LOOKED_UP,
    "__import__": LOOKED_UP,
    "sys.modules": LOOKED_UP,
    "types.CodeType": "makes code that does not stand in the file",
    "types.FunctionType": "makes a function that does not stand in the file",
}
# What is found by more than a name: see `facts_of`.
FOUND_OTHERWISE = {
    "getattr": LOOKED_UP,
    "vars": LOOKED_UP,
    "__dict__": LOOKED_UP,
    "sub": "calls a function once per match",
    "__code__": "changes the code of a function",
    "co_filename": "changes in which file code stands",
    "f_trace": "changes how lines are counted",
    "f_trace_lines": "changes how lines are counted",
}
# These go through what they are given with a function. If it is one of the submission's own, its lines are counted.
ITERATING = (
    "map", "filter", "functools.reduce", "itertools.starmap", "itertools.accumulate", "itertools.takewhile",
    "itertools.dropwhile", "itertools.filterfalse", "itertools.groupby", "re.sub", "re.subn",
)  # fmt: skip
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
        threads: ids of those that ran when it was read.
    """

    def __init__(
        self,
        folder: str,
        file: str,
        bases: Mapping[str, Sequence[str]],
        units: Sequence[Unit],
        threads: Sequence[int] = (),
    ) -> None:
        self.folder = folder
        self.file = file
        self.bases = bases
        self.units = units
        self.threads = threads
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
                hides = {**HIDING, **FOUND_OTHERWISE}.get(name)
                if hides or not counted:
                    found.add(Loop(self.file, line, self.function_at(line), name, hides or GOES_THROUGH))
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
    folder, file, bases, units, threads = in_sandbox(facts_of)(module, [*HIDING, *ITERATING])
    return Source(folder, file, dict(bases), [Unit(*facts) for facts in units], threads)


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
    return growth_and_hidden_loops(source, make_calls, small, large)[0]


def growth_and_hidden_loops(
    source: Source,
    make_calls: Callable[..., Sequence[Sequence[Any]]],
    small: Mapping[str, int],
    large: Mapping[str, int],
) -> tuple[list[Growth], list[Loop]]:
    """Return what `growing_lines` does, and the calls of functions that hide a loop, however these were looked up."""
    for noun in small:
        if large[noun] <= small[noun]:
            raise AssignmentError(f"growing_lines: {large[noun]} {noun} are not more than {small[noun]}; swap small and large?")
    lines_run(source, make_calls(**small))  # what happens in a first call only, such as an import
    few, hidden = lines_run(source, make_calls(**small))
    found = []
    for noun in small:
        try:
            many, _ = lines_run(source, make_calls(**{**small, noun: large[noun]}))
        except (AutograderError, NotCounted):
            raise
        except Exception:  # noqa: S112  the submission's: see above
            continue
        for (file, line), (name, count) in sorted(many.items()):
            _, before = few.get((file, line), ("", 0))
            if count - before > RUNS_EACH * (large[noun] - small[noun]):
                function = source.function_at(line) if file == source.file else name
                found.append(Growth(file, line, function, noun, (small[noun], large[noun]), (before, count)))
    return found, hidden


class NotCounted(AssertionError):
    """What the submission does keeps its lines from being counted."""


def lines_run(source: Source, calls: Sequence[Sequence[Any]]) -> tuple[dict[tuple[str, int], tuple[str, int]], list[Loop]]:
    """Return the function that each line stands in and how often it ran, by file and line; and calls that hide a loop.

    Raises:
        NotCounted: the submission has stopped the count, or did something apart from it.
    """
    counted, lines, calls_found, apart = in_sandbox(count_lines)(
        source.folder, [list(call) for call in calls], list(source.threads)
    )
    if not counted:
        raise NotCounted("the lines that run could not be counted: something has called sys.settrace")
    if apart:
        raise NotCounted(f"the lines that run could not be counted: {apart[0]}")
    hidden = [
        Loop(file, line, source.function_at(line) if file == source.file else name, what, HIDING[what])
        for file, line, name, what in calls_found
    ]
    return {(file, line): (name, count) for file, line, name, count in lines}, hidden


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
    growing, called = growth_and_hidden_loops(source, make_calls, small, large)
    if own_file_only:
        growing = [growth for growth in growing if growth.file == source.file]
        called = [loop for loop in called if loop.file == source.file]
    if called and not growing:
        raise AssertionError(str(called[0]))
    if growing:
        # The head of a loop runs once for each of what it goes through, its inner loops for products of that.
        raise AssertionError(str(next((growth for growth in growing if growth.once_each), growing[0])))
