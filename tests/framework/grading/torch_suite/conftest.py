"""The suite below is graded by test_torch_suite.py; by itself it finds no submission to import."""

collect_ignore = ["tests"]
