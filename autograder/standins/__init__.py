"""The trusted side of the door: what a suite sees of the submission while grading."""

from autograder.standins.importer import files_for_submission, in_sandbox

__all__ = ["files_for_submission", "in_sandbox"]
