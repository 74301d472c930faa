"""Read assignment.toml into checked dataclasses. Each error message names the key that is wrong."""

import re
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from autograder.errors import AssignmentError
from autograder.patterns import found, matches
from autograder.sandbox.limits import Limits

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "assignment.toml"
MAX_POINTS = 1e9  # of one test; a larger number is a mistake, and sums of it would lose the decimals
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")


@dataclass(frozen=True)
class Suite:
    """A folder or file of tests.

    Attributes:
        name: as assignment.toml writes it, relative to the assignment.
        path: where it is.
        show_output: whether students see what their code prints in these tests.
        show_values: whether messages give the values that were compared.
        show_hints: whether students read what explains a failed test: a relation to the right answer, the hint of a mistake.
        visibility: Gradescope's, for tests that say nothing themselves.
        public: whether students get it, in the handout zip.
        inside: whether its tests run whole in the process of the submission, or the ids of those that do, relative to it.
    """

    name: str
    path: Path
    show_output: bool = True
    show_values: bool = True
    show_hints: bool = False
    visibility: str | None = None
    public: bool = False
    inside: bool | tuple[str, ...] = False


@dataclass(frozen=True)
class Part:
    """Tests whose number starts with `number`, and the points they add up to.

    Attributes:
        stands_on: numbers of other parts, whose errors are not to cost points here again; see `grading/carried.py`.
        twins: file of the submission -> where that lies which stands in for it when another part is graded again, relative to
            the assignment.
    """

    number: str
    title: str
    points: float
    stands_on: tuple[str, ...] = ()
    twins: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SandboxConfig:
    """How submissions run.

    Attributes:
        preload: what the fork server imports once.
        hidden: paths below the installed packages that a submission must not read.
        copy_arguments: whether arrays of a suite are passed as copies. Otherwise what the submission writes into them is
            seen by the suite, as in one process, and shifts whatever the suite derives from them afterwards.
    """

    preload: tuple[str, ...] = ("numpy",)
    hidden: tuple[str, ...] = ()
    copy_arguments: bool = False


@dataclass(frozen=True)
class Restriction:
    """What some files of a submission may use.

    Attributes:
        files: patterns of the files that are meant.
        libraries: that they may import beside Python's own and the submission's files; None: any.
        forbidden: dotted names of functions and classes that they may not use, such as "torch.autograd.grad".
        enforce: whether tests fail that use something else. Otherwise it is only told.
    """

    files: tuple[str, ...]
    libraries: tuple[str, ...] | None = None
    forbidden: tuple[str, ...] = ()
    enforce: bool = True


@dataclass(frozen=True)
class Policies:
    """What becomes of submissions that are late, many, or soon after each other; `gradescope/policies.py` applies it.

    Attributes:
        max_submissions: that are graded of one student or group; None for any number.
        cooldown_minutes: between two submissions that are graded.
        grace_minutes: by which every date is put off from which lateness is counted.
        late_percent_per_day, late_percent_per_hour, late_points_per_day, late_points_per_hour: taken off for each started
            day of 24 hours, or hour; one of them at most.
        late_percent_of: "maximum" of all tests, or points "reached". Of the maximum a day costs everybody the same, is known
            before handing in, and tells nothing of what hidden tests gave.
        late_floor_points: no penalty takes a score below this.
        late_cutoff_hours: after the due date, beyond which nothing is graded.
        refuse_after_late_due_date: nothing is graded after Gradescope's late due date. Gradescope itself takes nothing then,
            except from staff, who have their reasons; hence the default.
        keep_best: whether an earlier submission's higher score counts.
    """

    max_submissions: int | None = None
    cooldown_minutes: float = 0
    grace_minutes: float = 0
    late_percent_per_day: float | None = None
    late_percent_per_hour: float | None = None
    late_points_per_day: float | None = None
    late_points_per_hour: float | None = None
    late_percent_of: str = "maximum"
    late_floor_points: float = 0
    late_cutoff_hours: float | None = None
    refuse_after_late_due_date: bool = False
    keep_best: bool = False


@dataclass(frozen=True)
class HollowTest:
    """A test that may give points to a hollow submission, or a file or class of such tests, by pytest's id; and why."""

    test: str
    why: str


