"""CSV, JSON, pickle and NumPy files."""

import csv
import json
import pickle
from pathlib import Path

import numpy as np


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def totals(file):
    sums = {}
    for name, amount in csv.reader(file):
        sums[name] = sums.get(name, 0) + int(amount)
    return sums


def load_config(path, defaults):
    config = dict(defaults)
    if Path(path).exists():
        config.update(json.loads(Path(path).read_text()))
    return config


def save_config(path, config):
    with open(path, "w") as file:
        json.dump(config, file, indent=2, sort_keys=True)


def save_object(path, value):
    with open(path, "wb") as file:
        pickle.dump(value, file)


def load_object(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def save_weights(path, weights):
    np.savez(path, **weights)


def load_weights(path):
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def load_matrix(path):
    return np.loadtxt(path, delimiter=",", skiprows=1)


def save_array(path, array):
    np.save(path, array)


def read_header(path):
    data = Path(path).read_bytes()
    if data[:4] != b"BMP0":
        raise ValueError("not an image")
    return int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")


class TodoList:
    def __init__(self, path):
        self.path = Path(path)
        self.items = json.loads(self.path.read_text()) if self.path.exists() else []

    def add(self, text):
        self.items.append({"text": text, "done": False})
        self._save()

    def finish(self, i):
        self.items[i]["done"] = True
        self._save()

    def _save(self):
        self.path.write_text(json.dumps(self.items))
