"""The suite below is graded by test_hidden_values.py; by itself it finds no submission to import."""

collect_ignore = ["tests"]
