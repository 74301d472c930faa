"""The result of a grading in the forms that other platforms read.

A format says who reads it. What students must not see (tests whose visibility is not `visible`, reasons that a suite
withholds, texts for staff) stands in no format that students read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from autograder.formats import autolab, github, gradescope, junit, markdown, prairielearn
from autograder.grading import Outcome


@dataclass(frozen=True)
class Format:
    """One form of a result.

    Attributes:
        name: on the command line.
        suffix: of a file.
        readers: "platform" shows each the part that is for them.
        summary: what it is, in a few words.
        write: makes the text. It raises an AutograderError for a result that cannot be said in this format.
    """

    name: str
    suffix: str
    readers: Literal["students", "staff", "platform"]
    summary: str
    write: Callable[[Outcome], str]


FORMATS = {
    format.name: format
    for format in (
        Format("gradescope", ".json", "platform", "Gradescope's results.json", gradescope.write),
        Format("autolab", ".txt", "students", "Autolab's standard output", autolab.write),
        Format("prairielearn", ".json", "students", "PrairieLearn's results.json", prairielearn.write),
        Format("github-classroom", ".txt", "students", "GitHub Classroom's step output", github.write_result),
        Format("github-notices", ".txt", "students", "GitHub Classroom's points, as notices", github.write_notices),
        Format("junit", ".xml", "staff", "JUnit XML for CI systems", junit.write),
        Format("markdown", ".md", "students", "Markdown for a comment", markdown.write),
    )
}
