"""What a student can do about an exception: those of the place where submissions run, and common ones of NumPy and PyTorch."""

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
        r"matmul: Input operand 1 has a mismatch in its core dimension 0.*\(size (\d+) is different from (\d+)\)",
        r"In this matrix product the left factor has \2 columns and the right one \1 rows; both numbers must be the same. "
        "Compare the shapes with those in the docstring: is one of them to be transposed?",
    ),
    (
        r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)",
        r"In this matrix product the left factor has \1 columns and the right one \2 rows; both numbers must be the same. "
        "Compare the shapes with those in the docstring: is one of them to be transposed?",
    ),
    (
        r"operands could not be broadcast together with shapes",
        "Two arrays of these shapes cannot be combined entry by entry. Compare them with those in the docstring: is one "
        "to be transposed, or to be summed with keepdims=True?",
    ),
    (
        "truth value of an array with more than one element|Boolean value of Tensor with more than one value",
        "A condition was asked of a whole array. For a choice entry by entry use where(condition, a, b); for one answer, "
        ".all() or .any().",
    ),
    (
        "element 0 of tensors does not require grad",
        "No gradient can reach the parameters from here: .detach(), .data, .item(), .numpy() or torch.no_grad() cut the way, "
        "or the result does not depend on a parameter.",
    ),
    (
        "a leaf Variable that requires grad is being used in an in-place operation",
        "A parameter can be written to only below with torch.no_grad():.",
    ),
    (
        "optimizer got an empty parameter list",
        "PyTorch finds no parameters in the model. Keep its layers in attributes, in nn.Sequential or in nn.ModuleList; those "
        "in a plain list are not found.",
    ),
    (
        "expected (?:m1 and m2 to have the same dtype|scalar type)|must have the same dtype",
        "Two tensors have different dtypes. Make new ones like those that you are given: torch.zeros(..., dtype=x.dtype).",
    ),
    (
        "TypeError: 'NoneType' object is not|AttributeError: 'NoneType' object has|TypeError: unsupported operand.*'NoneType'",
        "Something here is None. A function without return gives None, and so does an attribute that was not set yet.",
    ),
    (
        "ModuleNotFoundError: No module named",
        "It is not installed where your code is graded. Use the libraries that the assignment names, and remove imports "
        "that an editor has added.",
    ),
)
PATTERNS = [(re.compile(pattern), words) for pattern, words in REMEDIES]


NO_FOLDER = (
    "The file is to be written, and the folder that it belongs into is not there. Make the folder first, for example by "
    "os.makedirs(os.path.dirname(path), exist_ok=True)."
)
# How the source line in a traceback looks that writes a file.
WRITES = re.compile(r"""open\(.*["'][rb+]*[wax]|\.(write_text|write_bytes|touch|savefig|savetxt|savez|save|to_csv|to_json)\(""")
MISSING_MODULE = re.compile(r"ModuleNotFoundError: No module named '(\w+)")


class Remedies:
    """What to do about an exception, as far as we know it.

    Args:
        taken: names of the files that the assignment takes.
        left: names of those that were handed in and not taken.
        beside: names of those that lie in the student's folder, where the tests run there, and that are not handed in.
    """

    def __init__(self, taken: Sequence[str] = (), left: Sequence[str] = (), beside: Sequence[str] = ()) -> None:
        self.taken = taken
        self.left = left
        self.beside = beside

    def added_to(self, text: str) -> str:
        """Return what a student reads about an exception, with what to do about it as the second line."""
        headline = text.partition("\n")[0][:LONGEST]
        missing = MISSING_MODULE.search(headline)
        words = self.left_behind(missing[1]) if missing else ""
        if not words and "FileNotFoundError: " in headline and WRITES.search(last_source_line(text)):
            words = NO_FOLDER
        if not words:
            return with_remedy(text)
        headline, newline, rest = text.partition("\n")
        return f"{headline}\n{words}{newline}{rest}"

    def left_behind(self, module: str) -> str:
        """What to say of a module whose file is there and was not taken; empty if there is none."""
        wanted = (f"{module}.py", f"{module}/__init__.py")
        for names, what in ((self.left, "was handed in"), (self.beside, "lies beside your files")):
            file = next((name for name in names if any(f"/{name}".endswith(f"/{end}") for end in wanted)), "")
            if file:
                taken = ", ".join(self.taken)
                return f"{file} {what}, but this assignment takes only {taken}. Put there what your code needs of it."
        return ""


def last_source_line(report: str) -> str:
    """The line of code at which a traceback of the submission ends, whatever library it has called there."""
    lines = report.split("\n")
    places = [index for index, line in enumerate(lines[:-1]) if line.startswith('  File "') and '  File "/' not in line]
    return lines[places[-1] + 1][:LONGEST] if places else ""


def with_remedy(text: str) -> str:
    """Return what a student reads about an exception, with what to do about it as the second line where we know it."""
    headline, newline, rest = text.partition("\n")
    found = next(((match, words) for pattern, words in PATTERNS if (match := pattern.search(headline[:LONGEST]))), None)
    words = found[0].expand(found[1]) if found else ""
    return f"{headline}\n{words}{newline}{rest}" if words else text
