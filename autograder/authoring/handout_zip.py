"""The zip that students get: skeleton, support files, public suites, handout, and the tool that runs the tests.

    build_handout_zip(load(Path()), Path("build/handout.zip"))

    README.md  handout.html  VERSION                    to read
    modules.py ... data.py ...                          the skeleton and the support files, to work in
    run_tests.py  requirements.txt  assignment.toml     to run the tests with; assignment.toml says no more than they need
    tests/public/                                       the suites that are public
    conftest.py  pytest.ini                             for plain pytest
    autograder/                                         of this package, what the tests use

The same sources give the same bytes. Nothing is written where something would be given away (see autograder.leaks), nor where
the public tests, run with nothing but the zip, give the skeleton points or the reference not all of them.
"""

import ast
import dataclasses
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from string import Template
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.archive import VERSION, version_of, zip_bytes
from autograder.assignment import FILE, Assignment, Part, Suite, belongs
from autograder.errors import AssignmentError, AutograderError
from autograder.handout import render
from autograder.leaks import leaks
from autograder.results import Record, number, total
from autograder.sandbox.client import PACKAGE_ROOT
from autograder.sandbox.limits import Limits
from autograder.skeleton import check_skeleton, replace
from autograder.student_side.public_tests import REQUIREMENTS
from autograder.tryout import RUN_TESTS, collected, reference_faults, skeleton_faults, unpacked

TOOL = "autograder"
STUDENT_SIDE = Path(__file__).with_name("student_side")
CONSTRAINTS = "constraints.txt"
CACHES = {"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis", ".DS_Store"}  # made by using a folder
LEAKS_SHOWN = 40
CPU_BUILDS = """\
On Linux this fetches PyTorch with CUDA, some gigabytes. If you have no GPU, or no room, add to the last command
`--extra-index-url` and the index of the builds for the CPU that PyTorch's own page on installing names.

"""
MENTIONED = re.compile(r"\bautograder(?:\.\w+)+")
IMPORTED_FROM = re.compile(r"^\s*from (autograder[\w.]*) import (\([^)]*\)|.*)", re.MULTILINE)


def build_handout_zip(assignment: Assignment, target: Path) -> list[str]:
    """Make the file `target` the handout zip, and return what was done: "wrote handout.zip, ...", or nothing.

    Raises:
        AssignmentError: something in it would be given away, is missing or does not agree, the skeleton gets points or the
            reference not all of them. The target is as it was then.
        AutograderError: this package is not installed, so that nobody knows what it needs.
    """
    files = handout_files(assignment)
    refuse_scores(assignment, files)
    return write_zip(files, target, executable=frozenset({RUN_TESTS}))


def write_zip(files: Mapping[str, bytes], target: Path, executable: frozenset[str]) -> list[str]:
    """Make the file `target` the zip of these files, VERSION among them; return what was done, as `build_handout_zip` does."""
    content = zip_bytes(files, executable)
    if target.is_file() and target.read_bytes() == content:
        return []
    replace(target, content)
    return [f"wrote {target.name}: version {files[VERSION].decode().strip()}, {len(files)} files, {len(content) / 1024:.0f} KB"]


def handout_files(assignment: Assignment) -> dict[str, bytes]:
    """Return the files of the zip by their names, checked."""
    public = [suite for suite in assignment.suites if suite.public]
    if not public:
        raise AssignmentError(f"{FILE}: no suite is handed out; write public = true at the [[suites]] that students get")
    files = Files()
    for name, path in work_files(assignment).items():
        files.add(name, path.read_bytes())
    for suite in public:
        for name, path in suite_files(assignment, suite).items():
            files.add(name, path.read_bytes())
    if assignment.handout:
        files.add("handout.html", render(assignment.folder / assignment.handout).encode())
    tool = tool_files(files)
    for name in (RUN_TESTS, "conftest.py"):
        files.add(name, (STUDENT_SIDE / name).read_bytes())
    files.add("pytest.ini", f"[pytest]\ntestpaths = {' '.join(suite.name for suite in public)}\n".encode())
    files.add("README.md", readme(assignment, public).encode())
    for name, content in tool.items():
        files.add(name, content)
    files.add(FILE, settings_file(assignment, public, assignment.parts).encode())
    refuse_leaks(assignment, files, tool)
    files.add(REQUIREMENTS, requirements(assignment, tool, files).encode())
    with unpacked(files) as folder:
        records = collected(folder)
    files[FILE] = settings_file(assignment, public, points_of(assignment, records)).encode()
    files.add(VERSION, f"{version_of(files)}\n".encode())
    return files


