"""Parts of both zips: the modules of this package that the packed files need, and the requirements."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.archive import VERSION, zip_bytes
from autograder.assignment import Assignment
from autograder.errors import AssignmentError, AutograderError
from autograder.files import write_atomically
from autograder.sandbox.programs import PACKAGE_ROOT

TOOL = "autograder"
RUN_TESTS = "run_tests.py"
STUDENT_SIDE = Path(__file__).parents[1] / "student_side"
CONSTRAINTS = "constraints.txt"
CACHES = {"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis", ".DS_Store"}  # made by using a folder
MENTIONED = re.compile(r"\bautograder(?:\.\w+)+")
IMPORTED_FROM = re.compile(r"^\s*from (autograder[\w.]*) import (\([^)]*\)|.*)", re.MULTILINE)


def write_zip(files: Mapping[str, bytes], target: Path, executable: frozenset[str]) -> list[str]:
    """Make the file `target` the zip of these files, VERSION among them; return what was done, as `build_handout_zip` does."""
    content = zip_bytes(files, executable)
    if target.is_file() and target.read_bytes() == content:
        return []
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, content)
    return [f"wrote {target.name}: version {files[VERSION].decode().strip()}, {len(files)} files, {len(content) / 1024:.0f} KB"]


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
    try:
        tree = ast.parse(content, name)
    except (SyntaxError, ValueError) as error:  # ValueError: of a NUL in it
        raise AssignmentError(f"{name}: {error}; correct it") from error
    for node in ast.walk(tree):
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
    local = {part for name in own for part in PurePosixPath(name).with_suffix("").parts} | {TOOL}
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
