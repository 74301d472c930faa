"""The suite below is graded by test_verdicts.py; by itself it finds no submission to import."""

collect_ignore = ["tests"]
