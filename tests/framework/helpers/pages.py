"""Carries out the pages of docs/ that show commands with what they print.

In such a page a block of code says by the words after its language what it is for:

    ```console                          commands, each after "$ ", and what they print; "| tail -n 1" may end one
    ```python file=functions.py         a file to write
    ```toml append=assignment.toml      lines to add at the end of a file; in Python two empty ones come before them

Everything happens in one folder, which the page calls /home/ada. As a program, this module puts into a page what its
commands print now:

    python tests/framework/helpers/pages.py docs/tutorial.md
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from unittest import mock

from clusters import slurm, sshd
from markdown_it import MarkdownIt
from places import ROOT
from softmax_class import make_class

from autograder.assignment import load
from autograder.authoring.handout_zip import build_handout_zip
from autograder.authoring.mistakes import Corpus
from autograder.authoring.new import make

LUND = ROOT / "assignments/lund-fman45"
MOVED = ROOT / "tests/framework/grading/moved"
HOME = "/home/ada"
PROGRAMS = {"autograder": [sys.executable, "-m", "autograder"], "python": [sys.executable]}
SECONDS = 300  # for one command


def carried_out(page, home):
    """Do in the folder `home` what a page says; return its text with what is printed now."""
    text = page.read_text(encoding="utf-8")
    lines, result, done, here = text.split("\n"), [], 0, home
    for block in MarkdownIt().parse(text):
        if block.type != "fence":
            continue
        first, last = block.map
        kind, target = words_after(block.info)
        if kind == "console":
            printed, here = console(block.content, home, here)
            result += [*lines[done : first + 1], *printed]
            done = last - 1
        elif kind:
            path = here / target
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text(encoding="utf-8") if kind == "append" else ""
            before += "\n\n" if before and path.suffix == ".py" else ""
            path.write_text(before + block.content, encoding="utf-8")
    return "\n".join(result + lines[done:])


def words_after(info):
    """Return what a block is for, and the file it is for: ("append", "a.py"), ("console", ""), or ("", "") for neither."""
    language, _, rest = info.partition(" ")
    kind, _, target = rest.partition("=")
    return ("console", "") if language == "console" else (kind, target)


def console(content, home, here):
    """Run the commands of a block; return its lines as they are now, and the folder that it ends in."""
    lines = []
    for command in re.findall(r"^\$ (.*)$", content, re.MULTILINE):
        lines.append(f"$ {command}")
        command, _, last = command.partition(" | tail -n ")
        program, *arguments = shlex.split(command)
        if program == "cd":
            here = here / arguments[0]
            continue
        done = subprocess.run(
            [*PROGRAMS.get(program.removeprefix(".venv/bin/"), [program]), *arguments],
            cwd=here,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
            env={name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")} | {"TZ": "UTC"},
        )
        printed = [line.rstrip() for line in done.stdout.replace(str(home), HOME).splitlines()]
        lines += printed[-int(last) :] if last else printed
    return lines, here


def comparable(text):
    """Return a page without what differs from run to run, from machine to machine and from version to version of the tool."""
    text = re.sub(r"version [0-9a-f]{12}(?:, \d+ files, \d+ KB)?", "version 0", text)
    text = re.sub(r"^(time|processor|memory): .*", r"\1: 0", text, flags=re.MULTILINE)
    text = re.sub(r"passed in \d+\.\d s, ", "passed in 0.0 s, ", text)
    text = re.sub(r"^(\d+) of (?!\1 )\d+ graded, .*\n", "", text, flags=re.MULTILINE)  # on a slow machine
    text = re.sub(r"^(\d+ of \d+ graded), .*", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"s, sandbox level [A-C]", "s, sandbox level A", text)


def prepared(page, folder):
    """Return a folder with what a page begins with."""
    if page.name == "moving-from-gradescope-utils.md":
        shutil.copytree(MOVED, folder / "regression", ignore=shutil.ignore_patterns("__pycache__", "conftest.py"))
    if page.name in ("students.md", "instructors.md", "class.md", "class-cluster.md", "what-students-see.md"):
        make(folder / "softmax", "Softmax")
    if page.name == "new-assignment.md":
        make(folder / "softmax", "Softmax and cross-entropy")
    if page.name in ("class.md", "class-cluster.md"):
        make_class(folder)
    if page.name == "students.md":  # they have nothing but the zip
        build_handout_zip(load(folder / "softmax"), folder / "handout.zip")
        shutil.rmtree(folder / "softmax")
    if page.name == "mistake-names.md":
        copy_lund(folder)
    return folder


def copy_lund(folder):
    """Copy assignments/lund-fman45 with the files that it shares with the root; write three mistakes into submissions/."""
    shutil.copytree(LUND, folder / "assignments" / LUND.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "reference", folder / "reference", ignore=shutil.ignore_patterns("__pycache__"))
    corpus = Corpus(load(LUND))
    for name in ("decay_forgotten", "softmax_loss_summed", "precision_and_recall_swapped"):
        corpus.build(corpus.mistakes[name], folder / "submissions" / name)


@contextmanager
def other_machines(folder):
    """Hosts lab1 and lab2, which are this machine, and a Slurm, for the commands of a page."""
    with ExitStack() as context:
        for name in ("slurm", "ssh"):
            (folder / name).mkdir()
        context.enter_context(mock.patch.dict(os.environ, context.enter_context(slurm(folder / "slurm"))))
        context.enter_context(mock.patch.dict(os.environ, context.enter_context(sshd(folder / "ssh"))[1]))
        yield


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(name)
            with other_machines(Path(folder)) if page.name == "class-cluster.md" else nullcontext():
                page.write_text(carried_out(page, prepared(page, Path(folder).resolve())), encoding="utf-8")
