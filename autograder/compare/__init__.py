"""Assertions that say what differs: shape, kind, finiteness, values; what suites import."""

from autograder.compare.assertions import assert_close, assert_finite, assert_same, assert_unchanged
from autograder.compare.mismatch import Mismatch

__all__ = ["Mismatch", "assert_close", "assert_finite", "assert_same", "assert_unchanged"]