def refuse_leaks(assignment: Assignment, files: Mapping[str, bytes], tool: Iterable[str]) -> None:
    found = [str(leak) for leak in leaks(assignment, files, tool)]
    if not found:
        return
    if len(found) > LEAKS_SHOWN:
        found[LEAKS_SHOWN:] = [f"and {len(found) - LEAKS_SHOWN} more"]
    raise AssignmentError(
        "\n".join(
            [
                "the handout zip would give away what students must not have, and is not made:",
                *found,
                f"Take it out; what may stand there goes, as the line that it is, into {FILE}: [leaks] allowed",
            ]
        )
    )


class Files(dict[str, bytes]):
    """The files of a zip by their names, each of them once."""

    def add(self, name: str, content: bytes) -> None:
        if name in self:
            raise AssignmentError(f"the handout zip would hold {name} twice, the assignment's and the tool's; rename yours")
        self[name] = content


# What the assignment gives


def work_files(assignment: Assignment) -> dict[str, Path]:
    """Return the skeleton of the files to hand in, as far as there is one, and the support files."""
    if not assignment.skeleton:
        raise AssignmentError(f'{FILE} names no skeleton for students to begin with; add skeleton = "student"')
    skeleton = assignment.folder / assignment.skeleton
    if assignment.reference:
        for difference in check_skeleton(assignment.folder / assignment.reference, skeleton):
            raise AssignmentError(f"{assignment.skeleton}/{difference}; make it with: autograder build skeleton")
    files = {name: skeleton / name for name in assignment.files if (skeleton / name).is_file()}
    return files | assignment.support_files()


def suite_files(assignment: Assignment, suite: Suite) -> dict[str, Path]:
    """Return the files of a suite by their names below the assignment, but for what running it has left there."""
    paths = [suite.path] if suite.path.is_file() else sorted(path for path in suite.path.rglob("*") if path.is_file())
    names = {path.relative_to(assignment.folder): path for path in paths}
    return {name.as_posix(): path for name, path in names.items() if not CACHES & set(name.parts)}


def readme(assignment: Assignment, public: Sequence[Suite]) -> str:
    handout = "\nRead `handout.html` first, in a browser: it is the task.\n" if assignment.handout else ""
    template = Template((STUDENT_SIDE / "README.md").read_text(encoding="utf-8"))
    names = "\n".join(assignment.files)
    torch = CPU_BUILDS if "torch" in assignment.sandbox.preload else ""
    return template.substitute(title=assignment.title, files=names, suite=public[0].name, handout=handout, torch=torch)


def settings_file(assignment: Assignment, public: Sequence[Suite], parts: Iterable[Part]) -> str:
    """Return the assignment.toml of the zip: what running the public suites asks for. [settings] is there as a whole."""
    defaults = Limits()
    limits = {item.name: getattr(assignment.limits, item.name) for item in dataclasses.fields(Limits)}
    sandbox = assignment.sandbox
    tables: list[tuple[str, dict[str, Any]]] = [
        ("", {"title": assignment.title}),
        ("[submission]", {"files": assignment.files, "support": assignment.support}),
        *(("[[suites]]", {"path": suite.name, "public": True}) for suite in public),
        *(("[[parts]]", {"number": part.number, "title": part.title, "points": number(part.points)}) for part in parts),
        ("[limits]", {name: value for name, value in limits.items() if value != getattr(defaults, name)}),
        (
            "[sandbox]",
            {"preload": sandbox.preload, "hidden": sandbox.hidden, "copy_arguments": sandbox.copy_arguments},
        ),
        ("[settings]", assignment.settings),
    ]
    lines = ["# What the public tests are run by. Generated, and of the tests that are public only: points are theirs."]
    for head, table in filter(lambda each: each[1], tables):
        lines += [*(["", head] if head else []), *(f"{key(name)} = {value(item)}" for name, item in table.items())]
    return "\n".join(lines) + "\n"


def key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


def value(item: Any) -> str:
    """Return a value that TOML has, as TOML."""
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, str):
        return json.dumps(item, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML takes the rest of JSON's strings
    if isinstance(item, (list, tuple)):
        return f"[{', '.join(map(value, item))}]"
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key(name)} = {value(each)}" for name, each in item.items()) + "}"
    return str(item)  # numbers and dates


def refuse_scores(assignment: Assignment, files: Mapping[str, bytes]) -> None:
    """Run the public tests with nothing but the files of the zip, on the skeleton and, in its place, on the reference.

    Raises:
        AssignmentError: the skeleton does not import or scores, or the reference does not get everything.
    """
    faults = [*skeleton_faults(assignment, files), *reference_faults(assignment, files)]
    if faults:
        raise AssignmentError("\n".join(["the public tests, run from the handout zip alone:", *faults]))


