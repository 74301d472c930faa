"""Modules in packages and below src/, and helper files: how they are named, imported, and found to be missing."""

import textwrap

import pytest
from files import write_files
from toys import grade_toy

SETTINGS = """
title = "Toy"
reference = "reference"
[submission]
files = ["src/shop/__init__.py", "src/shop/cart.py", "src/tools.py", "main.py"]
root = "src"
also = ["src/shop/*.py", "helpers/**/*.py", "*.py"]
support = ["src/given.py"]
[[suites]]
path = "tests"
show_values = true
[limits]
test_seconds = 20
[sandbox]
preload = []
"""
FILES = {
    "src/shop/__init__.py": "from shop.cart import Cart\nNAME = 'shop'\n",
    "src/shop/cart.py": """
        from . import prices
        from given import TAX

        class Cart:
            def __init__(self):
                self.items = []
            def add(self, name):
                self.items.append(name)
            def total(self):
                return sum(prices.PRICES[name] for name in self.items) + TAX
    """,
    "src/tools.py": "from helpers.deep import double\n\ndef twice(x):\n    return double(x)\n",
    "main.py": "import utils\n\ndef run():\n    return utils.x\n",
}
HELPERS = {
    "src/shop/prices.py": "PRICES = {'tea': 3}\n",
    "helpers/deep.py": "def double(x):\n    return 2 * x\n",
    "utils.py": "x = 1\n",
}
SUITE = """
import subprocess
import sys

import main
import shop
import tools
from given import TAX
from shop import Cart, cart
from shop.cart import Cart as Same


def test_package():
    assert shop.NAME == "shop"

def test_module_in_a_package():
    basket = Cart()
    basket.add("tea")
    assert basket.total() == 3 + TAX and cart.Cart().total() == TAX and Same().total() == TAX

def test_module_below_the_root_with_a_helper_in_a_folder():
    assert tools.twice(4) == 8

def test_module_beside_the_root_with_a_helper():
    assert main.run() == 1

def test_script(run_script):
    assert run_script("main.py").returncode == 0

def test_module_as_a_script():
    assert subprocess.run([sys.executable, "-m", "shop.cart"]).returncode == 0
"""
NAMES = [line.split("(")[0].split()[1] for line in SUITE.splitlines() if line.startswith("def test_")]


def graded(folder, submission, mode="auto"):
    sources = {f"reference/{name}": text for name, text in (FILES | HELPERS).items()}
    sources |= {f"sub/{name}": text for name, text in submission.items()}
    sources |= {"reference/src/given.py": "TAX = 0.5\n", "tests/test_toy.py": SUITE, "assignment.toml": SETTINGS}
    write_files(folder, {name: textwrap.dedent(text) for name, text in sources.items()})
    return grade_toy(folder, mode)


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_a_right_submission_passes_with_its_helpers(tmp_path, mode):
    outcome = graded(tmp_path, FILES | HELPERS, mode)
    wrong = {name: outcome[name].reason + outcome[name].staff for name in NAMES if outcome[name].status != "passed"}
    assert set(wrong) <= ({"test_module_as_a_script"} if mode == "off" else set()), wrong


def test_a_module_that_is_missing_is_named_as_it_is_to_be_handed_in(tmp_path):
    outcome = graded(tmp_path, {name: text for name, text in (FILES | HELPERS).items() if name != "src/tools.py"})
    assert outcome["test_module_below_the_root_with_a_helper_in_a_folder"].status == "failed"
    assert "src/tools.py" in outcome["test_module_below_the_root_with_a_helper_in_a_folder"].reason
    assert outcome["test_package"].status == "passed"


def test_a_helper_file_that_is_not_taken_is_named(tmp_path):
    for also, takes in (("", "work.py"), ('also = ["lib_*.py"]', "work.py, lib_*.py")):
        folder = tmp_path / takes.replace("*", "x")
        settings = (
            f'title = "T"\n[submission]\nfiles = ["work.py"]\n{also}\n[[suites]]\npath = "tests"\n[sandbox]\npreload = []\n'
        )
        suite = "import work\n\ndef test_double():\n    assert work.double(3) == 6\n"
        files = {"assignment.toml": settings, "tests/test_toy.py": suite}
        files |= {"sub/work.py": "from utils import times\n\ndef double(x):\n    return times(2, x)\n", "sub/utils.py": ""}
        record = grade_toy(write_files(folder, files))["test_double"]
        assert record.status == "failed"
        assert f"utils.py was handed in, but this assignment takes only {takes}." in record.reason
        assert "not installed" not in record.reason
