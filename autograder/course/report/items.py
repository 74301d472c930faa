"""The section of tests: who passes them, whether they agree with the rest, and which of them staff should look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.course.report import plots
from autograder.course.report.cohort import BROKEN, FAILED, PARTLY, PASSED, Cohort, Item
from autograder.course.report.markup import NO_VALUE, escaped, sortable, table
from autograder.course.report.scores import left_out
from autograder.course.report.statistics import LEAST, alpha, discriminations, is_upside_down, medians
from autograder.grading.records import number

HEAD = (
    sortable("test", "text"),
    sortable("points"),
    sortable("passed"),
    sortable("not passed"),
    sortable("discrimination"),
    sortable("seconds"),
    sortable("remarks", "text"),
)


@dataclass(frozen=True)
class Figures:
    """What the class has made of a test.

    Attributes:
        passed, failed, broken: in how many submissions; one that reaches a part of the points has failed.
        discrimination: see `statistics.discriminations`; None where it is not claimed.
        seconds: the median.
    """

    item: Item
    passed: int
    failed: int
    broken: int
    discrimination: float | None
    seconds: float | None

    @property
    def upside_down(self) -> bool:
        return is_upside_down(self.discrimination, self.passed + self.failed)

    @property
    def unfailed(self) -> bool:
        return bool(self.passed) and not self.failed

    @property
    def unpassed(self) -> bool:
        return bool(self.failed) and not self.passed


def figures_of(cohort: Cohort) -> list[Figures]:
    """Return the figures of all tests, over the submissions that count."""
    states = cohort.states[cohort.counted]
    passed = (states == PASSED).sum(0)  # (T,)
    failed = ((states == FAILED) | (states == PARTLY)).sum(0)
    broken = (states == BROKEN).sum(0)
    found: Sequence[Any] = [None] * len(cohort.items)
    if len(states) >= LEAST:
        found = discriminations(cohort.shares[cohort.counted], cohort.points[cohort.counted])
    seconds = medians(cohort.seconds[cohort.counted])
    return [
        Figures(item, int(passed[t]), int(failed[t]), int(broken[t]), found[t], seconds[t])
        for t, item in enumerate(cohort.items)
    ]


def tests(cohort: Cohort) -> str:
    count = int(cohort.counted.sum())
    if not count or not cohort.items:
        return "<p>No test has run yet.</p>"
    figures = figures_of(cohort)
    return (
        f"{left_out(cohort)}{reliability(cohort, count)}{findings(figures)}"
        + table(HEAD, map(row, figures), "id=items class=sortable", caption="All tests", tall=True)
        + "<p class=hint>Passed: of the submissions in which the test has a verdict. Discrimination: correlation of the test"
        " with the points of all other tests; above 0.2 is usual. Seconds: the median of the processor time. Click a"
        " number in the column “not passed” to list these students in the table of students.</p>"
    )


def row(figures: Figures) -> str:
    item, verdicts = figures.item, figures.passed + figures.failed
    share = figures.passed / verdicts if verdicts else 0.0
    remarks = ["the best fail it"] if figures.upside_down else []
    remarks += ["nobody fails it"] if figures.unfailed else []
    remarks += ["nobody passes it"] if figures.unpassed else []
    remarks += [f"needs a human in {figures.broken}"] if figures.broken else []
    return (
        f"<tr><td>{escaped(item.title, 100)}<td>{NO_VALUE if item.max_score is None else number(item.max_score)}"
        f"<td>{100 * share:.0f} %{plots.meter(share)}<td><button class=who>{figures.failed}</button>"
        f"<td>{signed(figures.discrimination)}<td>{NO_VALUE if figures.seconds is None else f'{figures.seconds:.2f}'}"
        f"<td>{', '.join(remarks)}"
    )


def signed(value: float | None) -> str:
    return NO_VALUE if value is None else f"{value:.2f}".replace("-", "−")


def reliability(cohort: Cohort, count: int) -> str:
    if count < LEAST:
        need = f"need at least {LEAST} submissions that are not empty; this class has {count}"
        return f"<p>Discrimination and reliability {need}.</p>"
    value = alpha(cohort.by_part[cohort.counted])
    if value is None:
        return "<p>Reliability: – (it needs two parts whose points vary).</p>"
    return (
        f"<p>Reliability over the {len(cohort.parts)} parts (Cronbach’s α): <b>{signed(value)}</b>. 0.7 is enough to"
        " compare groups; judging single students takes 0.8 to 0.9.</p>"
    )


def findings(figures: Sequence[Figures]) -> str:
    """What staff should look at first."""
    found = ""
    upside_down = sorted((one for one in figures if one.upside_down), key=lambda one: one.discrimination or 0.0)
    if upside_down:
        items = "".join(f"<li>{escaped(one.item.title, 100)}: {signed(one.discrimination)}" for one in upside_down)
        found += (
            f"<div class=alert><b>Is this test broken?</b> Those who do well in everything else fail it.<ul>{items}</ul></div>"
        )
    for words, chosen in (
        ("nobody passes", [one for one in figures if one.unpassed]),
        ("nobody fails", [one for one in figures if one.unfailed]),
    ):
        if chosen:
            count = "1 test" if len(chosen) == 1 else f"{len(chosen)} tests"
            items = "".join(f"<li>{escaped(one.item.title, 100)}" for one in chosen)
            found += f"<details><summary>{count} that {words}</summary><ul>{items}</ul></details>"
    return found
