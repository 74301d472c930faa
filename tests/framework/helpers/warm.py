"""What grades, loaded once before processes are forked for gradings. Nothing of it says anything about a submission."""

import importlib

import gradescope_utils.autograder_utils.decorators
import gradings
import pytest
from _pytest.config import default_plugins

import autograder.grading.suites
import autograder.standins.importer
import autograder.standins.local
from autograder.sandbox.preloading import settle

assert [pytest, autograder, gradescope_utils, gradings]  # loaded is all that they are to be
for name in default_plugins:
    importlib.import_module(f"_pytest.{name}")
settle()