LATE_RATES = ("late_percent_per_day", "late_percent_per_hour", "late_points_per_day", "late_points_per_hour")
YEAR_HOURS = 366 * 24  # a longer time in [policies] is a mistake in its unit
POLICY_RANGES: dict[str, tuple[float, float]] = {
    "max_submissions": (1, MAX_POINTS),
    "cooldown_minutes": (0, 60 * YEAR_HOURS),
    "grace_minutes": (0, 60 * YEAR_HOURS),
    "late_percent_per_day": (0, 100),
    "late_percent_per_hour": (0, 100),
    "late_points_per_day": (0, MAX_POINTS),
    "late_points_per_hour": (0, MAX_POINTS),
    "late_floor_points": (-MAX_POINTS, MAX_POINTS),
    "late_cutoff_hours": (0, YEAR_HOURS),
}


@dataclass(frozen=True)
class Assignment:
    """An assignment's folder."""

    folder: Path
    title: str
    files: tuple[str, ...]
    support: tuple[str, ...] = ()
    taken: dict[str, str] = field(default_factory=dict)  # support file -> where it lies, if that is not beside the reference
    exact_places: bool = False  # whether a file counts in the very place only that its name says
    root: str = ""  # the folder below the submission in which its modules are, such as "src"; its names begin there
    also: tuple[str, ...] = ()  # patterns of further files that a submission may hold, for its own imports
    reference: str | None = None
    skeleton: str | None = None
    handout: str | None = None
    suites: tuple[Suite, ...] = ()
    parts: tuple[Part, ...] = ()
    limits: Limits = field(default_factory=Limits)
    sandbox: SandboxConfig = field(default_factory=SandboxConfig)
    policies: Policies = field(default_factory=Policies)
    restrictions: tuple[Restriction, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)  # for the suites alone: data sets, thresholds
    leaks_allowed: tuple[str, ...] = ()  # lines that may stand in the handout zip although they look like a leak
    hollow_allowed: tuple[HollowTest, ...] = ()  # tests that give points to submissions whose functions do nothing
    leaks_unread: tuple[str, ...] = ()  # patterns of files that may stand there although nobody can read them
    variants: bool = False  # whether each student has individual numbers
    variant_secret: str = "variants.secret"  # noqa: S105  the name of the file that they are made of
    include: tuple[str, ...] = ()  # further files and folders that grading on Gradescope needs, such as a data set
    extra_index_url: str | None = None  # of packages, when Gradescope makes its image: one with the CPU builds of torch, say

    def support_files(self) -> dict[str, Path]:
        """Name -> the file: beside the reference's files, or where several assignments take it from."""
        files = {name: self.folder / (self.reference or ".") / name for name in self.support}
        for name, place in self.taken.items():
            if not files[name].is_file():  # the autograder zip has it there, and nothing of the place it was taken from
                files[name] = (self.folder / place).resolve()
        return files

    def helper_files(self, folder: Path) -> list[str]:
        """The files in a folder that a submission may hold beside those that are asked for."""
        return [name for name in found(folder, self.also) if name not in self.files and name not in self.support]

    def module_name(self, file: str) -> str:
        """By which name a Python file of the submission, or a support file, is imported."""
        name = file.removeprefix(f"{self.root}/") if self.root else file
        return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def secret(self) -> bytes:
        """The course's secret, which the variants are made of.

        Raises:
            AssignmentError: its file is not there or cannot be read.
        """
        path = self.folder / self.variant_secret
        try:
            return path.read_bytes().strip()
        except OSError as error:
            raise AssignmentError(
                f"{path}: {error.strerror}. variants = true needs a secret file, the same for the whole course and known to "
                f"nobody else; make one with: python -c 'import secrets; print(secrets.token_hex())' > {self.variant_secret}"
            ) from error


