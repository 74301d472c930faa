"""Gradescope's submission export: a folder for each submission, and submission_metadata.yml, which says whose it is.

    submission_12345:
      :submitters:
      - :name: Ada Lovelace
        :sid: '4711'
        :email: ada@example.edu
      :created_at: 2026-11-12 22:01:25.123456000 Z
      :score: 12.5
      :results: ...
      :history:
      - :id: 12001
        :created_at: 2026-11-12 21:00:00.000000000 Z
        :score: 3.0

The keys are symbols of Ruby. The format is not documented.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.course.downloads.listing import Found, Listing
from autograder.course.model import HandIn, Person
from autograder.errors import AutograderError, UsageError
from autograder.gradescope import metadata
from autograder.intake.remark import shown
from autograder.text import line

FILE = "submission_metadata.yml"
WORDS = "Gradescope export"
RESULTS = re.compile(r"(?P<indent> *)(?P<item>- )?:results:")
LABEL = re.compile(r"^['\"]?([^\s'\"#-][^'\"\n]*?)['\"]?:", re.MULTILINE)
ID = re.compile(r"submission_(\d+)")
EMPTY = ("", "~", "null")  # nothing, as YAML writes it


def claims(listing: Listing, wanted: Sequence[str]) -> set[str]:
    """The names that belong to an export; none without its metadata."""
    if FILE not in listing.files:
        return set()
    labels = LABEL.findall((listing.root / FILE).read_text(encoding="utf-8", errors="replace"))
    return {FILE, *labels} & {*listing.files, *listing.folders}


def read(listing: Listing, wanted: Sequence[str], work: Path) -> Found:
    """Read an export.

    Args:
        work: for what the export lacks.

    Raises:
        UsageError: the metadata cannot be read, or no submission that they list is there.
    """
    path = listing.root / FILE
    hand_ins, notes, absent = [], [], []
    for label, data in load(path).items():
        source = listing.root / label
        if label not in (*listing.folders, *listing.files):
            absent.append(label)
            source = work / f"absent-{len(absent)}"  # an empty folder is not in a zip
            source.mkdir(parents=True)
        try:
            hand_ins.append(hand_in(label, data, source, path.name))
        except AutograderError as error:
            raise UsageError(f"{error}. Download the export again") from error
        if not texts(data.get(":submitters")):
            notes.append(f"{shown(label)}: {FILE} does not say who handed it in")
    if absent and len(absent) == len(hand_ins):
        raise UsageError(f"{path} lists {len(absent)} submissions, and none of their folders is there; unpack the export again")
    if absent:
        names = ", ".join(map(shown, absent))
        notes.append(f"listed in {FILE} but not there, so graded as empty: {names}; unpack the export again if they should be")
    return Found(hand_ins, notes)


def hand_in(label: str, data: Mapping[str, Any], source: Path, file: str) -> HandIn:
    """One entry of the metadata, with what `gradescope.metadata.parse` takes."""
    people = []
    for each in texts(data.get(":submitters")):
        name, sid, email = (line(text(each.get(key))) for key in (":name", ":sid", ":email"))
        section = line(text(each.get(":Section") or each.get(":section") or each.get(":sections")))
        people.append(Person(sid or email or name or line(label), name, email, section))
    found = ID.fullmatch(label)
    content = {
        "id": found and found[1],
        "created_at": moment(data.get(":created_at")),
        "previous_submissions": [
            {
                "id": text(entry.get(":id")),
                "submission_time": moment(entry.get(":created_at")),
                "score": text(entry.get(":score")) or None,
            }
            for entry in texts(data.get(":history"))
        ],
    }
    parsed = metadata.parse(content, f"{file}, {shown(label)}")
    people = people or [Person(line(label))]
    return HandIn((source,), tuple(people), line(label), parsed.created_at, metadata=content)


def load(path: Path) -> dict[str, dict[str, Any]]:
    """Read the metadata: label -> what Gradescope says, all scalars as text; what the tests said is left out.

    Raises:
        UsageError: they cannot be read; the message has the line.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # it knows texts, lists and tables only, and no Ruby
    try:
        whole = path.read_text(encoding="utf-8")
        try:
            data = yaml.load("".join(without_results(whole.splitlines(keepends=True))), Loader=loader)  # noqa: S506
        except yaml.YAMLError:  # something else refers to the results
            data = yaml.load(whole, Loader=loader)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise UsageError(f"{path} cannot be read: {told}. Download the export again") from error
    if not isinstance(data, dict) or not all(isinstance(each, dict) for each in data.values()):
        raise UsageError(f"{path} does not list submissions; give Gradescope's export as it was downloaded")
    return data


def without_results(lines: Iterable[str]) -> Iterator[str]:
    """Leave out what the tests of each submission said: most of the file, and most of the time to read it."""
    inside = -1  # the column of the key whose value is left out
    for row in lines:
        if inside >= 0 and (not row.strip() or len(row) - len(row.lstrip(" ")) > inside):
            continue
        inside = -1
        match = RESULTS.match(row)
        if match:
            inside = len(match["indent"]) + len(match["item"] or "")
            yield f"{match[0]}\n"
        else:
            yield row


def texts(value: Any) -> list[dict[str, Any]]:
    """The tables of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A scalar; a list as one."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(text, value)))
    return "" if not isinstance(value, str) or value.strip().lower() in EMPTY else value.strip()


def moment(value: Any) -> str | None:
    """A time as it stands there; of a Ruby object the part in UTC."""
    return text(value.get("utc") if isinstance(value, dict) else value) or None
