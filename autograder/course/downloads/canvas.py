"""Canvas's "Download submissions": all files of all students in one folder, whose names say whose they are.

    lovelaceada_4711_90210_modules.py           name, the student's id in Canvas, the file's, and its name
    lovelaceada_LATE_4711_90211_modules-1.py    late, and handed in a second time
    anon_Ab12C_90212_modules.py                 of an assignment that is graded anonymously
    lovelaceada_4711_text.html                  what was typed in the browser

The name is the sortable one in small letters, without spaces and punctuation; in a group assignment it is the group's, and the
id that of one member. Canvas gives the latest attempt only (canvas-lms, lib/content_zipper.rb).
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from autograder.course.downloads.listing import Found, Listing, gathered
from autograder.course.model import HandIn, Person
from autograder.text import line

WORDS = "Canvas download"
NAME = re.compile(
    r"((?P<name>[^\n]+?)_)??((?P<late>LATE)_)?(?P<id>\d+|anon_[A-Za-z0-9]+)_((?P<file_id>\d+)_(?P<file>.+)|(text|link)\.html)",
    re.DOTALL,
)
AGAIN = re.compile(r"(?P<stem>.+)-(?P<number>\d+)", re.DOTALL)


def claims(listing: Listing, wanted: Sequence[str]) -> set[str]:
    """The names that Canvas makes; none where one id would be that of two names, which Canvas never does."""
    found = {name: match for name in listing.files if (match := NAME.fullmatch(name)) and "_assignsubmission_" not in name}
    names = defaultdict(set)
    for match in found.values():
        names[match["id"]].add(match["name"])
    return set(found) if all(len(each) == 1 for each in names.values()) else set()


def read(listing: Listing, wanted: Sequence[str], work: Path) -> Found:
    """Read a download.

    Args:
        wanted: names of files that the assignment asks for, to know modules-1.py as modules.py.
        work: for copies of files under the names that they had.
    """
    of_each: dict[str, list[re.Match[str]]] = defaultdict(list)
    for name in sorted(claims(listing, wanted)):
        match = NAME.fullmatch(name)
        assert match  # for mypy
        of_each[match["id"]].append(match)
    hand_ins, notes = [], []
    for number, (user, matches) in enumerate(of_each.items()):
        person = Person(line(user), line(matches[0]["name"] or ""), accounts=(("canvas", line(user)),))
        late = any(match["late"] for match in matches)
        sources, left_out = gathered(listing.root, originals(matches, wanted), work / f"canvas-{number}")
        label = line("_".join(filter(None, [matches[0]["name"], user])))
        hand_ins.append(HandIn(sources, (person,), label, late=late))
        notes += left_out
    marked = [hand_in.label for hand_in in hand_ins if hand_in.late]
    if marked:
        notes.append(f"late, as Canvas says: {', '.join(marked)}")
    return Found(hand_ins, notes)


def originals(matches: Sequence[re.Match[str]], wanted: Sequence[str]) -> list[tuple[str, str]]:
    """Name in the download -> as handed in: of modules.py, modules-1.py and modules-2.py the last one is modules.py."""
    names = {PurePosixPath(name).name.casefold(): PurePosixPath(name).name for name in wanted}
    latest: dict[str, tuple[int, str]] = {}
    found = {match[0]: match["file"] or match[0] for match in matches}
    for name, file in found.items():
        path = PurePosixPath(file)
        again = AGAIN.fullmatch(path.stem)
        number, base = (int(again["number"][:9]), f"{again['stem']}{path.suffix}") if again else (0, file)
        if base.casefold() in names and file.casefold() not in (names.keys() if again else ()):
            latest[base.casefold()] = max(latest.get(base.casefold(), (-1, "")), (number, name))
    chosen = {name: names[base] for base, (_, name) in latest.items()}
    # The chosen ones first, so that nothing else takes their names.
    return [*chosen.items(), *((name, file) for name, file in found.items() if name not in chosen)]
