"""Which library has made the import of a submission slow, for a note to staff: preloaded, it would cost every test nothing."""

import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

SLOW_SECONDS = 0.5  # of processor time; less is not worth a word


@contextmanager
def noticed(stage: str, tell: Callable[[str, int], None]) -> Iterator[None]:
    """Tell of a library that was loaded in this context, and of the milliseconds that it took, if these are many.

    Args:
        stage: folder of the submission's files.
    """
    before, began = len(sys.modules), time.process_time()  # not their names: each would be a page of its own to copy
    try:
        yield
    finally:
        seconds = time.process_time() - began
        if seconds >= SLOW_SECONDS:
            library = slowest(set(itertools.islice(sys.modules, before, None)), stage)
            if library:
                tell(library, int(seconds * 1000))


def slowest(loaded: set[str], stage: str) -> str:
    """The library of which most modules were loaded, by the name that the submission imports; empty if there was none."""
    files = {name: getattr(sys.modules[name], "__file__", None) or "" for name in loaded}
    libraries = Counter(
        name.partition(".")[0]
        for name, file in files.items()
        if name.partition(".")[0] not in sys.stdlib_module_names and not file.startswith(stage + os.sep)
    )
    if not libraries:
        return ""
    package = libraries.most_common(1)[0][0]
    own = [sys.modules[name] for name, file in files.items() if file.startswith(stage + os.sep)]
    named = {value.__name__ for module in own for value in vars(module).values() if type(value) is ModuleType}
    return min((name for name in named if name.partition(".")[0] == package), default=package)
