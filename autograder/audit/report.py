"""What an audit has found, as rows, as text for a terminal and as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from textwrap import shorten
from typing import Any

from autograder.audit.grading import BROKEN, KILLED, NOT_RUN, GradedMutant
from autograder.audit.mistakes import GradedMistake
from autograder.audit.parts import NO_PART, in_order
from autograder.audit.tracing import Test
from autograder.audit.whole import Audit
from autograder.gradescope.wording import plural
from autograder.text import clean, line

COLUMNS = ("mutants", "own tests", "others' only", "survived", "not reached", "equivalent", "not judged")
ALWAYS = ("mutants", "own tests", "survived")
WIDTH = 79  # of a line of the table, if the names of the parts have room
GAP = 3  # between two columns
LEAST_ROOM = 16
LISTED_TESTS = 3
MAX_FAULT = 300  # characters


@dataclass
class Row:
    """The mutants of one part, each counted in one column.

    Attributes:
        own: killed by a test of the part.
        others: killed by tests of other parts only.
        survived: seen by no test, although some execute its function.
        unreached: in a function that no test executes.
        equivalent: seen by no test, and listed with a reason.
        unjudged: the suite or the machine was at fault.
    """

    part: str
    title: str
    mutants: int = 0
    own: int = 0
    others: int = 0
    survived: int = 0
    unreached: int = 0
    equivalent: int = 0
    unjudged: int = 0

    @property
    def counts(self) -> tuple[int, ...]:
        return self.mutants, self.own, self.others, self.survived, self.unreached, self.equivalent, self.unjudged


def rows_of(audit: Audit) -> list[Row]:
    """A row for each part that has mutants, and one for all."""
    titles = {part.number: part.title for part in audit.assignment.parts}
    rows: dict[str, Row] = {}
    whole = Row("", "all")
    for one in audit.graded:
        part = audit.own_part(one)
        for row in (rows.setdefault(part, Row(part, titles.get(part, ""))), whole):
            row.mutants += 1
            name = state(audit, one)
            setattr(row, name, getattr(row, name) + 1)
    return [*(rows[part] for part in sorted(rows, key=in_order)), whole]


def state(audit: Audit, one: GradedMutant) -> str:
    """In which column of a row a mutant is counted."""
    if audit.own_killers(one):
        return "own"
    if one.killers:
        return "others"
    if one.mutant.id in audit.equivalents:
        return "equivalent"
    if one.faults:
        return "unjudged"
    return "survived" if one.reached else "unreached"


def text_of(audit: Audit) -> str:
    """What the command prints."""
    return "\n".join(clean(words) for words in lines_of(audit))


def lines_of(audit: Audit) -> Iterator[str]:
    yield from table(rows_of(audit))
    yield ""
    yield (
        f"{plural(audit.made.same + audit.made.twins, 'more mutant')} were dropped: "
        f"{audit.made.same} with the bytecode of the original, {audit.made.twins} with that of another mutant"
    )
    for title, mutants in (("survived", audit.survivors), ("not judged", audit.unjudged)):
        for one in mutants:
            yield ""
            yield from mutant_lines(audit, one, title)
    idle = audit.idle_tests()
    if idle:
        yield ""
        yield f"{plural(len(idle), 'test')} killed no mutant of their own part:"
        yield from (f"  {test.nodeid}" for test in idle)
    yield from (f"\n{fault}" for fault in audit.faults)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The counts, without columns in which nothing is counted, in lines of a narrow terminal."""
    shown = [k for k, name in enumerate(COLUMNS) if name in ALWAYS or any(row.counts[k] for row in rows)]
    widths = {k: len(COLUMNS[k]) + GAP for k in shown}
    room = max(WIDTH - sum(widths.values()), LEAST_ROOM)
    names = [shorten(f"{row.part} {row.title}", room, placeholder=" …") for row in rows]
    wide = max(map(len, names))
    yield " " * wide + "".join(f"{COLUMNS[k]:>{width}}" for k, width in widths.items())
    for name, row in zip(names, rows, strict=True):
        yield f"{name:<{wide}}" + "".join(f"{row.counts[k] or '–':>{width}}" for k, width in widths.items())


