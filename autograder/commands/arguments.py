"""Arguments that several commands take."""

import argparse
from pathlib import Path


def add_assignment(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--assignment",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the folder that holds assignment.toml (default: the current folder)",
    )


def add_submission(command: argparse.ArgumentParser) -> None:
    command.add_argument("submission", nargs="+", type=Path, metavar="SUBMISSION", help="a folder, a zip, or single files")
