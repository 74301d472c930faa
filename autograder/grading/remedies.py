"""What a student can do about an exception that comes from the place where submissions run: no network, no GPU."""

import re

LONGEST = 2000  # characters of a headline that are looked at
REMEDIES = (
    ("EOFError: EOF when reading a line", "Nobody answers input() while your code is graded. Take the value as an argument."),
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
        "Your code is graded in an empty folder, without files of your computer. Read files only where the task asks for it, "
        'and for trying things out below if __name__ == "__main__":.',
    ),
    (
        r"PermissionError: \[Errno 1\]",
        "Where your code is graded this is not allowed, nor is any use of the network.",
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


def with_remedy(text: str) -> str:
    """Return what a student reads about an exception, with what to do about it as the second line where we know it."""
    headline, newline, rest = text.partition("\n")
    words = next((words for pattern, words in PATTERNS if pattern.search(headline[:LONGEST])), "")
    return f"{headline}\n{words}{newline}{rest}" if words else text
