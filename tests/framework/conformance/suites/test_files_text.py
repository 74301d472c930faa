import io
import os
import tempfile
from pathlib import Path

import pytest
from files_text import (
    Journal,
    append_line,
    archive,
    clean,
    copy_without_comments,
    count_lines,
    head,
    list_files,
    longest_line,
    make_project,
    read_numbers,
    read_or_default,
    replace_in_file,
    tree_size,
    write_lines,
)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("one\n# two\nthree\n")
    return path


def test_count_lines_of_a_path(text):
    assert count_lines(text) == 3


def test_count_lines_of_a_string(text):
    assert count_lines(str(text)) == 3


def test_file_beside_the_test():
    assert count_lines(Path(__file__).parent / "files_given.txt") == 3


def test_file_beside_the_test_as_string():
    assert head(os.path.join(os.path.dirname(__file__), "files_given.txt"), 2) == ["line one", "line two"]


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        count_lines(tmp_path / "nothing.txt")


def test_missing_file_names_itself(tmp_path):
    with pytest.raises(OSError, match="nothing.txt") as caught:
        count_lines(tmp_path / "nothing.txt")
    assert caught.value.filename == str(tmp_path / "nothing.txt")


def test_read_numbers(tmp_path):
    path = tmp_path / "numbers.txt"
    path.write_text("1\n2.5\n\n-3\n")
    assert read_numbers(path) == [1.0, 2.5, -3.0]


def test_read_numbers_refuses_words(tmp_path):
    path = tmp_path / "numbers.txt"
    path.write_text("one\n")
    with pytest.raises(ValueError, match="one"):
        read_numbers(path)


def test_write_lines(tmp_path):
    write_lines(tmp_path / "out.txt", ["a", "b"])
    assert (tmp_path / "out.txt").read_text() == "a\nb\n"


def test_write_in_utf8(tmp_path):
    write_lines(tmp_path / "out.txt", ["Grüße ✓"])
    assert (tmp_path / "out.txt").read_bytes() == "Grüße ✓\n".encode()


def test_write_replaces_the_file(text):
    write_lines(text, ["new"])
    assert text.read_text() == "new\n"


def test_append(text):
    append_line(text, "four")
    assert text.read_text().splitlines()[-2:] == ["three", "four"]


def test_append_creates_the_file(tmp_path):
    append_line(str(tmp_path / "log.txt"), "first")
    append_line(str(tmp_path / "log.txt"), "second")
    assert (tmp_path / "log.txt").read_text() == "first\nsecond\n"


def test_open_file_handed_in(text):
    with open(text) as file:
        assert longest_line(file) == "# two"


def test_string_io_handed_in():
    assert longest_line(io.StringIO("a\nlonger\nb\n")) == "longer"


def test_copy_without_comments(text, tmp_path):
    copy_without_comments(text, tmp_path / "copy.txt")
    assert (tmp_path / "copy.txt").read_text() == "one\nthree\n"


def test_copy_keeps_trailing_marks(tmp_path):
    (tmp_path / "in.py").write_text("x = 1  # one\n  # two\n")
    copy_without_comments(tmp_path / "in.py", tmp_path / "out.py")
    assert (tmp_path / "out.py").read_text() == "x = 1  # one\n"


def test_read_or_default(text, tmp_path):
    assert read_or_default(text, "?").startswith("one")
    assert read_or_default(tmp_path / "missing", "?") == "?"


def test_replace_in_file(text):
    replace_in_file(text, "three", "3")
    assert text.read_text() == "one\n# two\n3\n"


def test_list_files(tmp_path):
    for name in ("b.txt", "a.txt", "c.py"):
        (tmp_path / name).touch()
    (tmp_path / "folder.txt").mkdir()
    assert list_files(tmp_path, ".txt") == ["a.txt", "b.txt"]


def test_tree_size(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "sub" / "b").write_bytes(b"123")
    assert tree_size(tmp_path) == 8


def test_make_project(tmp_path):
    root = make_project(tmp_path, "demo")
    assert root == tmp_path / "demo"
    assert (root / "src" / "__init__.py").is_file()
    assert (root / "README.md").read_text() == "# demo\n"


def test_make_project_twice(tmp_path):
    make_project(tmp_path, "demo")
    with pytest.raises(FileExistsError):
        make_project(tmp_path, "demo")


def test_clean_removes_only_temporary_files(tmp_path):
    (tmp_path / "a.tmp").touch()
    (tmp_path / "b.txt").touch()
    clean(tmp_path)
    assert os.listdir(tmp_path) == ["b.txt"]


def test_archive_moves_files(tmp_path):
    (tmp_path / "x.log").write_text("x")
    target = archive(tmp_path)
    assert not (tmp_path / "x.log").exists()
    assert (target / "x.log").read_text() == "x"


def test_journal(tmp_path):
    journal = Journal(tmp_path / "journal.txt")
    journal.write("rain")
    journal.write("sun")
    assert journal.entries() == ["rain", "sun"]
    assert len(journal) == 2


def test_journal_goes_on_with_an_old_file(tmp_path):
    path = tmp_path / "journal.txt"
    path.write_text("old\n")
    Journal(path).write("new")
    assert path.read_text() == "old\nnew\n"


def test_journal_sees_what_the_suite_writes(tmp_path):
    journal = Journal(tmp_path / "journal.txt")
    journal.path.write_text("by hand\n")
    assert journal.entries() == ["by hand"]


def test_temporary_directory():
    with tempfile.TemporaryDirectory() as folder:
        write_lines(os.path.join(folder, "x.txt"), ["1"])
        assert os.listdir(folder) == ["x.txt"]
        assert count_lines(os.path.join(folder, "x.txt")) == 1


def test_named_temporary_file():
    with tempfile.NamedTemporaryFile("w+", suffix=".txt") as file:
        file.write("a\nb\n")
        file.flush()
        assert count_lines(file.name) == 2


def test_mkdtemp():
    folder = Path(tempfile.mkdtemp())
    make_project(folder, "p")
    assert sorted(path.name for path in (folder / "p").iterdir()) == ["README.md", "src"]


def test_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_lines("here.txt", ["x"])
    assert Path("here.txt").read_text() == "x\n"
    assert count_lines("here.txt") == 1


def test_tmp_path_factory(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "n.txt").write_text("4\n")
    assert read_numbers(folder / "n.txt") == [4.0]


def test_tmpdir(tmpdir):
    tmpdir.join("n.txt").write("7\n8\n")
    assert read_numbers(str(tmpdir.join("n.txt"))) == [7.0, 8.0]
