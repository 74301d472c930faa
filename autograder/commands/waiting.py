"""A line that says what is being done and for how long, while nothing else can be said."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Waiting:
    """Shows one line on standard error if that is a terminal, and nothing otherwise."""

    def __init__(self) -> None:
        self.change: Callable[[str], None] | None = None

    def tell(self, words: str) -> None:
        """Change what the line says, if it is there."""
        if self.change:
            self.change(words)

    @contextmanager
    def shown(self, words: str = "") -> Iterator[None]:
        """Show the line; it is gone at the end, so that results can be printed."""
        if not sys.stderr or not sys.stderr.isatty():
            yield
            return
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # takes 15 ms

        from autograder.results.terminal import Terminal

        columns = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        console = Terminal(file=sys.stderr)
        with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as line:
            task = line.add_task(words, total=None)
            self.change = lambda words: line.update(task, description=words)
            try:
                yield
            finally:
                self.change = None
