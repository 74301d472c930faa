"""What the suites are run on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.stage import Stage
from autograder.sandbox.ladder import Ladder


@dataclass(frozen=True)
class Submission:
    """What the suites are run on.

    Attributes:
        stage: its files.
        shared: a folder that every process of it may read, for files of the suites.
        work: a folder of ours, for what the suites have in files while they run.
        sandbox: that its processes run in; None to run it in this process.
        variant: the code of the student's own numbers; None where all have the same.
        beside: names of files that lie beside it and are not handed in, as far as that is known.
        ladders: of other graders, that may run a part of the tests.
    """

    stage: Stage
    shared: Path
    work: Path
    sandbox: Ladder | None = None
    variant: str | None = None
    beside: Sequence[str] = ()
    ladders: Sequence[Ladder] = ()
