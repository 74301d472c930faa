"""A sandbox whose processes have torch loaded, for the test modules that ask for it with

pytest_plugins = ["sandboxes", "torch_sandboxes"]

@pytest.fixture(scope="session")
def sandbox(torch_sandbox):
    return torch_sandbox
"""

import importlib

import pytest

from autograder.sandbox.client import Sandbox
from autograder.sandbox.limits import Limits


@pytest.fixture(scope="session")
def torch_sandbox(stages):
    running = Sandbox(Limits(), preload=("numpy", "torch"), readable=[str(stages)])
    importlib.import_module("autograder.standins.tensors")
    report = running.report()
    assert not report["canary"]["failures"] and not report["not_preloaded"]
    yield running
    running.close()
