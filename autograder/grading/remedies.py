"""What a student can do about an exception that comes from the place where submissions run: no network, no GPU."""

import re
from collections.abc import Sequence

LONGEST = 2000  # characters of a headline that are looked at
REMEDIES = (
    ("EOFError: EOF when reading a line", "Nobody answers input() while your code is graded. Take the value as an argument."),
    (
        "BdbQuit",
        "Your code stops in the debugger, by breakpoint() or pdb.set_trace(), and nobody is there to answer it. Remove the "
        "line. To stop where a test fails, run: python -m pytest --pdb",
    ),
    (
        "name resolution|Name or service not known|nodename nor servname|urlopen error|Network is unreachable",
        "There is no network where your code is graded. Use the data that the assignment gives you, and download other files "
        'only below if __name__ == "__main__":.',
    ),
    (
        "Torch not compiled with CUDA enabled|Found no NVIDIA driver|No CUDA GPUs are available|CUDA driver",
        "There is no GPU where your code is graded. Choose the device by "
        'torch.device("cuda" if torch.cuda.is_available() else "cpu").',
    ),
    (
        "FileNotFoundError: ",
        "Your code is graded in a folder that holds the files of the assignment and none of your computer. Read files only "
        "where the task asks for it, "
        'and for trying things out below if __name__ == "__main__":.',
    ),
    (
        r"PermissionError: \[Errno 1\]",
        "Where your code is graded this is not allowed, nor is any use of the network.",
    ),
    (
        r"PermissionError: \[Errno 13\].*(?:site|dist)-packages",
        "This file of a library is closed where your code is graded: it holds what your code is not given, such as the labels "
        "of the test images. Use the data that the assignment gives you.",
    ),
    (
        r"PermissionError: \[Errno 13\]",
        "Your code may write into the folder it runs in and into its temporary folder, start no processes that share "
        "memory, and touch nothing else.",
    ),
    (
        "ModuleNotFoundError: No module named",
        "It is not installed where your code is graded. Use the libraries that the assignment names, and remove imports "
        "that an editor has added.",
    ),
)
PATTERNS = [(re.compile(pattern), words) for pattern, words in REMEDIES]


MISSING_MODULE = re.compile(r"ModuleNotFoundError: No module named '(\w+)")


class Remedies:
    """What to do about an exception, as far as we know it.

    Args:
        taken: names of the files that the assignment takes.
        left: names of those that were handed in and not taken.
    """

    def __init__(self, taken: Sequence[str] = (), left: Sequence[str] = ()) -> None:
        self.taken = taken
        self.left = left

    def added_to(self, text: str) -> str:
        """Return what a student reads about an exception, with what to do about it as the second line."""
        headline = text.partition("\n")[0][:LONGEST]
        missing = MISSING_MODULE.search(headline)
        file = self.left_file(missing[1]) if missing else ""
        if not file:
            return with_remedy(text)
        names = ", ".join(self.taken)
        words = f"{file} was handed in, but this assignment takes only {names}. Put there what your code needs of it."
        headline, newline, rest = text.partition("\n")
        return f"{headline}\n{words}{newline}{rest}"

    def left_file(self, module: str) -> str:
        """The file of a module that was handed in and not taken; empty if there was none."""
        wanted = (f"{module}.py", f"{module}/__init__.py")
        return next((name for name in self.left if any(f"/{name}".endswith(f"/{end}") for end in wanted)), "")


def with_remedy(text: str) -> str:
    """Return what a student reads about an exception, with what to do about it as the second line where we know it."""
    headline, newline, rest = text.partition("\n")
    words = next((words for pattern, words in PATTERNS if pattern.search(headline[:LONGEST])), "")
    return f"{headline}\n{words}{newline}{rest}" if words else text