def points_of(assignment: Assignment, records: Sequence[Record]) -> list[Part]:
    """Return the parts that public tests belong to, with the points of these tests."""
    found = []
    for part in assignment.parts:
        own = [record for record in records if belongs(record.number, part.number)]
        if own:
            found.append(dataclasses.replace(part, points=total(own)[1]))
    return found


# What the tool gives


def tool_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the modules of this package that run_tests.py, conftest.py and the files of the zip use, and what those use.

    A module is used by whatever names it, in an import or in a string: too many are better than one too few.
    """
    found: dict[str, bytes] = {}
    waiting = [
        *(content for name, content in files.items() if name.endswith(".py")),
        *((STUDENT_SIDE / name).read_bytes() for name in (RUN_TESTS, "conftest.py")),
    ]
    while waiting:
        text = waiting.pop().decode("utf-8", "replace")
        for name in sorted(files_named(text)):
            if name not in found:
                found[name] = (PACKAGE_ROOT / name).read_bytes()
                waiting.append(found[name])
    data = [path for folder in {PurePosixPath(name).parent for name in found} for path in (PACKAGE_ROOT / folder).iterdir()]
    for path in data:
        if path.suffix == ".json" and any(path.name.encode() in content for content in tuple(found.values())):
            found[path.relative_to(PACKAGE_ROOT).as_posix()] = path.read_bytes()
    return dict(sorted(found.items()))


def files_named(text: str) -> Iterator[str]:
    """Yield the files of this package's modules that a text names, and the packages that they lie in."""
    modules = {*MENTIONED.findall(text)}
    for module, names in IMPORTED_FROM.findall(text):
        modules.update([module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))])
    for module in modules:
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            path = "/".join(parts[:length])
            for name in (f"{path}.py", f"{path}/__init__.py"):
                if (PACKAGE_ROOT / name).is_file():
                    yield name


def imports(name: str, content: bytes) -> set[str]:
    """Return the top-level names of what a Python file imports, or looks for in order to read its data."""
    if not name.endswith(".py"):
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(content, name)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("find_spec", "import_module"):
            texts = [each.value for each in node.args[:1] if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            found.update(text.partition(".")[0] for text in texts)
    return found


def requirements(assignment: Assignment, tool: Mapping[str, bytes], files: Mapping[str, bytes]) -> str:
    """Return the lines of requirements.txt: what suites, skeleton and support files import, and what the tool needs for it.

    Versions are those of constraints.txt in the assignment's folder, else in the tool's; else those that are installed here.

    Raises:
        AssignmentError: something is imported that no installed package and no file of the zip gives.
        AutograderError: this package is not installed.
    """
    providers = installed()
    own = files.keys() - tool.keys()
    local = {PurePosixPath(name).stem for name in own} | {TOOL}
    imported = {name.partition(".")[0] for name in assignment.sandbox.preload}
    for name in own:
        imported |= imports(name, files[name])
    wanted = set()
    for module in sorted(imported - local - sys.stdlib_module_names):
        if module not in providers:
            raise AssignmentError(
                f"{module} is imported by what students get; no package that is installed and no file there gives it"
            )
        wanted.add(canonicalize_name(providers[module][0]))
    try:
        declared = [Requirement(line) for line in importlib.metadata.requires(TOOL) or ()]
    except importlib.metadata.PackageNotFoundError as error:
        raise AutograderError(f"{TOOL} is not installed, so that nobody knows which packages it needs; run setup.sh") from error
    used = {canonicalize_name(providers.get(module, [module])[0]) for name in tool for module in imports(name, tool[name])}
    always = {canonicalize_name(each.name): each for each in declared if "extra" not in str(each.marker)}
    pinned = pins(assignment)
    lines = []
    for package in sorted(wanted | (always.keys() & used)):
        marker = f"; {always[package].marker}" if package in always and always[package].marker else ""
        lines += pinned.get(package) or [f"{package}=={importlib.metadata.version(package)}{marker}"]
    return "\n".join(lines) + "\n"


def installed() -> dict[str, list[str]]:
    """Return for each module at top level the packages that give it."""
    found = dict(importlib.metadata.packages_distributions())
    if sys.version_info < (3, 11):  # which knows only packages that list their modules; others say it by their files
        for distribution in importlib.metadata.distributions():
            for file in distribution.files or ():
                if file.suffix == ".py":
                    found.setdefault(file.parts[0].removesuffix(".py"), [distribution.metadata["Name"]])
    return found


def pins(assignment: Assignment) -> dict[str, list[str]]:
    """Return the lines of constraints.txt by package; one may have several, for several versions of Python."""
    places = [folder / CONSTRAINTS for folder in (assignment.folder, PACKAGE_ROOT)]
    path = next((place for place in places if place.is_file()), None)
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path else ():
        text = line.partition("#")[0].strip()
        if text:
            found.setdefault(canonicalize_name(Requirement(text).name), []).append(text)
    return found
