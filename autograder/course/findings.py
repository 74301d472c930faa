"""What a class is compared for: code that is similar, and behaviour that is wrong in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Match:
    """Lines of one file that resemble lines of another.

    Attributes:
        lines_a, lines_b: first and last line, counted from 1, both included.
    """

    file_a: str
    lines_a: tuple[int, int]
    file_b: str
    lines_b: tuple[int, int]


@dataclass(frozen=True)
class Pair:
    """Two submissions whose code is similar.

    Attributes:
        a: the id of a row.
        b: the id of a row, or the label of a submission in an archive.
        share_a: the part of a's own code that has its like in b, 0 to 1; the skeleton's code does not count.
        share_b: the same of b's.
        weight: what the pairs are ranked by; rare code weighs more.
        rank: 1 for the most similar pair.
        matches: in the order of a's files and lines.
        archived: b is a submission in an archive.
        files_b: its files, by name, where b is in an archive; empty where b is a row, whose files the course has.
    """

    a: str
    b: str
    share_a: float
    share_b: float
    weight: float
    rank: int
    matches: Sequence[Match] = ()
    archived: bool = False
    files_b: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Excerpt:
    """Consecutive lines of a file.

    Attributes:
        first: the number of the first line, counted from 1.
        text: the lines.
    """

    file: str
    first: int
    text: str


@dataclass(frozen=True)
class Group:
    """Submissions that fail the same tests of one part in the same way.

    Attributes:
        name: of the mistake, where it is known; empty otherwise.
        sentence: what is wrong, for staff.
        part: the title of the part, as `grading.parts.by_part` gives it.
        tests: the node ids of the tests that fail.
        rows: the ids of the rows.
        representative: the row that is shown.
        lines: of the representative, where the mistake is likely to be.
        skeleton: the lines of the skeleton that they replace; empty where it has none.
        share: of all failures of the class, 0 to 1.
    """

    sentence: str
    part: str
    tests: Sequence[str]
    rows: Sequence[str]
    representative: str
    lines: Sequence[Excerpt] = ()
    skeleton: Sequence[Excerpt] = ()
    share: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Grouping:
    """The groups of a class, the largest first.

    Attributes:
        covered: how many failures the groups explain; one failure is a test that a row fails.
        failures: how many there are.
    """

    groups: Sequence[Group] = ()
    covered: int = 0
    failures: int = 0
