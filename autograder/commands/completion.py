"""`autograder completion`: what a shell needs to complete commands, options and file names."""

import argparse
import os

from autograder.errors import AutograderError

MISSING = "completion needs the library argcomplete; install it with: pip install 'autograder[completion]'"
SHELLS = ("bash", "zsh", "fish")


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "completion",
        help="print a script by which your shell completes commands and options",
        description="Print a script for bash, zsh or fish. Let the shell run it when it starts.",
        epilog="example: echo 'eval \"$(autograder completion bash)\"' >> ~/.bashrc",
    )
    command.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        from argcomplete import shellcode
    except ImportError as error:
        raise AutograderError(MISSING) from error
    print(shellcode(["autograder"], shell=arguments.shell))
    return 0


def complete() -> None:
    """Answer the shell and end, if it is the shell that has started this program to complete a line."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    from argcomplete import autocomplete

    from autograder.commands.cli import parser

    autocomplete(parser())
