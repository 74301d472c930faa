"""The current folders of both sides: what has changed is carried over, and where nothing has, nothing is listed."""

import os
import shutil
import time

import pytest

from autograder.standins import in_step
from autograder.standins.in_step import HERE, THERE, Flat
from autograder.standins.trees import Tree, stamp_of

pytestmark = pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="the sandbox is Linux's")


class Folders:
    """Both folders, each with one file from the start, and how often one of them was listed."""

    def __init__(self, folder):
        self.paths = [folder / name for name in ("here", "there")]
        trees = []
        self.listed = 0
        for path in self.paths:
            path.mkdir()
            (path / "start.py").write_text("x = 1")
            trees.append(Tree(str(path), 1 << 20))
            trees[-1].look = self.counted(trees[-1].look)
        self.flat = Flat(*trees)
        self.flat.given(("start.py",), *(stamp_of((path / "start.py").stat()) for path in self.paths), b"x = 1")
        self.flat.begin()
        self.flat.push()  # before the first request

    def counted(self, look):
        def counting(unit):
            self.listed += 1
            return look(unit)

        return counting

    def carry(self):
        """What happens after one request and before the next."""
        self.flat.pull()
        self.flat.push()

    def write(self, side, name, text):
        path = self.paths[side] / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def read(self, side, name):
        return (self.paths[side] / name).read_text()


@pytest.fixture
def folders(tmp_path):
    made = Folders(tmp_path)
    yield made
    made.flat.close()


@pytest.mark.parametrize("side", [HERE, THERE])
@pytest.mark.parametrize("name", ["log.txt", "figures/log.txt"])
def test_a_file_is_carried_over_whenever_it_is_written(folders, side, name):
    other = 1 - side
    for text in ("first", "other", "third, and longer"):  # the second has the first's length
        folders.write(side, name, text)
        folders.carry()
        assert folders.read(other, name) == text
    folders.write(other, name, "an answer")
    folders.carry()
    assert folders.read(side, name) == "an answer"
    (folders.paths[side] / name).unlink()
    folders.carry()
    assert not (folders.paths[other] / name).exists()


@pytest.mark.parametrize("later", [[], ["log.txt"], ["figures/a.png", "figures/b.png", "log.txt"]])
def test_where_nothing_changes_nothing_is_listed(folders, later, monkeypatch):
    for name in later:
        folders.write(THERE, name, "text")
    folders.carry()
    monkeypatch.setattr(in_step, "CLOCK_NS", 0)  # else it takes a moment until a file's time says that it is the same
    folders.carry()
    folders.carry()
    folders.listed = 0
    for _ in range(5):
        folders.carry()
    assert folders.listed == 0
    folders.write(THERE, "new.txt", "new")
    folders.carry()
    assert folders.listed and folders.read(HERE, "new.txt") == "new"


@pytest.mark.parametrize("side", [HERE, THERE])
def test_a_folder_in_place_of_another_is_looked_into(folders, side):
    folders.write(side, "figures/a.txt", "a")
    folders.carry()
    shutil.rmtree(folders.paths[side] / "figures")
    (folders.paths[side] / "figures").mkdir()
    folders.carry()
    assert not (folders.paths[1 - side] / "figures/a.txt").exists()
    folders.write(side, "figures/b.txt", "b")
    folders.carry()
    assert folders.read(1 - side, "figures/b.txt") == "b"


def test_more_files_than_are_looked_at_one_by_one_are_carried_over(folders):
    names = [f"{number}.txt" for number in range(in_step.MAX_WATCHED + 5)]
    for name in names:
        folders.write(THERE, name, "text")
    folders.carry()
    folders.write(THERE, names[3], "changed")
    folders.carry()
    assert [folders.read(HERE, name) for name in names] == ["text"] * 3 + ["changed"] + ["text"] * (len(names) - 4)


def test_a_file_that_was_written_a_while_ago_is_not_read_again(folders, monkeypatch):
    folders.write(THERE, "log.txt", "text")
    os.utime(folders.paths[THERE] / "log.txt", (time.time() - 10,) * 2)
    folders.carry()
    time.sleep(in_step.CLOCK_NS / 1e9)
    folders.carry()
    reads = []
    for tree in folders.flat.trees:
        monkeypatch.setattr(tree, "read", lambda parts: reads.append(parts))
    folders.carry()
    assert reads == []
