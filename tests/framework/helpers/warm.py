"""What grades, loaded once before processes are forked for gradings. Nothing of it says anything about a submission."""

import gc

import pytest

import autograder.grading.plugin
import autograder.standins.importer
import autograder.standins.local

assert [pytest, autograder]  # loaded is all that they are to be
gc.collect()
gc.freeze()  # a collection in a forked process then leaves these pages alone
