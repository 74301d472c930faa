"""What the fork server imports once, so that no child has to, and from where it imports nothing any more."""

import gc
import importlib
import os
import sys
from collections.abc import Iterable, Sequence

from autograder.sandbox import kernel, semaphores
from autograder.sandbox.loading import few_collections

# Modules that student code imports.
COMMON = ("argparse", "copy", "csv", "dataclasses", "datetime", "json", "math", "pickle", "random", "secrets", "typing")
# Modules that a library imports only when it is used.
LATE = {
    "numpy": ("numpy.random", "numpy.linalg", "numpy.ma"),
    "matplotlib.pyplot": ("matplotlib.backends.backend_agg",),
    "pandas": ("autograder.sandbox.frames",),
    "torch": (
        "autograder.sandbox.put_off",  # stands in for modules whose import takes a second
        "torch.profiler._cupti_monitor",
        "torch._subclasses.schema_check_mode",
        "torch.utils.serialization.config",
        "autograder.sandbox.autograd",
    ),
}


def preload(modules: Sequence[str]) -> list[str]:
    """Import what children would otherwise import each for itself; return what could not be imported, and why."""
    problems = []
    late = [name for module in modules for name in LATE.get(module, ())]
    with few_collections():
        for module in (*COMMON, *modules, *late):
            try:
                importlib.import_module(module)
            except Exception as error:  # what is missing, and what does not load: its users will see
                problems.append(f"{module}: {error}")
    semaphores.install()
    if "tqdm" in sys.modules:
        vars(sys.modules["tqdm"])["tqdm"].monitor_interval = 0  # no thread beside a progress bar: its process can be copied
    return problems


def settle() -> None:
    """Make this process, which has loaded its libraries, cheap to fork: what its forks share stays shared."""
    gc.collect()
    gc.freeze()  # no collection on either side writes to what both share
    if "torch" in sys.modules:  # below some 100 MB it takes more time than it saves
        kernel.use_huge_pages()


def forget_paths(secrets: Iterable[str]) -> None:
    """Import nothing more from folders that hold what a child must not read: a checkout with the tests in it."""
    hidden = [os.path.realpath(secret) for secret in secrets]
    for entry in list(sys.path):
        if any(path.startswith(os.path.realpath(entry)) for path in hidden):
            sys.path.remove(entry)
