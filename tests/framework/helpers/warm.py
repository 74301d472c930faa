"""What grades, loaded once before processes are forked for gradings. Nothing of it says anything about a submission."""

import gc
import importlib

import gradescope_utils.autograder_utils.decorators
import gradings
import pytest
from _pytest.config import default_plugins

import autograder.grading.suites
import autograder.standins.importer
import autograder.standins.local

assert [pytest, autograder, gradescope_utils, gradings]  # loaded is all that they are to be
for name in default_plugins:
    importlib.import_module(f"_pytest.{name}")
gc.collect()
gc.freeze()  # a collection in a forked process then leaves these pages alone
