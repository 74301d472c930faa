"""Parsing the command line: errors that say what to type instead, and what `autograder` alone shows."""

import argparse
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

CHOICE = re.compile(r"invalid choice: '?(?P<word>.*?)'? \(choose from (?P<choices>.*)\)", re.DOTALL)
WIDE = 72  # columns from which a command and what it does stand on one line
# What people do most, in the order in which they meet it.
FIRST_STEPS = (
    ("autograder demo", "see all of it on a made-up class"),
    ("autograder new DIR", "start an assignment"),
    ("autograder check", "check that an assignment is sound"),
    ("autograder grade SUBMISSION", "grade a folder, a zip or files"),
    ("autograder build handout", "zip for students; also: gradescope"),
    ("autograder class SUBMISSIONS", "grade a class, and write a report"),
)
EXIT_STATUS = """\
exit status:
  0    done; a low score is no error
  1    a check failed, or the submission cannot be opened
  2    wrong usage: the message says what to change
  3    a fault of the assignment, the machine or the tool
  128 + the number of the signal that ended the command"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, with the nearest word that would have been right."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:  # said by the parser of the command, which knows its options
            self.error(self.unrecognized(unknown))
        return parsed, unknown

    def unrecognized(self, unknown: Sequence[str]) -> str:
        options = [option for option in unknown if option.startswith("-")]
        if not options:
            return f"unexpected argument {' '.join(unknown)}"
        name = options[0].partition("=")[0]
        return f"unrecognized argument {name}{suggestion(name, self._option_string_actions)}"

    def error(self, message: str) -> NoReturn:
        found = CHOICE.search(message)
        if found:
            choices = re.findall(r"[\w-]+", found["choices"])
            told = suggestion(found["word"], choices) or f"; choose from {', '.join(choices)}"
            message = f"{message[: found.start()]}{found['word']!r} is no choice{told}"
        message = message.replace("the following arguments are required:", "missing:")
        self.exit(2, f"autograder: {message}\nsee: {self.prog} --help\n")


def suggestion(word: str, known: Iterable[str]) -> str:
    """What to type instead, if something is near."""
    import difflib  # takes 5 ms

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def first_steps() -> str:
    """What `autograder` without a command shows."""
    if shutil.get_terminal_size().columns >= WIDE:
        width = max(len(command) for command, _ in FIRST_STEPS)
        lines = [f"  {command:{width}}  {words}" for command, words in FIRST_STEPS]
    else:
        lines = [line for command, words in FIRST_STEPS for line in (f"  {command}", f"      {words}")]
    return "\n".join(["usage: autograder COMMAND", "", *lines, "", "all commands: autograder --help"])


def show_first_steps(arguments: argparse.Namespace) -> int:
    print(first_steps(), file=sys.stderr)
    return 2