def mutant_lines(audit: Audit, one: GradedMutant, title: str) -> Iterator[str]:
    mutant = one.mutant
    title = title if one.reached else "not reached"
    yield f"{title}: {mutant.id} in {mutant.function or mutant.file} ({part_words(audit, one)})"
    yield from (f"  {words}" for words in mutant.diff().split("\n"))
    if one.faults:
        yield f"  {line(one.faults[0][:MAX_FAULT])}"
    elif one.reached:
        yield f"  reached by {listed(one.reaching)}"
        yield from (f"  {words}" for words in margin_words(one))


def margin_words(one: GradedMutant) -> Iterator[str]:
    """Where the answers of a mutant come nearest to being wrong; nothing where no number was compared."""
    if one.margins:
        nodeid, margin = max(one.margins.items(), key=lambda found: found[1])
        yield f"largest difference: {margin:.2g} of the tolerance, in {nodeid.rpartition('::')[2]}"


def part_words(audit: Audit, one: GradedMutant) -> str:
    part = audit.own_part(one)
    return "no part" if part == NO_PART else f"part {part}"


def listed(tests: Sequence[Test]) -> str:
    """The names of some tests, and how many there are more."""
    names = [test.nodeid.rpartition("::")[2] for test in tests[:LISTED_TESTS]]
    more = f" and {len(tests) - LISTED_TESTS} more" if len(tests) > LISTED_TESTS else ""
    return f"{', '.join(names)}{more}"


def document_of(audit: Audit) -> dict[str, Any]:
    """The whole audit as JSON has it: rows, mutants with the tests that killed them, and what is wrong with the list."""
    return {
        "title": audit.assignment.title,
        "sound": audit.sound,
        "dropped": {"same as the original": audit.made.same, "same as another": audit.made.twins},
        "parts": [asdict(row) for row in rows_of(audit)],
        "tests": [test.nodeid for test in audit.tests],
        "mutants": [mutant_document(audit, one) for one in audit.graded],
        "idle_tests": [test.nodeid for test in audit.idle_tests()],
        "faults": list(audit.faults),
    }


def mutant_document(audit: Audit, one: GradedMutant) -> dict[str, Any]:
    mutant = one.mutant
    entry = audit.equivalents.get(mutant.id)
    verdicts = {
        name: [nodeid for nodeid, found in one.verdicts.items() if found == status]
        for name, status in (("killed_by", KILLED), ("not_run", NOT_RUN), ("broken", BROKEN))
    }
    return {
        "id": mutant.id,
        "part": audit.own_part(one),
        "state": state(audit, one),
        "function": mutant.function,
        "operator": mutant.operator,
        "before": mutant.before,
        "after": mutant.after,
        "reached_by": [test.nodeid for test in one.reaching],
        **verdicts,
        "margins": {nodeid: float(f"{margin:.3g}") for nodeid, margin in one.margins.items()},
        "equivalent_because": entry.reason if entry else None,
        "faults": one.faults,
    }


def mistakes_document(done: Sequence[GradedMistake]) -> list[dict[str, Any]]:
    """The mistakes and solutions of an assignment as JSON has them."""
    return [{"name": one.mistake.name, "right": one.mistake.right, "faults": one.faults} for one in done]


def mistakes_text(done: Sequence[GradedMistake], same: int) -> str:
    """What is not as the files of mistakes and solutions say, and how many are.

    Args:
        same: how many were not graded, since nothing has changed for them.
    """
    counts = Counter(one.mistake.right for one in done)
    found = [
        f"{'solution' if one.mistake.right else 'mistake'} {one.mistake.name}: {fault}" for one in done for fault in one.faults
    ]
    faulty = sum(bool(one.faults) for one in done)
    verdict = f"{faulty} are not graded as their files say" if faulty else "graded as their files say"
    graded = (
        [f"{plural(counts[False], 'mistake')}, {plural(counts[True], 'other solution')}: {verdict}"] if done or not same else []
    )
    kept = (
        [f"{same} not graded again: nothing has changed for them since the last time (--again grades them, too)"]
        if same
        else []
    )
    return "\n".join([*found, *graded, *kept])
