"""The result of a grading in the forms that platforms read.

A format says who reads it. What students must not see (tests whose visibility is not `visible`, reasons that a suite
withholds, texts for staff) stands in no format that students read.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from autograder.grading.outcome import Outcome


@dataclass(frozen=True)
class Format:
    """One form of a result.

    Attributes:
        writer: "module:function"; the module is imported when a result is written.
        readers: "platform" shows each the part that is for them.
        of_all: what reads it takes it for the whole result, also where that is only a part of the tests.
    """

    writer: str
    readers: Literal["students", "staff", "platform"]
    of_all: bool = True

    def write(self, outcome: "Outcome") -> str:
        """Return the text.

        Raises:
            AutograderError: the result cannot be said in this format.
        """
        module, _, function = self.writer.partition(":")
        return getattr(import_module(module), function)(outcome)


FORMATS = {
    "gradescope": Format("autograder.results.gradescope:write", "platform"),
    "autolab": Format("autograder.results.autolab:write", "students"),
    "prairielearn": Format("autograder.results.prairielearn:write", "students"),
    "github-classroom": Format("autograder.results.github:write_result", "students"),
    "github-notices": Format("autograder.results.github:write_notices", "students"),
    "junit": Format("autograder.results.junit:write", "staff", of_all=False),
    "markdown": Format("autograder.results.markdown:write", "students", of_all=False),
}
