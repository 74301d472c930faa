"""Text files that are read and written."""

import os
import shutil
from pathlib import Path


def count_lines(path):
    with open(path) as file:
        return sum(1 for _ in file)


def read_numbers(path):
    with open(path) as file:
        return [float(line) for line in file if line.strip()]


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def append_line(path, line):
    with open(path, "a", encoding="utf-8") as file:
        file.write(line + "\n")


def longest_line(file):
    return max((line.rstrip("\n") for line in file), key=len)


def copy_without_comments(source, target):
    with open(source) as old, open(target, "w") as new:
        for line in old:
            if not line.lstrip().startswith("#"):
                new.write(line)


def read_or_default(path, default):
    try:
        return Path(path).read_text()
    except FileNotFoundError:
        return default


def head(path, n):
    with open(path) as file:
        return [next(file).rstrip("\n") for _ in range(n)]


def replace_in_file(path, old, new):
    path = Path(path)
    path.write_text(path.read_text().replace(old, new))


def list_files(folder, suffix=""):
    return sorted(path.name for path in Path(folder).iterdir() if path.is_file() and path.name.endswith(suffix))


def tree_size(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def make_project(folder, name):
    root = Path(folder) / name
    (root / "src").mkdir(parents=True)
    (root / "README.md").write_text(f"# {name}\n")
    (root / "src" / "__init__.py").touch()
    return root


def clean(folder):
    for name in os.listdir(folder):
        if name.endswith(".tmp"):
            os.remove(os.path.join(folder, name))


def archive(folder):
    folder = Path(folder)
    target = folder / "archive"
    target.mkdir(exist_ok=True)
    for path in folder.glob("*.log"):
        shutil.move(str(path), str(target / path.name))
    return target


class Journal:
    def __init__(self, path):
        self.path = Path(path)
        self.path.touch()

    def write(self, entry):
        with self.path.open("a") as file:
            file.write(f"{entry}\n")

    def entries(self):
        return self.path.read_text().splitlines()

    def __len__(self):
        return len(self.entries())
