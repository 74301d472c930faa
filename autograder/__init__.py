"""Autograded assignments: ordinary pytest suites, sandboxed submissions, complete results."""

__version__ = "0.1.0"
