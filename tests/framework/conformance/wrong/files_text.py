"""Text files that are read and written."""

import os
from pathlib import Path


def count_lines(path):
    with open(path) as file:
        return len(file.read().split("\n"))


def read_numbers(path):
    with open(path) as file:
        return [float(line) for line in file]


def write_lines(path, lines):
    with open(path, "w", encoding="latin-1", errors="replace") as file:
        file.writelines(lines)


def append_line(path, line):
    with open(path, "w", encoding="utf-8") as file:
        file.write(line + "\n")


def longest_line(file):
    return max(file, key=len)


def copy_without_comments(source, target):
    with open(source) as old, open(target, "w") as new:
        for line in old:
            if "#" not in line:
                new.write(line)


def read_or_default(path, default):
    return Path(path).read_text() or default


def head(path, n):
    with open(path) as file:
        return file.readlines()[:n]


def replace_in_file(path, old, new):
    return Path(path).read_text().replace(old, new)


def list_files(folder, suffix=""):
    return [name for name in os.listdir(folder) if name.endswith(suffix)]


def tree_size(folder):
    return sum(path.stat().st_size for path in Path(folder).glob("*") if path.is_file())


def make_project(folder, name):
    root = Path(folder) / name
    root.mkdir()
    (root / "README.md").write_text(name)
    return root


def clean(folder):
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))


def archive(folder):
    target = Path(folder) / "archive"
    target.mkdir()
    return target


class Journal:
    def __init__(self, path):
        self.path = Path(path)
        self.path.write_text("")

    def write(self, entry):
        with self.path.open("a") as file:
            file.write(f"{entry}")

    def entries(self):
        return self.path.read_text().splitlines()

    def __len__(self):
        return len(self.entries())