def load(folder: Path) -> Assignment:
    """Read the assignment in a folder.

    Raises:
        AssignmentError: there is none, or something in it is wrong.
    """
    path = folder / FILE
    try:
        document = TomlTable(path, read(path))
    except FileNotFoundError:
        raise AssignmentError(f"{folder} has no {FILE}; give the assignment's folder with --assignment") from None
    submission, gradescope, leaks = map(document.table, ("submission", "gradescope", "leaks"))
    support = support_places(submission)
    assignment = Assignment(
        folder=folder.resolve(),
        title=document.take("title", str),
        reference=document.take("reference", str, None),
        skeleton=document.take("skeleton", str, None),
        handout=document.take("handout", str, None),
        files=tuple(submission.strings("files")),
        support=tuple(support),
        taken={name: place for name, place in support.items() if place},
        exact_places=submission.take("exact_places", bool, False),
        root=submission.take("root", str, "").strip("/"),
        also=tuple(submission.strings("also", ())),
        suites=tuple(
            Suite(
                name=(name := suite.take("path", str)),
                path=folder.resolve() / name,
                show_output=suite.take("show_output", bool, True),
                show_values=suite.take("show_values", bool, True),
                visibility=suite.take("visibility", str, None),
                public=(public := suite.take("public", bool, False)),
                show_hints=hints(suite, public),
                inside=inside(suite),
            )
            for suite in document.tables("suites")
        ),
        parts=tuple(map(part, document.tables("parts"))),
        limits=limits(document.table("limits")),
        sandbox=sandbox(document.table("sandbox")),
        policies=policies(document.table("policies")),
        restrictions=tuple(map(restriction, document.tables("restrictions"))),
        settings=document.take("settings", dict, {}),
        hollow_allowed=tuple(map(hollow_test, document.tables("hollow"))),
        leaks_allowed=tuple(leaks.strings("allowed", ())),
        leaks_unread=tuple(leaks.strings("unread", ())),
        variants=document.take("variants", bool, Assignment.variants),
        variant_secret=document.take("variant_secret", str, Assignment.variant_secret),
        include=tuple(gradescope.strings("include", ())),
        extra_index_url=gradescope.take("extra_index_url", str, None),
    )
    document.finish()
    check(assignment, path)
    return assignment


def read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path}: {error}") from error


def settings_above(file: Path) -> dict[str, Any]:
    """The table [settings] for a suite that plain pytest runs: that of the nearest assignment.toml above its file.

    Nothing else there is looked at: what students have of an assignment is not all that it names.

    Raises:
        AssignmentError: there is none above it, or it cannot be read.
    """
    path = next((folder / FILE for folder in file.parents if (folder / FILE).is_file()), None)
    if path is None:
        raise AssignmentError(f"{file} uses [settings], and no folder above it has an {FILE}; add one")
    return TomlTable(path, read(path)).take("settings", dict, {})


def belongs(number: str | None, part: str) -> bool:
    """Whether a test's number is `part` or lies below it: 5.2.1 and 5.2a belong to 5.2 and to 5."""
    return number is not None and re.fullmatch(rf"{re.escape(part)}([a-z]|\..*)?", number) is not None


def support_places(submission: "TomlTable") -> dict[str, str]:
    """Return for each support file where it is taken from, relative to the assignment; "" for one beside the reference."""
    found = {}
    for number, entry in enumerate(submission.take("support", list, ())):
        place = f"support[{number}]"
        if isinstance(entry, dict):
            table = submission.child(entry, f"{submission.prefix}{place}.")
            name, source = table.take("file", str), table.take("from", str)
            if not source or source.startswith("/") or "\\" in source:
                raise AssignmentError(
                    f"{table.place('from')} is {source!r}; it must be a path relative to the assignment's folder"
                )
        elif isinstance(entry, str):
            name, source = entry, ""
        else:
            raise AssignmentError(
                f"{submission.place(place)} is {entry!r}; it must be the name of a file, or for a file in another folder "
                '{ file = "data.py", from = "../shared/data.py" }'
            )
        if name in found:
            raise AssignmentError(f"{submission.place(place)} is {name}, which is listed already; remove one of them")
        found[name] = source
    return found


def part(table: "TomlTable") -> Part:
    twins = table.take("twins", dict, {})
    for name, place in twins.items():
        if not isinstance(place, str) or not place or place.startswith("/"):
            raise AssignmentError(
                f"{table.place('twins')}: {name} is {place!r}; name a file, relative to the assignment's folder"
            )
    return Part(
        number=table.take("number", str),
        title=table.take("title", str),
        points=float(table.take("points", (int, float))),
        stands_on=tuple(table.strings("stands_on", ())),
        twins=twins,
    )


def inside(table: "TomlTable") -> bool | tuple[str, ...]:
    if isinstance(table.data.get("inside"), list):
        return tuple(table.strings("inside"))
    return table.take("inside", bool, False)


