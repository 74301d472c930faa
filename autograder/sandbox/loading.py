"""While libraries are loaded: what Python and they would do then is of no use, and takes time."""

import contextlib
import gc
import os
import sys
from collections.abc import Iterator

THREADS = "OPENBLAS_NUM_THREADS"  # NumPy's library reads it once, when it is loaded


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage, and leave all that there is by then out of later collections if anything was loaded.

    What a library makes while it loads stays. Looking through it again and again takes a tenth of the time of loading.
    """
    enabled, loaded = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > loaded:
            gc.freeze()
        if enabled:
            gc.enable()


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let NumPy compute in one thread if it is loaded now, unless the caller's environment says otherwise.

    Each other thread of OpenBLAS begins by waiting for work with the processor held. The submission's side has one thread as
    well, so a sum comes out the same on both.
    """
    if THREADS in os.environ:
        yield
        return
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        os.environ.pop(THREADS, None)
