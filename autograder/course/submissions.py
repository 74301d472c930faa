"""The submissions of a class: recognise the kind of a download, and read who has handed in what.

The kind is recognised by the content of the folder, and printed. A folder that could be of two kinds is an error.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from autograder.course.downloads import canvas, github, gradescope, moodle, plain
from autograder.course.downloads.listing import Found, Listing, listing
from autograder.course.downloads.unpacking import unpack
from autograder.course.model import HandIn
from autograder.course.names import some
from autograder.errors import UsageError
from autograder.gradescope.wording import plural
from autograder.intake.remark import shown

ENCLOSING = 3  # folders that everything may lie in


class Kind(NamedTuple):
    """A kind of download.

    Attributes:
        words: what it is called.
        claims: which names of a folder belong to it, by the names that the assignment asks for.
        read: what it holds; the path is that of a folder for copies.
    """

    words: str
    claims: Callable[[Listing, Sequence[str]], set[str]]
    read: Callable[[Listing, Sequence[str], Path], Found]


KINDS: Mapping[str, Kind] = {
    name: Kind(module.WORDS, module.claims, module.read)
    for name, module in (
        ("gradescope", gradescope),
        ("canvas", canvas),
        ("moodle", moodle),
        ("github", github),
        ("plain", plain),
    )
}


@dataclass(frozen=True)
class Submissions:
    """What was found.

    Attributes:
        kind: a name of KINDS.
        words: what was recognised, in one line: "Gradescope export: 212 submissions of 208 students".
        hand_ins: in the order of their names.
        notes: for staff.
    """

    kind: str
    words: str
    hand_ins: Sequence[HandIn]
    notes: Sequence[str] = ()


def read_submissions(folder: Path, wanted: Sequence[str], work: Path, download: str | None = None) -> Submissions:
    """Recognise a download, and read who has handed in what.

    Args:
        folder: or the zip, as it was downloaded.
        wanted: names of the files that the assignment asks for.
        work: a folder for what has to be unpacked or copied; it must last as long as the hand-ins are graded.
        download: the kind, a name of KINDS; None to recognise it.

    Raises:
        UsageError: it is no folder or zip, holds no submissions, or more than one kind of things; the message says what to do.
    """
    if download is not None and download not in KINDS:
        raise UsageError(f"{download} is not a kind of download; choose one of {', '.join(KINDS)}")
    notes: list[str] = []
    work.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix="download-", dir=work))  # nothing that another one has unpacked lies in it
    root = folder
    if folder.is_file():
        root = own / "unpacked"
        notes += unpack(folder, root)
    elif not folder.is_dir():
        raise UsageError(f"{folder} is neither a folder nor a zip; name the submissions of a class")
    found = innermost(listing(root), wanted, download)
    if found.root != root:
        notes.append(f"all submissions lie in {shown(found.root.name)}")
    kind = download or recognised(found, wanted)
    taken = KINDS[kind].claims(found, wanted)
    if not taken:
        raise UsageError(f"{folder} is not of the kind {kind} ({KINDS[kind].words}): it contains {contents(found)}")
    result = KINDS[kind].read(found, wanted, own)
    ignored = [*found.ignored, *(shown(name) for name in (*found.folders, *found.files) if name not in taken)]
    if ignored:
        notes.append(f"ignored: {', '.join(ignored)}")
    students = {person.id for hand_in in result.hand_ins for person in hand_in.people}
    words = f"{KINDS[kind].words}: {plural(len(result.hand_ins), 'submission')} of {plural(len(students), 'student')}"
    return Submissions(kind, words[0].upper() + words[1:], result.hand_ins, [*notes, *result.notes])


def innermost(found: Listing, wanted: Sequence[str], download: str | None) -> Listing:
    """The folder with the submissions, where everything lies in a folder in a folder."""
    for _ in range(ENCLOSING):
        if len(found.folders) != 1 or special(found, wanted):
            break
        inside = listing(found.root / found.folders[0])
        if not (special(inside, wanted) or plain.holds_several(inside.root, wanted)):
            break
        found = inside
    return found


def special(found: Listing, wanted: Sequence[str]) -> dict[str, set[str]]:
    """Which kinds have names in a folder, and which; any folder may be a plain one.

    A name belongs to the first kind that claims it: a submission on Gradescope or Moodle may itself be a clone.
    """
    claims: dict[str, set[str]] = {}
    for name, kind in KINDS.items():
        names = kind.claims(found, wanted).difference(*claims.values()) if name != "plain" else set()
        if names:
            claims[name] = names
    return claims


def recognised(found: Listing, wanted: Sequence[str]) -> str:
    """The kind of download that a folder is.

    Raises:
        UsageError: it is none, or could be several.
    """
    ordinary = plain.claims(found, wanted)
    claims = special(found, wanted)
    if not claims and not ordinary:
        raise UsageError(
            f"{found.root} has no submissions: it contains {contents(found)}; name the folder with the students' submissions"
        )
    if not claims:
        return "plain"
    kind = next(iter(claims))
    left = sorted(ordinary - claims[kind])
    if len(claims) == 1 and not left:
        return kind
    parts = [f"{KINDS[name].words}: {some([*map(shown, sorted(names))])}" for name, names in claims.items()]
    rest = sorted(ordinary.difference(*claims.values()))
    parts += [f"something else: {some([*map(shown, rest)])}"] if rest else []
    raise UsageError(
        f"{found.root} contains several kinds: {'; '.join(parts)}. Remove what does not belong there, or name the kind with "
        f"--download {'|'.join(KINDS)}, which ignores the rest"
    )


def contents(found: Listing) -> str:
    """What lies in a folder, for a message."""
    return some([*map(shown, (*found.folders, *found.files))]) or "nothing"
