"""Regular expressions, bytes and string arrays."""

import re

import numpy as np

EMAIL = re.compile(r"(?P<user>[\w.]+)@(?P<host>[\w.]+)", re.IGNORECASE)


def find_email(text):
    return EMAIL.search(text)


def date_pattern():
    return re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def replace_all(pattern, text, by):
    return pattern.sub(by, text)


def tokens(text):
    return [match.group() for match in re.finditer(r"\d+|[-+*/()]", text)]


def matches(pattern, words):
    return [word for word in words if re.fullmatch(pattern, word)]


def spans(pattern, text):
    return [m.span() for m in pattern.finditer(text)]


def xor(data, key):
    return bytes(byte ^ key[i % len(key)] for i, byte in enumerate(data))


def fill(buffer, value):
    for i in range(len(buffer)):
        buffer[i] = value


def checksum(data):
    return sum(memoryview(data)) % 256


def encode(text, encoding="utf-8"):
    return text.encode(encoding)


def view(data, start, stop):
    return memoryview(data)[start:stop]


def labels(names):
    return np.array(names)


def upper(array):
    return np.char.upper(array)


def one_hot(array):
    classes = np.unique(array)
    return classes, (array[:, None] == classes).astype(int)


def caesar(text, shift):
    return "".join(chr((ord(c) - 97 + shift) % 26 + 97) if c.islower() else c for c in text)


def table():
    return str.maketrans("abc", "xyz")
