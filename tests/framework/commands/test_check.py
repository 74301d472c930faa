"""`autograder check`: where its temporary files are."""

import os
import tempfile
from collections import namedtuple

import pytest

from autograder.commands import check
from autograder.commands.check import ROOM_BYTES, files_in_memory

Usage = namedtuple("Usage", "free")


@pytest.fixture(autouse=True)
def memory(monkeypatch, tmp_path):
    """A folder that stands for the one in memory."""
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(check, "MEMORY", str(tmp_path))
    return str(tmp_path)


def room(monkeypatch, free):
    monkeypatch.setattr(check.shutil, "disk_usage", lambda path: Usage(free))


def test_temporary_files_are_in_memory_and_afterwards_where_they_were(monkeypatch, memory):
    room(monkeypatch, ROOM_BYTES + 1)
    with files_in_memory():
        assert (tempfile.gettempdir(), os.environ["TMPDIR"]) == (memory, memory)
    assert tempfile.gettempdir() != memory and "TMPDIR" not in os.environ


def test_they_are_not_where_there_is_little_room(monkeypatch, memory):
    room(monkeypatch, ROOM_BYTES)
    with files_in_memory():
        assert tempfile.gettempdir() != memory and "TMPDIR" not in os.environ


def test_a_folder_named_by_the_environment_is_used(monkeypatch, memory, tmp_path_factory):
    room(monkeypatch, ROOM_BYTES + 1)
    named = str(tmp_path_factory.mktemp("named"))
    monkeypatch.setenv("TMPDIR", named)
    with files_in_memory():
        assert tempfile.gettempdir() == named
    assert os.environ["TMPDIR"] == named
