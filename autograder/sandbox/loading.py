"""While libraries are loaded: what Python and they would do then is of no use, and takes time."""

import contextlib
import gc
import os
import sys
from collections.abc import Iterator

NEVER = 1 << 30  # collections of what is younger before one of everything
THREADS = "OPENBLAS_NUM_THREADS"  # NumPy's library reads it once, when it is loaded


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Look for garbage in what is new alone: what a library makes while it loads stays, and going through all of it is slow."""
    new, middle, old = gc.get_threshold()
    gc.set_threshold(new, middle, NEVER)
    try:
        yield
    finally:
        gc.set_threshold(new, middle, old)


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Load modules of our own: with few collections, and later ones leave out all that is there by then."""
    loaded = len(sys.modules)
    with few_collections():
        yield
    if len(sys.modules) > loaded:
        gc.freeze()


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
