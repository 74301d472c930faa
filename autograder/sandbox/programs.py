"""What a fresh program of ours is started with: where it finds this package, and an environment made from nothing."""

import sys
from pathlib import Path

PACKAGE_ROOT = Path(__file__).resolve().parents[2]  # the folder to import `autograder` from


def own_folders() -> list[str]:
    """The checkout that this package lies in; nothing where it was installed, among the libraries that submissions import."""
    return [] if any(PACKAGE_ROOT.glob("autograder-*.dist-info")) else [str(PACKAGE_ROOT)]


def clean_environment() -> dict[str, str]:
    """An environment made from nothing: one thread in every library, so that forking is safe, and no secret."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "USER": "student",
        "LOGNAME": "student",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "MPLBACKEND": "Agg",
    }


def fresh_options() -> list[str]:
    """Options of Python's: nothing of the user's is loaded, and what is compiled is kept for the next time where it is here."""
    return ["-I", *(["-B"] if sys.dont_write_bytecode else [])]
