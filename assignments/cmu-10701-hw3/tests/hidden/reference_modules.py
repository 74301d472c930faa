"""The modules of the reference solution and of its support files, loaded from their files.

While grading, `import hw3_lib` gives the submission's; these are never imported by name.
"""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from unittest.mock import patch

REFERENCE = Path(__file__).resolve().parents[2] / "reference"


@cache
def reference(name):
    """Return a module of the reference; what hw3_sol imports from hw3_lib is the reference's, too."""
    spec = importlib.util.spec_from_file_location(f"_reference_{name}", REFERENCE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    others = {"hw3_lib": reference("hw3_lib")} if name == "hw3_sol" else {}
    with patch.dict(sys.modules, others):
        spec.loader.exec_module(module)
    return module
