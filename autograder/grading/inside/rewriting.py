"""pytest's rewriting of assert statements, done once for a test file and not in the process of each of its tests.

Parsing and rewriting a file takes longer than most tests in it. pytest has no public name for it; where a version has another
one, each process rewrites for itself.
"""

import _imp
import marshal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from _pytest.assertion import rewrite

REWRITE = "_rewrite_test"


def rewritten(path: Path, config: pytest.Config) -> bytes:
    """Return the code of a test file with its asserts rewritten; empty where that cannot be had."""
    try:
        return marshal.dumps(getattr(rewrite, REWRITE)(path, config)[1])
    except Exception:  # pytest has found no fault with the file, so the reason is here, and it is one to be slower only
        return b""


@contextmanager
def known_code(codes: Mapping[str, bytes]) -> Iterator[None]:
    """While this lasts, pytest takes this code for these files.

    Args:
        codes: path -> code of `rewritten`, made by the same Python.
    """
    original: Any = getattr(rewrite, REWRITE, None)

    def look_up(path: Path, config: pytest.Config) -> tuple[Any, CodeType]:
        if not codes.get(str(path)):
            return original(path, config)
        code = marshal.loads(codes[str(path)])  # noqa: S302  made by the grader
        _imp._fix_co_filename(code, str(path))  # type: ignore[attr-defined]  # as importlib does with a moved .pyc
        return b"", code

    if original is None:
        yield
        return
    setattr(rewrite, REWRITE, look_up)
    try:
        yield
    finally:
        setattr(rewrite, REWRITE, original)