def hints(table: "TomlTable", public: bool) -> bool:
    """Whether hints are shown: by default those of public tests, since a hint gives away what a hidden test asks."""
    shown: bool | None = table.take("show_hints", bool, None)
    return public if shown is None else shown


def hollow_test(table: "TomlTable") -> HollowTest:
    allowed = HollowTest(table.take("test", str), table.take("why", str))
    if not allowed.why.strip():
        raise AssignmentError(
            f"{table.place('why')} is empty; say why the test may give points to a submission that does nothing"
        )
    return allowed


def limits(table: "TomlTable") -> Limits:
    values = {item.name: table.take(item.name, (int, float), None) for item in fields(Limits)}
    given = {name: value for name, value in values.items() if value is not None}
    for name, value in given.items():
        if value <= 0:
            raise AssignmentError(f"{table.place(name)} is {value}; it must be above 0")
    made = Limits(**given)
    if made.wall_seconds is not None and made.wall_seconds < made.test_seconds:
        raise AssignmentError(
            f"{table.place('wall_seconds')} is {made.wall_seconds:g}; it must be at least test_seconds, which is "
            f"{made.test_seconds:g}: no process uses a second of the processor in less than a second"
        )
    return made


def sandbox(table: "TomlTable") -> SandboxConfig:
    return SandboxConfig(
        preload=tuple(table.strings("preload", ("numpy",))),
        hidden=tuple(table.strings("hidden", ())),
        copy_arguments=table.take("copy_arguments", bool, False),
    )


def restriction(table: "TomlTable") -> Restriction:
    libraries = table.strings("libraries", None) if "libraries" in table.data else None
    found = Restriction(
        files=tuple(table.strings("files")),
        libraries=None if libraries is None else tuple(libraries),
        forbidden=tuple(table.strings("forbidden", ())),
        enforce=table.take("enforce", bool, True),
    )
    if found.libraries is None and not found.forbidden:
        raise AssignmentError(f"{table.place('files')} has no restriction; add libraries, forbidden, or both")
    for name in found.libraries or ():
        if not name.isidentifier():
            raise AssignmentError(f'{table.place("libraries")} contains "{name}"; write top-level modules, such as "torch"')
    for name in found.forbidden:
        if "." not in name or not all(part.isidentifier() for part in name.split(".")):
            raise AssignmentError(
                f'{table.place("forbidden")} contains "{name}"; write functions and classes, such as "torch.autograd.grad"; '
                "to forbid a whole library, leave it out of libraries"
            )
    return found


def policies(table: "TomlTable") -> Policies:
    kinds: dict[str, Any] = dict.fromkeys(POLICY_RANGES, (int, float))
    kinds |= {"max_submissions": int, "late_percent_of": str, "refuse_after_late_due_date": bool, "keep_best": bool}
    values = {name: table.take(name, kind, None) for name, kind in kinds.items()}
    given = {name: value for name, value in values.items() if value is not None}
    for name, (least, most) in POLICY_RANGES.items():
        if name in given and not least <= given[name] <= most:
            raise AssignmentError(f"{table.place(name)} is {given[name]}; it must be between {least:g} and {most:g}")
    share = given.get("late_percent_of", "maximum")
    if share not in ("maximum", "reached"):
        raise AssignmentError(f'{table.place("late_percent_of")} is "{share}"; it must be "maximum" or "reached"')
    rates = [name for name in LATE_RATES if name in given]
    if len(rates) > 1:
        raise AssignmentError(f"{table.place(rates[1])} and {rates[0]} cannot be combined; keep one of them")
    percent = [name for name in LATE_RATES if "percent" in name]
    for name, others in {
        "late_percent_of": percent,
        "late_floor_points": LATE_RATES,
        "grace_minutes": (*LATE_RATES, "late_cutoff_hours", "refuse_after_late_due_date"),
    }.items():
        if name in given and not any(other in given for other in others):
            raise AssignmentError(f"{table.place(name)} has no effect without {' or '.join(others)}; add one, or remove it")
    return Policies(**given)


