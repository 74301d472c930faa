"""What travels to a worker arrives as it was, as far as the intake looks at it."""

import os
import zipfile
from pathlib import Path

import doubling
import pytest
from files import write_files

from autograder.assignment import load
from autograder.course.cluster.parcel import packed_assignment, packed_submission, unpack, unpack_assignment
from autograder.course.jobs import Taken
from autograder.course.keys import of_assignment, of_settings
from autograder.errors import SubmissionError
from autograder.intake.stage import stage_submission

MEGABYTE = 1_000_000


@pytest.fixture
def assignment(tmp_path):
    toml = doubling.TOML.replace('files = ["double.py"]', 'files = ["double.py"]\nalso = ["help/*.py"]')
    return load(write_files(tmp_path / "assignment", {**doubling.FILES, "assignment.toml": toml}))


def taken(assignment, sources: list[Path], into: Path) -> Taken | str:
    try:
        stage = stage_submission(sources, into, assignment.files, assignment.support_files(), also=assignment.also)
    except SubmissionError as error:
        return str(error)
    try:
        return Taken.of(stage, [str(remark) for remark in stage.remarks])
    finally:
        stage.discard()


def both(assignment, sources: list[Path], folder: Path) -> tuple[Taken | str, Taken | str]:
    """What is taken of a submission here, and of what has arrived."""
    (folder / "there").mkdir()
    arrived = unpack(packed_submission(sources, assignment), folder / "there")
    return taken(assignment, sources, folder / "stage"), taken(assignment, arrived, folder / "other")


def a_zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def make_folder(folder: Path) -> list[Path]:
    write_files(
        folder,
        {
            "home/double.py": doubling.RIGHT,
            "home/help/more.py": "x = 1\n",
            "home/notes.txt": "not asked for",
            "home/näme\u2028.py": "",
            "home/__pycache__/double.pyc": b"\0",
            "home/data.bin": b"0" * (11 * MEGABYTE),
        },
    )
    (folder / "home/numpy.py").symlink_to("/etc/passwd")
    os.mkfifo(folder / "home/help/pipe.py")
    return [folder]


SUBMISSIONS = {
    "a folder": make_folder,
    "a file": lambda folder: [write_files(folder, {"double.py": doubling.WRONG}) / "double.py"],
    "a file of another name": lambda folder: [write_files(folder, {"dubble.py": doubling.WRONG}) / "dubble.py"],
    "a large file": lambda folder: [write_files(folder, {"double.py": b"#" * (11 * MEGABYTE)}) / "double.py"],
    "a large file in a folder": lambda folder: [write_files(folder, {"double.py": b"#" * (11 * MEGABYTE)})],
    "a zip": lambda folder: [a_zip(write_files(folder, {"x": ""}) / "hand in.zip", {"a/double.py": doubling.RIGHT})],
    "a zip in a folder": lambda folder: [a_zip(write_files(folder, {"x": ""}) / "a.zip", {"double.py": doubling.RIGHT}).parent],
    "a zip without its name": lambda folder: [a_zip(write_files(folder, {"x": ""}) / "upload", {"double.py": doubling.RIGHT})],
    "no zip": lambda folder: [write_files(folder, {"a.zip": b"Rar!\x1a\x07\0 and more"}) / "a.zip"],
    "an empty folder": lambda folder: [folder.mkdir() or folder],
    "a link": lambda folder: [
        (write_files(folder, {"x/other.py": doubling.RIGHT}) and (folder / "double.py").symlink_to("x/other.py")) or folder
    ],
}


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_a_submission_is_taken_there_as_it_is_here(name, assignment, tmp_path):
    here, there = both(assignment, SUBMISSIONS[name](tmp_path / "sub"), tmp_path)
    assert there == here


def test_what_the_intake_does_not_read_is_not_sent(assignment, tmp_path):
    write_files(tmp_path / "sub", {"double.py": doubling.RIGHT, "data.bin": b"0" * MEGABYTE, "secret.txt": "a diary"})
    parcel = packed_submission([tmp_path / "sub"], assignment)
    assert len(parcel) < 2000
    assert b"a diary" not in parcel


@pytest.mark.parametrize("kind", ["many files", "a link"])
def test_a_submission_that_cannot_be_looked_through_is_refused_in_the_words_of_the_intake(kind, assignment, tmp_path):
    write_files(tmp_path, {"elsewhere.py": doubling.RIGHT})
    (tmp_path / "double.py").symlink_to("elsewhere.py")
    many = write_files(tmp_path / "sub", {f"{number}.txt": "" for number in range(2001)})
    sources = [{"many files": many, "a link": tmp_path / "double.py"}[kind]]
    with pytest.raises(SubmissionError) as refused:
        packed_submission(sources, assignment)
    assert str(refused.value) == taken(assignment, sources, tmp_path / "stage")


def test_the_same_content_gives_the_same_bytes(assignment, tmp_path):
    parcels = []
    for name, age in (("a/sub", 10), ("b/sub", 1000)):
        folder = write_files(tmp_path / name, {"double.py": doubling.RIGHT, "help/b.py": "b = 1\n"})
        os.utime(folder / "double.py", (age, age))
        parcels.append(packed_submission([folder], assignment))
    assert parcels[0] == parcels[1]


def test_the_assignment_that_arrives_decides_the_same_results(assignment, tmp_path):
    unpack_assignment(packed_assignment(assignment), tmp_path / "there")
    there = load(tmp_path / "there")
    assert of_assignment(there) == of_assignment(assignment)
    assert of_settings(there) == of_settings(assignment)
