"""The code that docs/suites.md shows up to its part on modules passes, graded with a right submission."""

import re

import pytest
from files import write_files
from pages import ROOT
from toys import grade_toy

PAGE = (ROOT / "docs/suites.md").read_text(encoding="utf-8").partition("## Modules for suites")[0]
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
IMPORTS = """
import numpy as np
import pytest
import work
from autograder.compare import assert_close
from autograder.standins import in_sandbox
from work import train_step

"""
TORCH = "import torch\nfrom torch import nn\n"
FILES = {
    "shop.py": """
class OutOfStock(Exception):
    def __init__(self, item):
        super().__init__(f"no {item}")
        self.item = item

class Cart:
    def __init__(self): self.prices = {}
    def add(self, item, price=None):
        if price is None: raise OutOfStock(item)
        self.prices[item] = price(1)
    def order(self):
        for item in self.prices: print(item)
""",
    "work.py": """
import random, sys
import numpy as np
class Shape:
    def area(self): raise NotImplementedError
    def describe(self): return f"area {self.area()}"
def repeat(n, function):
    for i in range(n): function(i)
def write_report(path): path.write_text("3 lines\\n")
def count_words(path): return len(path.read_text().split())
def roll_twice(): return random.randint(1, 6) + random.randint(1, 6)
def solve(A, b): return np.linalg.solve(A, b)
def train_step(model, optimizer, loss, x, y):
    optimizer.zero_grad()
    loss(model(x), y).backward()
    optimizer.step()
if __name__ == "__main__":
    print("Good day," if "--polite" in sys.argv else "Hi", input())
""",
}


SETTINGS = """
title = "Page"
[submission]
files = ["shop.py", "work.py"]
[[suites]]
path = "tests"
[sandbox]
preload = [{preload}]
"""


def grade_blocks(folder, blocks, preload=""):
    suite = "\n\n".join([IMPORTS, *([TORCH] if preload else []), *blocks])
    settings = SETTINGS.format(preload=preload)
    submitted = {f"sub/{name}": text for name, text in FILES.items()}
    write_files(folder, {"assignment.toml": settings, "tests/test_page.py": suite, "tests/poem.txt": "word " * 42, **submitted})
    return grade_toy(folder).outcome.records


def test_the_suites_of_the_page_pass(tmp_path):
    records = grade_blocks(tmp_path, [block for block in BLOCKS if "nn." not in block])
    assert len(records) >= 8
    assert [(record.name, record.reason, record.staff) for record in records if record.status != "passed"] == []


@pytest.mark.slow
def test_its_suite_with_torch_passes(tmp_path):
    records = grade_blocks(tmp_path, [block for block in BLOCKS if "nn." in block], '"torch"')
    assert len(records) == 1 and records[0].status == "passed", records[0].staff
