"""Several graders for one submission, where there are several processors: forks of the collected session.

Each has fork servers, folders and alarms of its own, and runs the tests of some files, in the order in which they stand. Files
stay together that share a fixture of wider scope or a background run, and those with the tests that a background run needs. So
each test finds what it would find if all ran one after the other. A suite that mixes the tests of its files is not shared out.
"""

import itertools
import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from autograder.assignment import belongs
from autograder.background import BackgroundRun
from autograder.grading.forks import fork
from autograder.grading.libraries import fixtures_of
from autograder.grading.records import Record
from autograder.sandbox.kernel import end_with
from autograder.sandbox.ladder import Ladder

WIDER = ("session", "package")  # fixtures that tests of several files may share
LEAST_TESTS = 40  # below, a second grader costs more than it saves
PATIENCE_SECONDS = 30.0  # with another grader, when the time that all tests have together is over


@dataclass
class Report:
    """What another grader has come to.

    Attributes:
        records: of its tests, and one in place of each thing that went wrong besides.
        not_run: ids of tests for which the time of all tests was not enough.
        waited: seconds that tests have taken which were ended because the submission was waiting.
        cpu_seconds: of the grader itself, since it was forked.
        imports: of libraries, that took long.
        error: that ended pytest; whether it explains itself.
    """

    records: list[Record] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    waited: float = 0.0
    cpu_seconds: float = 0.0
    imports: list[tuple[str, int]] = field(default_factory=list)
    error: str = ""
    explained: bool = False

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Report":
        found = json.loads(path.read_text(encoding="utf-8"))
        found["records"] = [Record(**{**record, "tags": tuple(record["tags"])}) for record in found["records"]]
        found["imports"] = [(library, milliseconds) for library, milliseconds in found["imports"]]
        return cls(**found)


@dataclass
class Other:
    """Another grader, as the first one knows it."""

    pid: int
    items: list[pytest.Item]
    path: Path  # of its report


class Sharing:
    """The graders of one submission.

    Args:
        ladders: of the other graders, one for each that there may be.
        work: a folder of ours, for their reports.
        settle: called in another grader with its number and ladder, to make what it uses its own.

    Attributes:
        number: of this grader; 0 is the first, which is the one that goes on.
        shared: whether there are others.
        runs: the background runs that tests of this grader use; the first one has those besides that no test seems to use.
    """

    def __init__(self, ladders: Sequence[Ladder], work: Path, settle: Callable[[int, Ladder], None]) -> None:
        self.ladders = ladders
        self.work = work
        self.settle = settle
        self.number = 0
        self.others: list[Other] = []
        self.runs: list[BackgroundRun] = []
        self.told = False

    @property
    def shared(self) -> bool:
        return bool(self.others) or self.number > 0

    def divide(
        self, items: list[pytest.Item], runs: Sequence[BackgroundRun], numbers: Callable[[pytest.Item], str | None],
        weight: Callable[[pytest.Item], float],
    ) -> None:  # fmt: skip
        """Fork the other graders; in each, and in this one, leave those of the items that it is to run.

        Args:
            numbers: the number of a test.
            weight: how long a test takes, in comparison with others.
        """
        if len(items) < LEAST_TESTS or not in_files(items) or has_threads() or not all(map(is_apart, self.ladders)):
            return
        shares = shares_of(groups_of(items, runs, numbers), len(self.ladders) + 1, weight)
        owners = [next((number for number, share in enumerate(shares) if users_of(run, share)), 0) for run in runs]
        first = os.getpid()
        for number, (ladder, share) in enumerate(zip(self.ladders, shares[1:], strict=False), start=1):
            path = self.work / f"grader-{number}.json"
            pid = fork()
            if pid == 0:
                self.number, self.others = number, []
                end_with(first)  # whatever ends it
                for other in self.ladders:
                    if other is not ladder:
                        other.hand_over()
                items[:] = share
                self.runs = [run for run, owner in zip(runs, owners, strict=True) if owner == number]
                self.settle(number, ladder)
                return
            self.others.append(Other(pid, share, path))
        for ladder in self.ladders:
            ladder.hand_over()  # it ends with the grader that has it, or at once where none has
        items[:] = shares[0]
        self.runs = [run for run, owner in zip(runs, owners, strict=True) if owner == 0]

    def tell(self, report: Report) -> None:
        """In another grader: leave the report for the first one."""
        report.write(self.work / f"grader-{self.number}.json")
        self.told = True

    def hear(self, seconds: float) -> Iterable[tuple[Other, Report | None]]:
        """In the first grader: wait for the others, so long; give what each has come to, None where it has not ended well."""
        deadline = time.monotonic() + max(seconds, 0.0) + PATIENCE_SECONDS
        while self.others:
            status = wait_until(self.others[0].pid, deadline)
            other = self.others.pop(0)
            yield other, Report.read(other.path) if status == 0 else None

    def end(self) -> None:
        """Pytest is done. Another grader ends here; the first one kills what there is of others."""
        if self.number:
            os._exit(0 if self.told else 1)
        for other in self.others:
            os.kill(other.pid, signal.SIGKILL)
            os.waitpid(other.pid, 0)
        self.others = []


