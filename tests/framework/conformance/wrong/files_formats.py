"""CSV, JSON, pickle and NumPy files."""

import json
import pickle
from pathlib import Path

import numpy as np


def read_csv(path):
    with open(path) as file:
        header = file.readline().strip().split(",")
        return [dict(zip(header, line.split(","))) for line in file]


def write_csv(path, rows):
    with open(path, "w") as file:
        for row in rows:
            file.write(",".join(str(cell) for cell in row.values()) + "\n")


def totals(file):
    sums = {}
    for line in file:
        name, amount = line.split(",")
        sums[name] = int(amount)
    return sums


def load_config(path, defaults):
    defaults.update(json.loads(Path(path).read_text()))
    return defaults


def save_config(path, config):
    with open(path, "w") as file:
        file.write(str(config))


def save_object(path, value):
    with open(path, "w") as file:
        file.write(repr(value))


def load_object(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def save_weights(path, weights):
    np.savez(path, *weights.values())


def load_weights(path):
    return np.load(path)["W"]


def load_matrix(path):
    return np.loadtxt(path, delimiter=",", skiprows=0)


def save_array(path, array):
    np.savetxt(path, array)


def read_header(path):
    data = Path(path).read_bytes()
    return int.from_bytes(data[4:6], "big"), int.from_bytes(data[6:8], "big")


class TodoList:
    def __init__(self, path):
        self.path = Path(path)
        self.items = []

    def add(self, text):
        self.items.append({"text": text, "done": False})

    def finish(self, i):
        self.items[i]["done"] = True
        self.path.write_text(json.dumps(self.items))
