"""Which libraries a test will use, read off its code: each process is as light as it can be, and no verdict depends on it."""

import importlib.util
import json
import os
import subprocess
import sys
import textwrap

import pytest
from files import write_files
from places import ROOT

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch"),
    pytest.mark.slow,
]

TOML = """
title = "A ladder"
[submission]
files = ["layers.py", "network.py", "training.py", "late.py", "program.py"]
support = ["given.py"]
reference = "."
[[suites]]
path = "tests"
[sandbox]
preload = ["numpy", "matplotlib.pyplot", "torch"]
"""
HAS = """
import sys
def has(module): return module in sys.modules
def heavy(): return [module for module in ("torch", "matplotlib") if module in sys.modules]
"""
FILES = {
    "assignment.toml": TOML.replace('reference = "."\n', ""),
    "given.py": HAS,
    "SUBMISSION/layers.py": HAS + "import numpy as np\ndef double(x): return 2 * x\nclass Layer:\n    size = 3\n",
    "SUBMISSION/network.py": HAS + "import torch\nfrom layers import double\n",
    "SUBMISSION/training.py": HAS + "import matplotlib.pyplot\nimport network\n",
    "SUBMISSION/late.py": HAS
    + "import importlib\n\ndef relu(x):\n    return importlib.import_module('to' + 'rch').nn.functional.relu(x)\n",
    "SUBMISSION/program.py": "import sys\nimport torch\nprint('torch' in sys.modules)\n",
    "tests/helpers.py": """
        import torch

        def expected(x):
            return torch.as_tensor(x).numpy()

        def three():
            return 3
        """,
    "tests/test_it.py": """
        import functools, importlib, unittest
        import numpy as np
        import pytest
        import helpers
        import layers, late
        from layers import Layer
        from network import has as network_has
        from autograder.background import background

        LAYER_SIZE = Layer.size

        def light(module=layers): return module.heavy() == []

        def test_a_module_that_needs_numpy_alone():
            assert light()

        def test_a_constant_of_such_a_module():
            assert LAYER_SIZE == 3 and light()

        def test_a_support_file():
            import given
            assert light() and helpers.three() == 3

        def test_a_module_that_imports_torch():
            assert network_has("torch")

        def test_what_a_module_imports_by_another():
            import training
            assert training.has("torch") and training.has("matplotlib")

        def test_a_module_by_a_name_in_a_text():
            assert importlib.import_module("network").has("torch")

        @pytest.mark.parametrize("name, heavy", [("layers", []), ("network", ["".join(["tor", "ch"])])])
        def test_a_module_by_a_parameter(name, heavy):
            assert importlib.import_module(name).heavy()[:1] == heavy

        def test_a_helper_of_the_suite_that_uses_torch():
            assert layers.double(helpers.expected([1.0])).tolist() == [2.0] and layers.has("torch")

        @pytest.fixture
        def network():
            import network
            return network

        def test_a_fixture_that_uses_it(network):
            assert network.has("torch")

        @pytest.fixture(scope="module")
        def made():
            return Layer()

        def test_a_wide_fixture_of_tests_that_need_nothing_more(made):
            assert made.size == 3

        def test_a_wide_fixture_of_which_one_test_needs_more(made):
            assert made.size == 3 and network_has("torch")

        def test_a_program(run_script):
            done = run_script("program.py")
            assert done.stdout.strip() == "True"

        class InAClass:
            def check(self):
                return network_has("torch")

        class TestMethods(InAClass):
            def test_a_method_of_a_base_class(self):
                assert self.check()

        class Cases(unittest.TestCase):
            def setUp(self):
                import network
                self.network = network

            def test_what_is_set_up(self):
                assert self.network.has("torch")

        def test_the_light_way_once_more():
            assert light()
        """,
    "tests/test_late.py": """
        import numpy as np
        import late

        class Tensor(np.ndarray):
            pass

        def test_an_import_that_nobody_sees():
            import importlib
            library = importlib.import_module("".join(["tor", "ch"]))
            assert late.heavy() == []
            assert late.relu(library.tensor([-1.0, 2.0])).tolist() == [0.0, 2.0]

        def test_the_next_test_of_the_file_has_what_the_last_one_lacked():
            assert late.heavy()[:1] == ["".join(["tor", "ch"])]
        """,
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ladder")
    folder.chmod(0o755)
    write_files(folder, {name: textwrap.dedent(text) for name, text in FILES.items()})
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "SUBMISSION", "--out", "results.json"],
        cwd=folder, capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert not done.stderr and (folder / "results.json").exists(), done.stdout + done.stderr
    return json.loads((folder / "results.json").read_text())


def test_each_test_has_a_process_with_the_libraries_that_its_code_leads_to_and_no_others(graded):
    assert {test["name"]: test.get("output") for test in graded["tests"] if test["status"] != "passed"} == {}
    assert len(graded["tests"]) == 18


def test_what_was_loaded_late_is_a_note(graded):
    (note,) = graded["extra_data"]["notes"]
    assert note.startswith("torch was loaded by 1 test late, ") and note.endswith("the process had begun without it")
