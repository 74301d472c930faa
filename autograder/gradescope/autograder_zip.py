"""The zip that Gradescope gets: `setup.sh` and `run_autograder`, the tool, the assignment with all suites and the reference.

    setup.sh  run_autograder            what the platform calls, see autograder/gradescope/image
    requirements.txt                    pinned
    tool/autograder/                    this package
    assignment/                         assignment.toml, reference, suites, mistakes/answers.json, and `gradescope.include`
    fallback.json  VERSION              the result until there is another one; what results.json names

The same sources give the same bytes.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from autograder.archive import VERSION, version_of
from autograder.assignment import FILE, Assignment
from autograder.authoring.check.sources import source_faults
from autograder.authoring.packing import CACHES, requirements, write_zip
from autograder.errors import AssignmentError
from autograder.gradescope.platform import FALLBACK, fallback
from autograder.grading.collect import collect
from autograder.grading.mistakes.library import FILE as ANSWERS
from autograder.sandbox.programs import PACKAGE_ROOT

IMAGE = Path(__file__).with_name("image")
PROGRAMS = ("setup.sh", "run_autograder")


def build_gradescope_zip(assignment: Assignment, target: Path) -> list[str]:
    """Make the file `target` the autograder zip, and return what was done: "wrote gradescope.zip, ...", or nothing.

    Raises:
        AssignmentError: `autograder check` finds faults, or a file is missing; the target is as it was then.
    """
    return write_zip(gradescope_files(assignment), target, executable=frozenset(PROGRAMS))


def gradescope_files(assignment: Assignment) -> dict[str, bytes]:
    """Return the files of the zip by their names."""
    records = collect(assignment)
    faults = source_faults(assignment, records)
    if faults:
        raise AssignmentError("\n".join(["the autograder zip is not built, because the assignment has faults:", *faults]))
    own = {f"assignment/{name}": path.read_bytes() for name, path in assignment_files(assignment)}
    tool = {path.relative_to(PACKAGE_ROOT).as_posix(): path.read_bytes() for path in below(PACKAGE_ROOT / "autograder")}
    files = own | {f"tool/{name}": content for name, content in tool.items()}
    files |= {name: (IMAGE / name).read_bytes() for name in PROGRAMS}
    index = f"--extra-index-url {assignment.extra_index_url}\n" if assignment.extra_index_url else ""
    files["requirements.txt"] = (index + requirements(assignment, tool, own)).encode()
    version = version_of(files)
    files[FALLBACK] = (json.dumps(fallback(records, version), indent=2) + "\n").encode()
    files[VERSION] = f"{version}\n".encode()
    return files


def assignment_files(assignment: Assignment) -> Iterator[tuple[str, Path]]:
    """Yield name and path of what grading needs of the assignment's folder, each once."""
    twins = [place for part in assignment.parts for place in part.twins.values()]
    roots = [FILE, *(suite.name for suite in assignment.suites), *assignment.include, *twins]
    roots += (
        [assignment.reference]
        if assignment.reference
        else [name for name in assignment.support if name not in assignment.taken]
    )
    roots += [assignment.variant_secret] if assignment.variants else []
    roots += [ANSWERS] if (assignment.folder / ANSWERS).is_file() else []
    found: dict[str, Path] = {}
    for root in roots:
        path = assignment.folder / root
        if not path.exists():
            raise AssignmentError(f"{path} does not exist, and the autograder zip needs it")
        for file in below(path):
            found[file.relative_to(assignment.folder).as_posix()] = file
    support = assignment.support_files()
    found |= {f"{assignment.reference or '.'}/{name}".removeprefix("./"): support[name] for name in assignment.taken}
    yield from sorted(found.items())


def below(path: Path) -> list[Path]:
    """Return a file, or the files in and below a folder but for caches."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not CACHES & set(file.parts) and file.suffix != ".pyc")
