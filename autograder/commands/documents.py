"""`--json`: one JSON document on standard output for programs, and nothing else there. docs/json.md has the forms."""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

VERSION = 1  # of all documents; higher when a key goes away or means something else, not when one is added


def add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON document for programs instead of the text")


def write_document(document: Mapping[str, Any]) -> None:
    """Print a document, in characters that every encoding has."""
    print(json.dumps({"version": VERSION, **document}, indent=1))


@contextlib.contextmanager
def nothing_else_printed(wanted: bool) -> Iterator[None]:
    """Send to standard error what is printed meanwhile, if a document is wanted."""
    if not wanted:
        yield
        return
    sys.stdout.flush()
    out = os.dup(1)
    os.dup2(2, 1)  # for what writes to the descriptor
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(out, 1)
        os.close(out)