def wait_until(pid: int, deadline: float) -> int:
    """The status with which a child has ended, which is killed at the deadline."""
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return -signal.SIGKILL
        time.sleep(0.003)


def has_threads() -> bool:
    """Whether a suite has started threads while it was collected: a fork has none of them, and perhaps the locks they hold."""
    return len(os.listdir("/proc/self/task")) > 1


def is_apart(ladder: Ladder) -> bool:
    """Whether what one grader has running counts against no limit of another's, as it would with one user for all."""
    return ladder.report()["level"] == "A"


def users_of(run: BackgroundRun, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests in whose module the run has a name."""
    return [item for item in items if any(value is run for value in vars(getattr(item, "module", run)).values())]


def in_files(items: Sequence[pytest.Item]) -> bool:
    """Whether the tests of each file stand together."""
    paths = [item.path for item in items]
    changes = sum(one != other for one, other in itertools.pairwise(paths))
    return changes + 1 == len(set(paths))


def groups_of(
    items: Sequence[pytest.Item], runs: Sequence[BackgroundRun], numbers: Callable[[pytest.Item], str | None]
) -> list[list[pytest.Item]]:
    """The tests in groups that do not depend on each other, each in its order."""
    groups = {path: [path] for path in dict.fromkeys(item.path for item in items)}  # path -> all of its group

    def together(paths: Iterable[Path]) -> None:
        first, *others = [*dict.fromkeys(paths)] or [items[0].path]
        for other in others:
            if groups[other] is not groups[first]:
                groups[first] += groups[other]
                for path in groups[other]:
                    groups[path] = groups[first]

    users: dict[int, list[Path]] = {}
    for item in items:
        for fixture in fixtures_of(item):
            if fixture.scope in WIDER and not fixture.func.__module__.startswith(("_pytest.", "autograder.")):
                users.setdefault(id(fixture), []).append(item.path)
    for paths in users.values():
        together(paths)
    for run in runs:
        having = [item.path for item in users_of(run, items)]
        needed = [item.path for item in items for number in run.needs if belongs(numbers(item), number)]
        together([*having, *needed])
    ordered = list(dict.fromkeys(map(id, groups.values())))
    found = {group: [item for item in items if id(groups[item.path]) == group] for group in ordered}
    return list(found.values())


def shares_of(
    groups: Sequence[list[pytest.Item]], count: int, weight: Callable[[pytest.Item], float]
) -> list[list[pytest.Item]]:
    """Groups in as many shares, alike in weight, that with the first test first; fewer where there are not so many groups."""
    shares: list[list[list[pytest.Item]]] = [[] for _ in range(min(count, len(groups)))]
    loads = [0.0] * len(shares)
    place = {id(group): index for index, group in enumerate(groups)}
    for group in sorted(groups, key=lambda group: -sum(map(weight, group))):
        lightest = loads.index(min(loads))
        shares[lightest].append(group)
        loads[lightest] += sum(map(weight, group))
    ordered = [sorted(share, key=lambda group: place[id(group)]) for share in shares]
    ordered.sort(key=lambda share: place[id(share[0])])
    return [[item for group in share for item in group] for share in ordered]
