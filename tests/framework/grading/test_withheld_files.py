"""Files of a library that a submission must not read: they are closed to it, and the library can be imported."""

from toys import grade_toy, write_toy

SUITE = """
import modules

def test_the_library():
    assert modules.matrix([0, 1, 1], [0, 1, 0]) == [[1, 0], [1, 1]]
    assert modules.other() == "tqdm.contrib"
    assert "digits" in modules.description()

def test_labels():
    assert modules.opened_by_its_path() == "[Errno 13] Permission denied"
    assert len(modules.labels()) == 1797
"""
SUBMISSION = """
import os

def matrix(targets, answers):
    import sklearn
    from sklearn.metrics import confusion_matrix
    return confusion_matrix(targets, answers).tolist()

def other():
    import sqlite3, tqdm.contrib, wsgiref.util
    return tqdm.contrib.__name__

def labels():
    from sklearn.datasets import load_digits
    return load_digits().target

def opened_by_its_path():
    import sklearn.datasets
    try:
        open(os.path.join(os.path.dirname(sklearn.datasets.__file__), "data", "digits.csv.gz"), "rb")
    except OSError as error:
        return str(error).partition(":")[0]

def description():
    import sklearn.datasets
    with open(os.path.join(os.path.dirname(sklearn.datasets.__file__), "descr", "digits.rst")) as file:
        return file.read()
"""


def test_hidden_labels_cannot_be_read_and_their_library_can_be_imported(tmp_path):
    write_toy(tmp_path, SUITE, SUBMISSION, limits="test_seconds = 60")
    settings = tmp_path / "assignment.toml"
    settings.write_text(f'{settings.read_text()}hidden = ["sklearn/datasets/data"]\n')
    graded = grade_toy(tmp_path)
    assert graded["test_the_library"].status == "passed", graded["test_the_library"].reason
    assert graded["test_labels"].status == "failed"
    assert "PermissionError" in graded["test_labels"].reason
    assert "This file of a library is closed where your code is graded" in graded["test_labels"].reason
