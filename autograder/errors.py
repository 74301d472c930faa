"""Errors, sorted by who can act on them."""


class AutograderError(Exception):
    """Ours or the suite's: staff see the traceback, the student a sentence without blame, and no score is lost silently."""


class AssignmentError(AutograderError):
    """The instructor's: assignment.toml, a suite or a reference says something that cannot be carried out."""


class SubmissionError(Exception):
    """The student's: shown as it is, so it names the file, what was found and what was expected."""