def check(assignment: Assignment, path: Path) -> None:
    """Check what one key cannot say alone."""
    if not assignment.files:
        raise AssignmentError(f"{path}: submission.files is empty; name the files that students hand in")
    roots = (assignment.root,) if assignment.root else ()
    for name in (*assignment.files, *assignment.support, *assignment.also, *roots):
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            raise AssignmentError(f"{path}: {name!r} is not a relative path below the submission")
    both = set(assignment.files) & set(assignment.support)
    if both:
        raise AssignmentError(f"{path}: {', '.join(sorted(both))} cannot be both a submitted and a support file")
    for name, file in assignment.support_files().items():
        if not file.is_file():
            raise AssignmentError(f"{path}: the support file {name} is not at {file}")
    for number, restriction in enumerate(assignment.restrictions):
        for pattern in restriction.files:
            if not any(matches(name, [pattern]) for name in assignment.files) and not assignment.also:
                raise AssignmentError(
                    f'{path}: restrictions[{number}].files contains "{pattern}", which matches no submitted file'
                )
    check_parts(assignment, path)
    if not assignment.suites:
        raise AssignmentError(f"{path}: there is no [[suites]]; name at least one folder of tests")
    for suite in assignment.suites:
        if not suite.path.exists():
            raise AssignmentError(f"{path}: the suite {suite.name} does not exist")
        if suite.visibility not in (None, *VISIBILITIES):
            raise AssignmentError(f"{path}: visibility is {suite.visibility!r}; it must be one of {', '.join(VISIBILITIES)}")


def check_parts(assignment: Assignment, path: Path) -> None:
    """Check what parts say of each other."""
    parts = {part.number: part for part in assignment.parts}
    for index, part in enumerate(assignment.parts):
        for name, place in part.twins.items():
            if name not in assignment.files:
                raise AssignmentError(f"{path}: parts[{index}].twins names {name}, which is not a submitted file")
            if not (assignment.folder / place).is_file():
                raise AssignmentError(f"{path}: parts[{index}].twins: there is no file {place} for {name}")
        for number in part.stands_on:
            if number == part.number or number not in parts:
                raise AssignmentError(
                    f'{path}: parts[{index}].stands_on contains "{number}", but no other part has this number'
                )
            if not parts[number].twins:
                raise AssignmentError(
                    f"{path}: parts[{index}] stands on part {number}, which has no twins; add them there: "
                    'twins = { "FILE" = "twins/FILE" }'
                )


class TomlTable:
    """A table of the file that knows where it stands and what nobody has asked for yet."""

    REQUIRED = object()

    def __init__(self, path: Path, data: dict[str, Any], prefix: str = "") -> None:
        self.path = path
        self.data = dict(data)
        self.prefix = prefix
        self.children: list[TomlTable] = []

    def place(self, key: str) -> str:
        return f"{self.path}: {self.prefix}{key}"

    def take(self, key: str, kind: Any, default: Any = REQUIRED) -> Any:
        """Return the value of a key, of the given kind."""
        if key not in self.data:
            if default is self.REQUIRED:
                raise AssignmentError(f"{self.place(key)} is missing")
            return default
        value = self.data.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            wanted = " or ".join(item.__name__ for item in (kind if isinstance(kind, tuple) else (kind,)))
            raise AssignmentError(f"{self.place(key)} is {value!r}; it must be of type {wanted}")
        return value

    def strings(self, key: str, default: Any = REQUIRED) -> Any:
        values = self.take(key, list, default)
        for value in values:
            if not isinstance(value, str):
                raise AssignmentError(f"{self.place(key)} holds {value!r}; it must be a list of strings")
        return values

    def table(self, key: str) -> "TomlTable":
        return self.child(self.take(key, dict, {}), f"{self.prefix}{key}.")

    def tables(self, key: str) -> list["TomlTable"]:
        values = self.take(key, list, [])
        for value in values:
            if not isinstance(value, dict):
                raise AssignmentError(f"{self.place(key)} must be written as [[{self.prefix}{key}]]")
        return [self.child(value, f"{self.prefix}{key}[{index}].") for index, value in enumerate(values)]

    def child(self, data: dict[str, Any], prefix: str) -> "TomlTable":
        table = TomlTable(self.path, data, prefix)
        self.children.append(table)
        return table

    def finish(self) -> None:
        """Complain about keys that mean nothing: a misspelt one would be ignored in silence."""
        for key in self.data:
            raise AssignmentError(f"{self.place(key)} is not a key of {self.path.name}")
        for table in self.children:
            table.finish()
