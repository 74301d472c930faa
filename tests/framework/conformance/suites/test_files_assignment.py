from pathlib import Path

import files_assignment as work
import pytest


def test_file_opened_by_name():
    assert [row["name"] for row in work.people()] == ["Ann", "Bob", "Eve"]


def test_file_beside_the_module():
    assert len(work.people_beside()) == 3


def test_mean_age():
    assert work.mean_age() == pytest.approx(32.0)


def test_default_path():
    assert work.cities() == {"Oslo", "Rome"}


def test_other_path(tmp_path):
    (tmp_path / "other.csv").write_text("name,city\nZoe,Bern\n")
    assert work.cities(tmp_path / "other.csv") == {"Bern"}


def test_words_read_at_import():
    assert len(work.WORDS) == 11
    assert work.frequent(2) == ["the", "brown"]


def test_files_are_listed():
    assert work.data_files() == ["files_people.csv", "files_words.txt"]


def test_file_of_the_module():
    assert Path(work.__file__).name == "files_assignment.py"
    assert work.HERE.is_dir()


def test_summary_there_and_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    work.save_summary()
    assert work.load_summary() == "3 people\n"
    assert (tmp_path / "summary.txt").read_text() == "3 people\n"


def test_summary_by_path(tmp_path):
    work.save_summary(tmp_path / "s.txt")
    assert (tmp_path / "s.txt").exists()


def test_no_summary_in_another_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="summary.txt"):
        work.load_summary()


def test_data_is_not_in_another_folder(tmp_path, monkeypatch):
    assert work.has("files_people.csv")
    monkeypatch.chdir(tmp_path)
    assert not work.has("files_people.csv")


def test_suite_reads_the_data_file_as_well():
    assert Path("files_people.csv").read_text().startswith("name,age")
