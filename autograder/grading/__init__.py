"""Grading one submission: `grade`, told in `story.py`, and what it needs."""

from autograder.grading.story import grade

__all__ = ["grade"]
