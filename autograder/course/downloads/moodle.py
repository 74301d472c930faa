"""Moodle's "Download all submissions": a folder for each student, or all files in one folder.

    Ada Lovelace_4711_assignsubmission_file_/modules.py     in folders
    Ada Lovelace_4711_assignsubmission_file_hw.zip          not in folders
    Ada Lovelace_4711_assignsubmission_onlinetext_/...      what was typed in the browser
    Participant_4711_assignsubmission_file_/modules.py      of an assignment that is graded anonymously

The number is that of the participant in this assignment, as "Participant 4711" in the grading worksheet; in a team assignment
it is the group's, and so is the name. Newer versions leave out the last underscore (mod/assign/classes/downloader.php).
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from autograder.course.downloads.listing import Found, Listing, gathered
from autograder.course.model import HandIn, Person
from autograder.gradescope.wording import plural
from autograder.text import line

WORDS = "Moodle download"
NAME = re.compile(r"(?P<name>.+?)(_(?P<id>\d+))?_assignsubmission_(?P<type>[a-z0-9]+)(_(?P<file>.*))?", re.DOTALL)
ANONYMOUS = "Participant"


def claims(listing: Listing, wanted: Sequence[str]) -> set[str]:
    """The names that Moodle makes."""
    return {name for name in (*listing.folders, *listing.files) if NAME.fullmatch(name)}


def read(listing: Listing, wanted: Sequence[str], work: Path) -> Found:
    """Read a download.

    Args:
        work: for copies of files under the names that they had.
    """
    of_each: dict[tuple[str, str], list[re.Match[str]]] = defaultdict(list)
    for name in sorted(claims(listing, wanted)):
        match = NAME.fullmatch(name)
        assert match  # for mypy
        of_each[match["name"], match["id"] or ""].append(match)
    hand_ins, notes, typed = [], [], 0
    for number, ((name, participant), matches) in enumerate(of_each.items()):
        shown_name = "" if name == ANONYMOUS else line(name)
        accounts = (("moodle", participant),) if participant else ()
        person = Person(participant or shown_name, shown_name, accounts=accounts)
        files = [match for match in matches if match["type"] == "file"]
        typed += not files
        folders = tuple(listing.root / match[0] for match in files or matches if match[0] in listing.folders)
        flat = [(match[0], match["file"] or match[0]) for match in files or matches if match[0] in listing.files]
        copies, left_out = gathered(listing.root, flat, work / f"moodle-{number}") if flat else ((), [])
        hand_ins.append(HandIn((*folders, *copies), (person,), line("_".join(filter(None, [name, participant])))))
        notes += left_out
    if typed:
        notes.append(f"{plural(typed, 'hand-in')} with nothing but text typed in the browser")
    return Found(hand_ins, notes)
