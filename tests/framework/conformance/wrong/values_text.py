"""Regular expressions, bytes and string arrays."""

import re

import numpy as np

EMAIL = re.compile(r"(?P<user>[\w]+)@(?P<host>[\w]+)")


def find_email(text):
    return EMAIL.match(text)


def date_pattern():
    return re.compile(r"\d{4}-\d{2}-\d{2}")


def replace_all(pattern, text, by):
    return pattern.sub(by, text, count=1)


def tokens(text):
    return text.split()


def matches(pattern, words):
    return [word for word in words if re.match(pattern, word)]


def spans(pattern, text):
    return [m.start() for m in pattern.finditer(text)]


def xor(data, key):
    return bytes(byte ^ key[0] for byte in data)


def fill(buffer, value):
    buffer = bytearray([value] * len(buffer))


def checksum(data):
    return sum(data)


def encode(text, encoding="utf-8"):
    return text.encode("ascii", "replace")


def view(data, start, stop):
    return bytes(data[start:stop])


def labels(names):
    return list(names)


def upper(array):
    return [name.upper() for name in array]


def one_hot(array):
    classes = np.unique(array)
    return classes, array[:, None] == classes[::-1]


def caesar(text, shift):
    return "".join(chr(ord(c) + shift) for c in text)


def table():
    return {"a": "x", "b": "y", "c": "z"}
