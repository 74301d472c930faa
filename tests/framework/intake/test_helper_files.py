"""Helper files of a submission: which are taken by pattern, and which never are."""

import io
import zipfile

import pytest
from files import write_files

from autograder.intake.stage import stage_submission
from autograder.patterns import found, matches


@pytest.mark.parametrize(
    ("pattern", "admitted", "refused"),
    [
        ("*.py", ["utils.py", "a b.py"], ["utils.txt", "helpers/utils.py", ".hidden.py", "utils.pyc", "xpy"]),
        ("helpers/*.py", ["helpers/a.py"], ["a.py", "helpers/deep/a.py", "other/helpers/a.py"]),
        ("helpers/**/*.py", ["helpers/a.py", "helpers/deep/er/a.py"], ["a.py", "helpers/.git/a.py", "helpers/a.txt"]),
        ("**/*.py", ["a.py", "x/y/a.py"], ["x/a.txt"]),
        ("part?.txt", ["part1.txt"], ["part.txt", "part12.txt", "part/.txt"]),
        ("[x].py", ["[x].py"], ["x.py"]),
    ],
)
def test_a_pattern_admits_names_as_in_a_shell(pattern, admitted, refused):
    assert [name for name in admitted + refused if matches(name, [pattern])] == admitted


def test_files_in_a_folder_are_found_by_patterns(tmp_path):
    write_files(tmp_path, {"a.py": "", "x/b.py": "", "x/c.txt": "", ".git/d.py": "", "__pycache__/e.py": ""})
    (tmp_path / "link.py").symlink_to("a.py")
    assert found(tmp_path, ["**/*.py"]) == ["a.py", "x/b.py"]
    assert found(tmp_path, []) == []


@pytest.fixture
def staged(tmp_path):
    stages = []

    def take(source, also, support=None):
        stage = stage_submission([source], tmp_path / "stage", ["work.py"], support or {}, also=also)
        stages.append(stage)
        names = sorted(path.relative_to(stage.path).as_posix() for path in stage.path.rglob("*") if path.is_file())
        return stage, names

    yield take
    for stage in stages:
        stage.discard()


def test_helper_files_are_taken_by_pattern_and_the_rest_is_named(tmp_path, staged):
    files = {"work.py": "import utils\n", "utils.py": "x = 1\n", "helpers/a.py": "", "notes.txt": "", "helpers/deep/b.py": ""}
    stage, names = staged(write_files(tmp_path / "sub", files), ["*.py", "helpers/*.py"])
    assert names == ["helpers/a.py", "utils.py", "work.py"] == list(stage.files)
    assert stage.ignored == ("helpers/deep/b.py", "notes.txt")


def test_without_patterns_nothing_more_is_taken(tmp_path, staged):
    stage, names = staged(write_files(tmp_path / "sub", {"work.py": "", "utils.py": ""}), [])
    assert names == ["work.py"] and stage.ignored == ("utils.py",)


def test_a_pattern_takes_no_support_file_and_no_second_copy_of_one_that_is_asked_for(tmp_path, staged):
    ours = write_files(tmp_path / "ours", {"given.py": "ours = True\n"}) / "given.py"
    files = {"work.py": "first = 1\n", "given.py": "forged = True\n", "old/work.py": "second = 2\n"}
    stage, names = staged(write_files(tmp_path / "sub", files), ["**/*.py"], {"given.py": ours})
    assert (stage.path / "given.py").read_text() == "ours = True\n"
    assert (stage.path / "work.py").read_text() == "first = 1\n"
    assert names == ["given.py", "old/work.py", "work.py"]


def test_a_helper_file_that_does_not_compile_is_named_and_costs_nothing_by_itself(tmp_path, staged):
    stage, _ = staged(write_files(tmp_path / "sub", {"work.py": "x = 1\n", "utils.py": "def f(:\n"}), ["*.py"])
    assert "utils.py" in "".join(map(str, stage.remarks)) and stage.problem_with("work.py") is None


def test_an_empty_helper_file_or_package_is_no_mistake(tmp_path, staged):
    files = {"work.py": "x = 1\n", "utils.py": "", "helpers/__init__.py": "# nothing\n"}
    stage, _ = staged(write_files(tmp_path / "sub", files), ["**/*.py"])
    assert stage.remarks == ()


def test_hostile_entries_are_left(tmp_path, staged):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in (
            "work.py",
            "a/../../out.py",
            "/abs.py",
            "c:x.py",
            "new\nline.py",
            "twice.py",
            "d.py/e.py",
            "d.py",
            "x/ok.py",
        ):
            archive.writestr(name, "")
        link = zipfile.ZipInfo("link.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("twice.py", "again")
    source = tmp_path / "sub.zip"
    source.write_bytes(stream.getvalue())
    _, names = staged(source, ["**/*.py"])
    assert names in (["d.py/e.py", "work.py", "x/ok.py"], ["d.py", "work.py", "x/ok.py"], ["work.py", "x/ok.py"])
    assert not (tmp_path / "out.py").exists()


def test_a_link_to_a_file_is_not_taken(tmp_path, staged):
    folder = write_files(tmp_path / "sub", {"work.py": "", "secret.txt": "x"})
    (folder / "link.py").symlink_to("secret.txt")
    _, names = staged(folder, ["*.py"])
    assert names == ["work.py"]
