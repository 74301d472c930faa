"""Find the file of an imported module by Python's search rules, without running anything."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.adopt.folder import files_below
from autograder.authoring.adopt.source import Imported

# What a suite may import although it is not installed here; without a solution nothing else tells it from a submission.
LIBRARIES = frozenset((
    "IPython", "PIL", "astropy", "bs4", "cv2", "django", "flask", "func_timeout", "gym", "gymnasium", "hypothesis", "jax",
    "keras", "matplotlib", "mock", "nbformat", "networkx", "nltk", "nose", "nose2", "numba", "pandas", "parameterized",
    "psutil", "pygame", "pytest_mock", "pytest_timeout", "requests", "scipy", "seaborn", "six", "skimage", "sklearn",
    "statsmodels", "sympy", "tensorflow", "timeout_decorator", "torch", "torchvision", "tqdm", "transformers",
    "wrapt_timeout_decorator", "yaml",
))  # fmt: skip
TEST_TOOLS = frozenset((
    "_pytest", "autograder", "func_timeout", "gradescope_utils", "hypothesis", "mock", "nose", "nose2", "parameterized",
    "pytest", "pytest_mock", "pytest_timeout", "timeout_decorator", "wrapt_timeout_decorator",
))  # fmt: skip
STDLIB = frozenset(sys.stdlib_module_names)


@dataclass(frozen=True)
class Found:
    """A module that lies below a folder.

    Attributes:
        base: the folder that the search found it in.
        files: the `__init__.py` of the packages around it, then its own file; relative to the base.
    """

    base: Path
    files: tuple[str, ...]

    def paths(self) -> list[Path]:
        return [self.base / name for name in self.files]

    def by_name(self) -> dict[str, Path]:
        return dict(zip(self.files, self.paths(), strict=True))


def dotted(each: Imported) -> list[str]:
    """Return the modules that an import may load, the longest names first."""
    return [*(f"{each.module}.{name}".lstrip(".") for name in each.names), *([each.module] if each.module else [])]


def find(module: str, bases: Iterable[Path]) -> Found | None:
    """Return the module as the first of these folders has it; None where none has."""
    for base in bases:
        files = files_of(module.split("."), base)
        if files:
            return Found(base, tuple(files))
    return None


def files_of(parts: list[str], base: Path) -> list[str]:
    """Return the files that importing the module loads, if the last of them is the module's own."""
    files, place = [], ""
    for index, part in enumerate(parts):
        place = f"{place}{part}"
        last = index + 1 == len(parts)
        if is_file(base / place / "__init__.py"):
            files.append(f"{place}/__init__.py")
        elif last:
            return [*files, f"{place}.py"] if is_file(base / f"{place}.py") else []
        elif not (base / place).is_dir():
            return []
        place += "/"
    return files


def is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def find_anywhere(module: str, folder: Path) -> Found | None:
    """Return the module as the folder has it at the least depth, wherever that is."""
    tail = module.replace(".", "/")
    for path in sorted(files_below(folder), key=lambda path: (len(path.parts), path)):
        name = path.relative_to(folder).as_posix()
        for end in (f"{tail}.py", f"{tail}/__init__.py"):
            if name.endswith(f"/{end}"):
                base = folder / name[: -len(end) - 1]
                return find(module, [base])
    return None


def relative_to(base: Path, path: Path) -> str | None:
    """Return a path below a folder with forward slashes; None for one that lies elsewhere."""
    inside = path == base or base in path.parents
    return path.relative_to(base).as_posix() if inside else None


def library(each: Imported) -> str:
    """Return what is to be loaded beforehand for an import of a library."""
    if each.module == "matplotlib" and "pyplot" in each.names:
        return "matplotlib.pyplot"
    top, _, rest = each.module.partition(".")
    return each.module if rest and top in ("matplotlib", "scipy", "sklearn") and not rest.startswith("_") else top


def without_parents(names: Iterable[str]) -> list[str]:
    """Return the names sorted, without those that another one loads anyway."""
    known = set(names)
    return sorted(name for name in known if not any(other.startswith(f"{name}.") for other in known))


def guessed_files(modules: Iterable[str]) -> Iterator[str]:
    """Yield the files that modules nobody has shown may lie in: `models.mlp` in models/mlp.py, `work` in work.py."""
    known = set(modules)
    for module in sorted(known):
        if not any(other.startswith(f"{module}.") for other in known):
            yield f"{module.replace('.', os.sep)}.py".replace(os.sep, "/")
