"""The suite below is graded by test_moved.py; by itself it finds no submission to import."""

collect_ignore = ["tests"]
