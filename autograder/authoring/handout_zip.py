"""The zip that students get: skeleton, support files, public suites, handout, and the tool that runs the tests.

    build_handout_zip(load(Path()), Path("build/handout.zip"))

    README.md  handout.html  VERSION                    to read
    modules.py ... data.py ...                          the skeleton and the support files, to work in
    run_tests.py  requirements.txt  assignment.toml     to run the tests with; assignment.toml says no more than they need
    tests/public/                                       the suites that are public
    conftest.py  pytest.ini                             for plain pytest
    .vscode/settings.json                               for an editor
    autograder/                                         of this package, what the tests use

The same sources give the same bytes. Nothing is written where something would be given away (see leaks/), nor where the
public tests, run with nothing but the zip, give the skeleton points or the reference not all of them.
"""

import ast
import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from autograder.archive import VERSION, version_of
from autograder.assignment import FILE, Assignment, Part, Restriction, Suite, belongs
from autograder.authoring.check.handout_zip import collected, reference_run_faults, skeleton_run_faults, unpacked
from autograder.authoring.handout import render
from autograder.authoring.leaks.search import leaks
from autograder.authoring.packing import CACHES, RUN_TESTS, STUDENT_SIDE, requirements, tool_files, write_zip
from autograder.authoring.skeleton import check_skeleton
from autograder.errors import AssignmentError
from autograder.grading.records import Record, number, total
from autograder.sandbox.limits import Limits
from autograder.student_side.handed_out import EDITOR, LIST, listing
from autograder.student_side.public_tests import REQUIREMENTS

LEAKS_SHOWN = 40
CPU_BUILDS = """\
On Linux this fetches PyTorch with CUDA, some gigabytes. If you have no GPU, or no room, take the builds for the CPU; the last
command is then

```
python -m pip install -r requirements.txt --extra-index-url ${index}
```

"""
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test)\.py$")  # which pytest takes for one
NO_PROGRAM = """\
if __name__ == "__main__":
    raise SystemExit("Run the tests in the folder of the handout: python run_tests.py, or python -m pytest {name}")

"""
OWN_NUMBERS = """
## Your own numbers

In this assignment everybody has other numbers. They come from a code, which your course tells you, and which stands at the top
of each result: hand in once, finished or not, to get it. Put it into the line `variant = ""` of ${file}, between the quotes.
Copy it: its last letter is a check, so a wrong code is refused. Without a code you see numbers that are nobody's.
"""


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
            files.add(name, told_how_to_run(name, path.read_bytes()))
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
    files.add(EDITOR, editor_settings(public))
    files.add(LIST, listing(files, assignment.files))
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
                "the handout zip is not built, because it would give away what students must not have:",
                *found,
                f"Remove it. If a line may be there, copy the whole line into {FILE}: [leaks] allowed",
            ]
        )
    )


class Files(dict[str, bytes]):
    """The files of a zip by their names, each of them once."""

    def add(self, name: str, content: bytes) -> None:
        if name in self:
            raise AssignmentError(f"both the assignment and the tool have a file {name} for the handout zip; rename yours")
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


def told_how_to_run(name: str, content: bytes) -> bytes:
    """Return a file of tests that says what to do when it is started as a program, which most editors offer."""
    if not TEST_FILE.search(name) or b"__main__" in content:
        return content
    try:
        first = next((node for node in ast.parse(content).body if not is_opening(node)), None)
    except (SyntaxError, ValueError):
        return content
    if first is None:
        return content
    place = min([first.lineno, *(node.lineno for node in getattr(first, "decorator_list", ()))]) - 1
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:place], NO_PROGRAM.format(name=name).encode(), *lines[place:]])


def is_opening(node: ast.stmt) -> bool:
    """Whether a statement has to stand before all others: the docstring, and imports from __future__."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def editor_settings(public: Sequence[Suite]) -> bytes:
    """Return the settings by which Visual Studio Code finds the tests."""
    settings = {
        "python.testing.pytestEnabled": True,
        "python.testing.unittestEnabled": False,
        "python.testing.pytestArgs": [suite.name for suite in public],
    }
    return f"{json.dumps(settings, indent=2)}\n".encode()


def readme(assignment: Assignment, public: Sequence[Suite]) -> str:
    handout = "\nRead `handout.html` first, in a browser: it is the task.\n" if assignment.handout else ""
    template = Template((STUDENT_SIDE / "README.md").read_text(encoding="utf-8"))
    names = "\n".join(assignment.files)
    index = assignment.extra_index_url or CPU_INDEX
    torch = Template(CPU_BUILDS).substitute(index=index) if "torch" in assignment.sandbox.preload else ""
    answers = [f"`{name}`" for name in assignment.files if name.endswith(".toml")]
    own = Template(OWN_NUMBERS).substitute(file=" or ".join(answers) or "your answers") if assignment.variants else ""
    return template.substitute(title=assignment.title, files=names, suite=public[0].name, handout=handout, torch=torch, own=own)


def settings_file(assignment: Assignment, public: Sequence[Suite], parts: Iterable[Part]) -> str:
    """Return the assignment.toml of the zip: what running the public suites asks for. [settings] is there as a whole."""
    defaults = Limits()
    limits = {item.name: getattr(assignment.limits, item.name) for item in dataclasses.fields(Limits)}
    sandbox = assignment.sandbox
    keys = ("exact_places", "root", "also")
    submission: dict[str, Any] = {name: getattr(assignment, name) for name in keys if getattr(assignment, name)}
    tables: list[tuple[str, dict[str, Any]]] = [
        ("", {"title": assignment.title}),
        ("[submission]", {"files": assignment.files, "support": assignment.support, **submission}),
        *(("[[suites]]", {"path": suite.name, "public": True}) for suite in public),
        *(("[[parts]]", {"number": part.number, "title": part.title, "points": number(part.points)}) for part in parts),
        ("[limits]", {name: value for name, value in limits.items() if value != getattr(defaults, name)}),
        (
            "[sandbox]",
            {"preload": sandbox.preload, "hidden": sandbox.hidden, "copy_arguments": sandbox.copy_arguments},
        ),
        *(("[[restrictions]]", restriction_table(each)) for each in assignment.restrictions),
        ("[settings]", assignment.settings),
    ]
    lines = ["# What the public tests are run by. Generated, and of the tests that are public only: points are theirs."]
    for head, table in filter(lambda each: each[1], tables):
        lines += [*(["", head] if head else []), *(f"{key(name)} = {value(item)}" for name, item in table.items())]
    return "\n".join(lines) + "\n"


def restriction_table(restriction: Restriction) -> dict[str, Any]:
    table = {"files": restriction.files, "libraries": restriction.libraries, "forbidden": restriction.forbidden or None}
    return {name: item for name, item in table.items() if item is not None} | {"enforce": restriction.enforce}


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
    faults = [*skeleton_run_faults(assignment, files), *reference_run_faults(assignment, files)]
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
