"""The suites of the corpus are graded by test_conformance.py and are no tests of this repository."""

collect_ignore = ["suites"]
