"""An ordinary folder: for each student a folder or an archive of that name or, where one file is asked for, a file."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from autograder.course.downloads.listing import Found, Listing, copy, is_archive, listing
from autograder.course.model import HandIn, Person
from autograder.errors import AutograderError, SubmissionError, UsageError
from autograder.intake.remark import shown
from autograder.text import line

WORDS = "folder of submissions"


def claims(found: Listing, wanted: Sequence[str]) -> set[str]:
    """The names that stand for students: all folders, archives, and files of the kind that is asked for."""
    kinds = {PurePath(name).suffix.lower() for name in wanted}
    return {*found.folders, *(name for name in found.files if is_archive(name) or PurePath(name).suffix.lower() in kinds)}


def read(found: Listing, wanted: Sequence[str], work: Path) -> Found:
    """Read a folder; who has handed in is what the name of a folder or file says, without its ending.

    Args:
        work: for copies of single files under the name that the assignment asks for.

    Raises:
        UsageError: it is the submission of one student, it holds folders of several, or single files where more are asked for.
    """
    names = sorted(claims(found, wanted))
    own = [name for name in wanted if name in found.files]
    if own:
        raise UsageError(
            f"{found.root} is one submission: it contains {', '.join(map(shown, own))}. "
            "Grade it with `autograder grade`, or name the folder above it"
        )
    nested = [name for name in found.folders if holds_several(found.root / name, wanted)]
    if nested:
        raise UsageError(
            f"{found.root}: {', '.join(map(shown, nested[:5]))} {'hold' if len(nested) > 1 else 'holds'} several submissions. "
            "Give a folder in which each student has one folder"
        )
    hand_ins = []
    for number, name in enumerate(names):
        source = found.root / name
        if name in found.files and not is_archive(name):
            source = single(found.root, name, wanted, work / f"single-{number}")
        who = line(name if name in found.folders else PurePath(name).stem.removesuffix(".tar"))
        person = Person(who, who, who if "@" in who else "")
        hand_ins.append(HandIn((source,), (person,), line(name)))
    return Found(hand_ins)


def single(root: Path, name: str, wanted: Sequence[str], into: Path) -> Path:
    """Copy a student's only file to where it has the name that is asked for; return the folder."""
    if len(wanted) != 1:
        raise UsageError(
            f"{root / name} is a single file, but the assignment has the files {', '.join(wanted)}. "
            "Make a folder or a zip with these files for each student"
        )
    target = into.joinpath(*wanted[0].split("/"))
    target.parent.mkdir(parents=True)
    try:
        copy(root, name, target)
    except SubmissionError as error:
        raise AutograderError(str(error)) from error
    return into


def holds_several(folder: Path, wanted: Sequence[str]) -> bool:
    """Whether what is asked for lies in several folders in this one, and not in it itself."""
    firsts = {name.split("/")[0] for name in wanted}
    inside = listing(folder)
    if firsts & {*inside.files, *inside.folders}:
        return False
    below = (listing(folder / name) for name in inside.folders)
    return sum(bool(firsts & {*each.files, *each.folders}) for each in below) > 1
