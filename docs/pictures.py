"""Draws docs/terminal.svg by running the command that it shows: `python docs/pictures.py`."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from autograder.assignment import load
from autograder.authoring.mistakes import Corpus

DOCS = Path(__file__).resolve().parent
ASSIGNMENT = DOCS.parent / "assignments/lund-fman45"
MISTAKE = "decay_forgotten"
COLUMNS = 100
COMMAND = ("grade", "submission", "--only", "5.1")


def printed(folder: Path) -> str:
    """What the command prints on a terminal, with its colours, once its progress is gone."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *COMMAND, "--assignment", ASSIGNMENT],
        cwd=folder,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
        env=os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
    )
    return done.stdout.rpartition("\x1b[2K")[2]


def picture(lines: str) -> str:
    """An SVG that asks nobody for a font."""
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    console.print(Text.from_ansi(lines))
    svg = console.export_svg(title="autograder", theme=MONOKAI, unique_id="terminal")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        corpus = Corpus(load(ASSIGNMENT))
        mistake = corpus.read("mistakes")[MISTAKE]
        corpus.build(mistake, Path(name) / "submission")
        text = f"$ autograder {' '.join(COMMAND)}\n{printed(Path(name))}"
    (DOCS / "terminal.svg").write_text(picture(text), encoding="utf-8")
