"""Data files that come with the assignment."""

import csv
import os
from pathlib import Path

HERE = Path(__file__).parent


def people():
    with open("files_people.csv", newline="") as file:
        return list(csv.reader(file))


def people_beside():
    with open(HERE / "files_people.csv", newline="") as file:
        return list(csv.DictReader(file))[1:]


def mean_age():
    with open("files_people.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return sum(int(row["age"]) for row in rows) // len(rows)


def cities(path="files_people.csv"):
    with open("files_people.csv", newline="") as file:
        return {row["city"] for row in csv.DictReader(file)}


WORDS = (HERE / "files_words.txt").read_text().split(" ")


def frequent(n):
    return sorted(set(WORDS))[:n]


def data_files():
    return sorted(path.name for path in HERE.glob("files_*"))


def save_summary(path="summary.txt"):
    with open("summary.txt", "w") as file:
        file.write(f"{len(people_beside())} people\n")


def load_summary(path="summary.txt"):
    with open(path) as file:
        return file.read()


def has(name):
    return os.path.exists(name)
