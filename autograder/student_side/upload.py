"""The files that a student hands in: which they are, the zip to upload, and what is said of it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.archive import zip_bytes
from autograder.assignment import Assignment, load
from autograder.errors import SubmissionError
from autograder.intake.compile_check import CompileCheck
from autograder.intake.places import most_like
from autograder.student_side.handed_out import TO_READ, listed

SUBMISSION = "submission.zip"
OURS = ("run_tests.py", "conftest.py")  # that the handout zip brings
UNWRITTEN = re.compile(r"^\s*raise NotImplementedError\(\s*[\"']TODO ([\w.]+)", re.MULTILINE)  # see authoring/skeleton.py
UNANSWERED = re.compile(r"^\s*([\w.]+)\s*=\s*(?:\"\"|'')\s*(?:#.*)?$", re.MULTILINE)
VARIANT = "variant"  # the line for the code of the student's own numbers, which may stay empty


def make_zip(folder: Path) -> int:
    """Write the zip to upload, with the files to hand in at its top and nothing else, and print what is in it."""
    assignment = load(folder)
    files = files_to_hand_in(assignment)
    (folder / SUBMISSION).write_bytes(zip_bytes(files))
    print(f"{folder / SUBMISSION}: {', '.join(sorted(files))}")
    for sentence in remarks(assignment, files):
        print(sentence)
    return 0


def remarks(assignment: Assignment, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what is missing in the files to hand in, or not finished."""
    absent = [name for name in assignment.files if name not in files]
    if absent:
        yield f"Not in it, because they are not here: {', '.join(absent)}"
    for name in misnamed(assignment, files):
        yield f"{name} is not in it either: rename it to {most_like(name, absent)} if that is what it is"
    left = [f"{', '.join(todos)} in {name}" for name, todos in unfinished(files).items()]
    if left:
        yield f"Still to do: {'; '.join(left)}"
    check = CompileCheck({name: content for name, content in files.items() if name.endswith(".py")})
    yield from (str(remark) for remark in check.remarks() if remark.fatal)
    beside = files_beside(assignment)
    for name, used in check.uses.items():
        imported = {module.partition(".")[0] for _, module in used}
        for other in beside:
            if other.removesuffix("/__init__.py").removesuffix(".py") in imported:
                yield f"{name} imports {other}, which is not handed in: move what you need from it into {name}"


def unfinished(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Return name -> the numbers of what is not written yet in a file, of the files where there is any."""
    found = {}
    for name, content in sorted(files.items()):
        text = content.decode("utf-8", "replace")
        if name.endswith(".py"):
            numbers = [f"TODO {number}" for number in UNWRITTEN.findall(text)]
        else:
            numbers = [key for key in UNANSWERED.findall(text) if key != VARIANT] if name.endswith(".toml") else []
        if numbers:
            found[name] = list(dict.fromkeys(numbers))
    return found


def files_to_hand_in(assignment: Assignment) -> dict[str, bytes]:
    """Return the student's files by name.

    Raises:
        SubmissionError: there is none.
    """
    files = {name: assignment.folder / name for name in assignment.files}
    found = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    for name in assignment.helper_files(assignment.folder):
        if name not in OURS and not name.startswith(("autograder/", "tests/")):
            found[name] = (assignment.folder / name).read_bytes()
    if not found:
        near = [f"; {name} has to be renamed to {most_like(name, assignment.files)}" for name in misnamed(assignment, found)]
        raise SubmissionError(f"none of your files is in {assignment.folder}: {', '.join(files)}{''.join(near)}")
    return found


def files_to_grade(assignment: Assignment) -> dict[str, bytes]:
    """Return the files to hand in, and beside them the names alone of what may be one with another name: so it is named."""
    files = files_to_hand_in(assignment)
    return files | dict.fromkeys(misnamed(assignment, files), b"")


def misnamed(assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    """Return the names in the folder that look like one to hand in that is not there, such as modules (1).py."""
    absent = [name for name in assignment.files if name not in files]
    handed_out = {name for name, _ in listed(assignment.folder)} | {SUBMISSION, *TO_READ}
    here = sorted(path.name for path in assignment.folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return [name for name in here if name not in files and name not in handed_out and most_like(name, absent)]


def files_beside(assignment: Assignment) -> list[str]:
    """Return the Python files of this folder that are not handed in, and do not come with the assignment."""
    known = {*OURS, *assignment.support_files(), *files_to_hand_in(assignment)}
    found = sorted(path.name for path in assignment.folder.glob("*.py")) + [
        f"{path.parent.name}/{path.name}" for path in sorted(assignment.folder.glob("*/__init__.py"))
    ]
    return [name for name in found if name not in known]
