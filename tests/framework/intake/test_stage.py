"""The intake: what is taken from a submission, what is refused, and what students are told."""

import io
import os
import socket
import stat
import sys
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import AssignmentError, AutograderError, SubmissionError
from autograder.intake.reader import IntakeLimits
from autograder.intake.stage import Stage, stage_submission

GOOD = b"import numpy as np\n\n\ndef double(x):\n    return 2 * x\n"


@pytest.fixture
def intake(tmp_path):
    """Stage what a test hands in: a mapping name -> content becomes a folder, paths stay as they are."""
    stages: list[Stage] = []

    def take(submission, wanted=("modules.py",), support=None, limits=IntakeLimits(), **more):  # noqa: B008  it is frozen
        sources = submission
        if isinstance(submission, dict):
            sources = [folder(tmp_path / f"submission{len(stages)}", submission)]
        stage = stage_submission(sources, tmp_path / f"stage{len(stages)}", wanted, support or {}, limits, **more)
        stages.append(stage)
        return stage

    yield take
    for stage in stages:
        stage.discard()


def folder(path, files):
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    path.mkdir(exist_ok=True)
    return path


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def write(path, content):
    path.write_bytes(content)
    return path


def messages(stage):
    return "\n".join(map(str, stage.remarks))


# What is taken:


def test_a_good_folder_is_staged_byte_for_byte_and_read_only(intake):
    windows = b"\xef\xbb\xbfx = 1\r\ny = 2\r\n"
    stage = intake({"modules.py": GOOD, "src/net.py": windows}, wanted=("modules.py", "src/net.py"))
    assert stage.files == ("modules.py", "src/net.py")
    assert stage.remarks == () and stage.ignored == ()
    assert stage.problem_with("modules.py") is None
    assert (stage.path / "modules.py").read_bytes() == GOOD
    assert (stage.path / "src/net.py").read_bytes() == windows
    for path, mode in (("modules.py", 0o444), ("src/net.py", 0o444), ("src", 0o555), (".", 0o555)):
        assert stat.S_IMODE((stage.path / path).stat().st_mode) == mode


def test_only_files_asked_for_are_taken_and_the_others_are_named(intake):
    stage = intake({"modules.py": GOOD, "notes.txt": b"n", "utils.py": b"", "extra.py": b""}, wanted=("modules.py", "extra.py"))
    assert sorted(p.name for p in stage.path.iterdir()) == ["extra.py", "modules.py"]
    assert stage.ignored == ("notes.txt", "utils.py")


def test_rubbish_of_editors_and_systems_is_skipped_without_a_word(intake):
    rubbish = {"__MACOSX/._modules.py": b"\0", ".DS_Store": b"\0", "._modules.py": b"\0", "__pycache__/modules.pyc": b""}
    rubbish |= {".last_run.json": b"{}", ".vscode/settings.json": b"{}"}
    rubbish |= {".git/HEAD": b"", ".venv/lib/modules.py": b"", ".ipynb_checkpoints/modules.py": b""}
    assert intake({"modules.py": GOOD} | rubbish).ignored == ()


def test_the_digest_depends_on_taken_names_and_contents_only(intake):
    first = intake({"modules.py": GOOD})
    assert intake({"modules.py": GOOD, "notes.txt": b"more"}).digest == first.digest
    assert intake({"modules.py": GOOD + b"#"}).digest != first.digest
    assert intake({"other.py": GOOD}, wanted=("other.py",)).digest != first.digest


def test_support_files_come_from_the_assignment_and_an_edited_copy_is_named(intake, tmp_path):
    ours = write(tmp_path / "ours.py", b"labels = 10\n")
    edited = intake({"modules.py": GOOD, "data.py": b"labels = 2\n"}, support={"data.py": ours})
    assert (edited.path / "data.py").read_bytes() == b"labels = 10\n"
    assert "data.py: This copy differs" in messages(edited)
    assert edited.problem_with("data.py") is None and edited.files == ("modules.py",) and edited.ignored == ()
    same = intake({"modules.py": GOOD, "data.py": b"labels = 10\r\n"}, support={"data.py": ours})
    assert same.remarks == ()


def test_single_files_are_a_submission(intake, tmp_path):
    paths = [write(tmp_path / "modules.py", GOOD), write(tmp_path / "net.py", GOOD)]
    assert intake(paths, wanted=("modules.py", "net.py")).files == ("modules.py", "net.py")


@pytest.mark.parametrize("inside", ["", "hw1/", "Jane Doe/hw1/"])
def test_enclosing_folders_are_looked_through_in_folders_and_zips(intake, tmp_path, inside):
    files = {f"{inside}modules.py": GOOD, f"{inside}src/net.py": GOOD, "__MACOSX/._x": b""}
    archive = write(tmp_path / "hw.zip", zipped(files))
    for submission in (files, [archive]):
        stage = intake(submission, wanted=("modules.py", "src/net.py"))
        assert stage.files == ("modules.py", "src/net.py") and stage.remarks == ()


def test_a_folder_that_the_assignment_asks_for_is_not_an_enclosing_one(intake):
    assert intake({"src/modules.py": GOOD}, wanted=("src/modules.py",)).remarks == ()
    assert intake({"src/src/modules.py": GOOD}, wanted=("src/modules.py",)).remarks == ()


def test_one_zip_in_the_zip_is_looked_through_and_no_second(intake, tmp_path):
    inner = zipped({"hw/modules.py": GOOD})
    once = write(tmp_path / "once.zip", zipped({"up/hw.zip": inner, "README": b"hello"}))
    assert intake([once]).files == ("modules.py",)
    twice = write(tmp_path / "twice.zip", zipped({"b.zip": zipped({"a.zip": inner})}))
    assert '"a.zip", which was not opened' in intake([twice]).problem_with("modules.py")


def test_a_zip_in_a_folder_or_without_its_ending_is_looked_through(intake, tmp_path):
    packed = zipped({"modules.py": GOOD})
    assert intake({"hw.zip": packed}).files == ("modules.py",)
    assert intake([write(tmp_path / "upload", packed)]).files == ("modules.py",)


def test_backslashes_of_windows_zips_separate_folders(intake, tmp_path):
    packed = zipped({"hw/modules.py": GOOD}).replace(b"hw/modules.py", b"hw\\modules.py")
    assert intake([write(tmp_path / "hw.zip", packed)]).files == ("modules.py",)


# Names and places:


def test_upper_and_lower_case_are_forgiven_with_a_remark_unless_unclear(intake):
    stage = intake({"Modules.PY": GOOD})
    assert stage.files == ("modules.py",) and stage.problem_with("modules.py") is None
    assert 'found as "Modules.PY"' in messages(stage)
    assert intake({"Modules.py": b"", "modules.py": GOOD}).remarks == ()
    unclear = intake({"Modules.py": GOOD, "MODULES.py": GOOD}).problem_with("modules.py")
    assert '"MODULES.py", "Modules.py"' in unclear


def test_a_file_in_a_wrong_folder_is_taken_when_it_is_the_only_one(intake):
    stage = intake({"README": b"", "code/modules.py": GOOD})
    assert stage.files == ("modules.py",) and "another folder" in messages(stage)
    two = intake({"README": b"", "new/modules.py": GOOD, "old/modules.py": GOOD})
    assert two.files == ()
    assert '"new/modules.py", "old/modules.py"' in two.problem_with("modules.py")
    assert intake({"modules.py": GOOD, "old/modules.py": GOOD}).remarks == ()


@pytest.mark.parametrize("around", ["", "homework/"])
def test_a_file_in_a_sub_directory_does_not_count_where_places_are_exact(intake, around):
    files = {f"{around}old/modules.py": GOOD, f"{around}answers.toml": b""}
    stage = intake(files, wanted=("modules.py", "answers.toml"), exact_places=True)
    assert stage.files == ("answers.toml",) and stage.ignored == (f"{around}old/modules.py",)
    assert stage.problem_with("modules.py") == (
        f'modules.py: The file is missing. Found "{around}old/modules.py": the file counts as "modules.py" only, at the top of '
        "the submission and not in a sub-directory"
    )


def test_a_copy_in_a_sub_directory_is_ignored_with_a_remark_where_places_are_exact(intake):
    stage = intake({"modules.py": GOOD, "old/Modules.py": b"1/0"}, exact_places=True)
    assert stage.files == ("modules.py",) and (stage.path / "modules.py").read_bytes() == GOOD
    assert [remark.fatal for remark in stage.remarks] == [False]
    assert 'Ignored "old/Modules.py": the file counts as "modules.py" only' in messages(stage)


def test_case_is_forgiven_and_so_is_a_folder_around_all_where_places_are_exact(intake):
    stage = intake({"x/SRC/modules.py": GOOD, "x/a.py": GOOD}, wanted=("src/modules.py", "a.py"), exact_places=True)
    assert stage.files == ("a.py", "src/modules.py")


def test_a_file_asked_for_in_two_folders_is_not_taken_for_the_other(intake):
    stage = intake({"a/net.py": GOOD, "README": b""}, wanted=("a/net.py", "b/net.py"))
    assert stage.files == ("a/net.py",) and "missing" in stage.problem_with("b/net.py")


@pytest.mark.parametrize(
    "found",
    ["modules (1).py", "modules-1.py", "modules_final.py", "modules.py.txt", "Copy of modules.py", "module.py", "moduels.py"],
)
def test_a_misnamed_file_is_missing_and_the_message_says_what_to_rename(intake, found):
    stage = intake({"mlp.py": GOOD, found: GOOD}, wanted=("modules.py", "mlp.py"))
    assert stage.files == ("mlp.py",)
    problem = stage.problem_with("modules.py")
    assert problem.startswith("modules.py: The file is missing.")
    assert f'"{found}": rename' in problem and "to modules.py" in problem


def test_a_misnamed_file_is_offered_for_the_name_it_resembles_most(intake):
    stage = intake({"train_mlp (1).py": GOOD}, wanted=("mlp.py", "train_mlp.py"))
    assert "rename" in stage.problem_with("train_mlp.py")
    assert "rename" not in stage.problem_with("mlp.py")


def test_notebooks_other_archives_and_compiled_files_are_explained(intake):
    assert "notebook" in intake({"modules.ipynb": b"{}"}).problem_with("modules.py")
    assert "notebook" in intake({"Untitled.ipynb": b"{}"}).problem_with("modules.py")
    assert "not opened" in intake({"hw.rar": b"Rar!"}).problem_with("modules.py")
    assert "compiled" in intake({"modules.cpython-311.pyc": b"x"}).problem_with("modules.py")
    assert "empty" in intake({}).problem_with("modules.py")
    assert 'only "a.py"' in intake({"a.py": b""}).problem_with("modules.py")


def test_files_that_hide_a_library_are_named(intake):
    extras = {"random.py": b"", "test.py": b"", "code.py": b"", "numpy/__init__.py": b"", "pytest.py": b"", "mine.py": b""}
    stage = intake({"modules.py": GOOD, "types.py": GOOD} | extras, wanted=("modules.py", "types.py"))
    named = {remark.file for remark in stage.remarks}
    assert named == {"random.py", "test.py", "code.py", "numpy/__init__.py", "pytest.py", "types.py"}
    assert not any(remark.fatal for remark in stage.remarks)
    assert "random.py" in stage.ignored and "types.py" in stage.files


def test_hostile_names_are_shown_as_escapes(intake, tmp_path):
    hostile = ["a\nb", "\x1b[31mred", "\u202egnp.py", "\u200bmodules.py", "$(reboot)", "-rf"]
    root = folder(tmp_path / "s", dict.fromkeys(hostile, b""))
    if sys.platform == "linux":
        Path(os.fsdecode(os.fsencode(root) + b"/\xff\xfe")).write_bytes(b"")
    stage = intake([root])
    text = messages(stage) + "".join(stage.ignored)
    assert all(c.isprintable() for c in text)
    assert "a\\nb" in stage.ignored and "$(reboot)" in stage.ignored
    text.encode()  # no lone surrogate is left


# What is refused:


def test_links_are_never_followed(intake, tmp_path):
    secret = write(tmp_path / "secret.py", b"ANSWER = 42\n")
    root = folder(tmp_path / "s", {"net.py": GOOD})
    (root / "modules.py").symlink_to(secret)
    (root / "deep").symlink_to(tmp_path)
    stage = intake([root], wanted=("modules.py", "net.py", "secret.py"))
    assert stage.files == ("net.py",)
    assert "symbolic link" in stage.problem_with("modules.py")
    assert "missing" in stage.problem_with("secret.py")
    (root / "other").mkdir()
    (root / "other" / "net.py").symlink_to(secret)
    (root / "net.py").rename(root / "code.d")
    (root / "real").mkdir()
    (root / "code.d").rename(root / "real" / "net.py")
    assert intake([root], wanted=("net.py",)).files == ("net.py",)  # the link is no second candidate
    with pytest.raises(SubmissionError, match="symbolic link"):
        intake([root / "modules.py"])


def test_a_folder_swapped_for_a_link_after_the_listing_is_not_followed(tmp_path):
    from autograder.intake.folders import open_below

    write(tmp_path / "modules.py", b"ANSWER = 42\n")
    root = folder(tmp_path / "s", {})
    (root / "src").symlink_to(tmp_path)
    with pytest.raises(OSError, match=r"symbolic link|Not a directory"):
        open_below(root, ("src", "modules.py"))


def test_hard_links_are_ordinary_files(intake, tmp_path):
    root = folder(tmp_path / "s", {"a.txt": GOOD})
    os.link(root / "a.txt", root / "modules.py")
    assert intake([root]).remarks == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_fifos_and_sockets_are_refused_without_waiting(intake, tmp_path, monkeypatch):
    root = folder(tmp_path / "s", {"net.py": GOOD})
    os.mkfifo(root / "modules.py")
    monkeypatch.chdir(root)  # a socket's path may have some 100 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("sock")
        stage = intake([root], wanted=("modules.py", "net.py"))
    assert stage.files == ("net.py",)
    assert "no regular file" in stage.problem_with("modules.py")
    with pytest.raises(SubmissionError, match="no regular file"):
        intake([root / "modules.py"])


def test_zip_entries_that_lead_outside_are_refused_and_nothing_is_written_there(intake, tmp_path):
    names = ["../modules.py", "/modules.py", "C:\\modules.py", "x/../../modules.py"]
    archive = write(tmp_path / "hw.zip", zipped(dict.fromkeys(names, GOOD)))
    before = set(tmp_path.rglob("*"))
    stage = intake([archive])
    assert stage.files == () and "missing" in stage.problem_with("modules.py")
    assert messages(stage).count("leads outside the submission") == len(names)
    assert set(tmp_path.rglob("*")) - before == {stage.path}


def test_links_and_devices_in_a_zip_are_refused(intake, tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, kind in (("modules.py", stat.S_IFLNK), ("net.py", stat.S_IFCHR)):
            info = zipfile.ZipInfo(name)
            info.external_attr = (kind | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    stage = intake([write(tmp_path / "hw.zip", stream.getvalue())], wanted=("modules.py", "net.py"))
    assert stage.files == ()
    assert "symbolic link" in stage.problem_with("modules.py") and "no regular file" in stage.problem_with("net.py")


def test_a_flood_of_refused_entries_gives_a_short_report(intake, tmp_path):
    archive = write(tmp_path / "hw.zip", zipped({f"../{n}": b"" for n in range(500)}))
    stage = intake([archive])
    assert len(stage.remarks) < 20 and "492 more" in messages(stage)
    libraries = {f"{name}.py": b"" for name in sys.stdlib_module_names}
    assert len(intake({"modules.py": GOOD} | libraries).remarks) < 20


def test_one_name_twice_in_a_zip_is_unclear(intake, tmp_path):
    packed = zipped({"modules.py": b"a = 1\n", "modulez.py": b"b = 1\n"}).replace(b"modulez.py", b"modules.py")
    assert "2 times" in intake([write(tmp_path / "hw.zip", packed)]).problem_with("modules.py")


def test_encrypted_truncated_and_damaged_zips_are_told_apart(intake, tmp_path):
    whole = zipped({"modules.py": GOOD * 50})
    locked = bytearray(whole)
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SubmissionError, match=r"encrypted.*without a password"):
        intake([write(tmp_path / "a.zip", bytes(locked))])
    with pytest.raises(SubmissionError, match="incomplete"):
        intake([write(tmp_path / "b.zip", whole[:-40])])
    with pytest.raises(SubmissionError, match="a RAR archive, not a zip"):
        intake([write(tmp_path / "c.zip", b"Rar!\x1a\x07\x00" + b"x" * 99)])
    flipped = bytearray(whole)
    flipped[45] ^= 0xFF
    with pytest.raises(SubmissionError, match=r"modules\.py is damaged in the zip"):
        intake([write(tmp_path / "d.zip", bytes(flipped))])


def test_a_submission_that_is_not_there_is_said_so(intake, tmp_path):
    with pytest.raises(SubmissionError, match=r"nothing\.py cannot be read: No such file"):
        intake([tmp_path / "nothing.py"])


@pytest.mark.parametrize(
    ("files", "limits", "says"),
    [
        ({f"{n}.txt": b"" for n in range(12)}, IntakeLimits(files=10), r"at least 11 files.*limit of 10 \(files\)"),
        ({"modules.py": b"#" * 3000}, IntakeLimits(file_mb=0.002), r"modules.py has.* 0.003 MB.*0.002 \(file_mb\)"),
        ({"modules.py": GOOD, "net.py": GOOD}, IntakeLimits(total_mb=0.0001), r"\(total_mb\)"),
        ({"x/" * 6 + "modules.py": GOOD}, IntakeLimits(depth=5), r"has 6 folders in folders.*5 \(depth\)"),
    ],
)
def test_a_limit_exceeded_names_the_limit_and_the_value(intake, tmp_path, files, limits, says):
    archive = write(tmp_path / "hw.zip", zipped(files, zipfile.ZIP_STORED))
    for submission in (files, [archive]):
        with pytest.raises(SubmissionError, match=says):
            intake(submission, wanted=("modules.py", "net.py"), limits=limits)


def test_a_zip_with_too_long_a_list_or_too_large_is_refused_before_it_is_read(intake, tmp_path):
    archive = write(tmp_path / "hw.zip", zipped({f"__MACOSX/{n}": b"" for n in range(30)}))
    with pytest.raises(SubmissionError, match=r"hw.zip has 30 entries.*\(zip_entries\)"):
        intake([archive], limits=IntakeLimits(zip_entries=20))
    with pytest.raises(SubmissionError, match=r"\(zip_mb\)"):
        intake([archive], limits=IntakeLimits(zip_mb=0.001))


@pytest.mark.parametrize("name", ["modules.py", "data.bin", "inner.zip"])
def test_a_bomb_is_refused_before_anything_is_unpacked_and_with_little_memory(intake, tmp_path, monkeypatch, name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as entry:
        for _ in range(200):
            entry.write(bytes(1_000_000))
    assert len(stream.getvalue()) < 200_000
    bomb = write(tmp_path / "bomb.zip", stream.getvalue())
    unpacked = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda self, *_: unpacked.append(self))
    tracemalloc.start()
    with pytest.raises(SubmissionError, match=r"more than the limit of 200 \(ratio\)"):
        intake([bomb])
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
    assert unpacked == []


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_is_read(intake, tmp_path):
    honest = zipped({"modules.py": b"#" * 30_000_000})
    lying = honest.replace((30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(SubmissionError, match="damaged"):
        intake([write(tmp_path / "bomb.zip", lying)])


@pytest.mark.slow
@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_zipfile_unpacks_in_one_piece_is_not_opened(intake, tmp_path, packing):
    honest = zipped({"modules.py": b"#" * 100_000_000, "net.py": GOOD}, packing)
    lying = honest.replace((100_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with zipfile.ZipFile(write(tmp_path / "hw.zip", lying), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mlp.py", GOOD)
    tracemalloc.start()
    stage = intake([tmp_path / "hw.zip"], wanted=("modules.py", "net.py", "mlp.py"))
    assert stage.files == ("mlp.py",) and "packed in an unusual way" in stage.problem_with("modules.py")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_names_and_stages_that_the_assignment_gets_wrong_are_its_errors(intake, tmp_path):
    for bad in ("../modules.py", "/modules.py", "a\\b.py", "a//b.py", ""):
        with pytest.raises(AssignmentError):
            intake({"modules.py": GOOD}, wanted=(bad,))
    with pytest.raises(AssignmentError, match="2 times"):
        intake({}, wanted=("data.py",), support={"data.py": tmp_path / "data.py"})
    with pytest.raises(AssignmentError, match="cannot be read"):
        intake({}, support={"data.py": tmp_path / "no.py"})
    with pytest.raises(AutograderError, match="not empty"):
        stage_submission([folder(tmp_path / "x", {})], folder(tmp_path / "full", {"a": b""}), ["a"], {})


SEED_ZIP = zipped({"hw/modules.py": GOOD * 20, "hw/notes.txt": b"n" * 99, "in.zip": zipped({"modules.py": GOOD})})


@settings(max_examples=150, deadline=None, database=None)
@given(
    edits=st.lists(st.tuples(st.integers(0, len(SEED_ZIP) - 1), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, len(SEED_ZIP)),
    cut_it=st.booleans(),
)
def test_a_mutated_zip_is_staged_or_refused_and_never_anything_else(edits, cut, cut_it):
    packed = bytearray(SEED_ZIP)
    for place, value in edits:
        packed[place] = value
    with tempfile.TemporaryDirectory() as scratch:
        archive = write(Path(scratch) / "hw.zip", bytes(packed[:cut] if cut_it else packed))
        try:
            stage = stage_submission([archive], Path(scratch) / "stage", ["modules.py"], {})
        except SubmissionError as error:
            assert str(error).isprintable()
        else:
            assert set(stage.files) <= {"modules.py"}
            stage.discard()


# What is wrong with a file:


def diagnosed(intake, source):
    stage = intake({"modules.py": source, "net.py": GOOD}, wanted=("modules.py", "net.py"))
    assert stage.problem_with("net.py") is None
    assert (stage.path / "modules.py").read_bytes() == source
    return stage


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"# my code\n\n  # end\n", "contains only comments"),
        ("x = 1\n".encode("utf-16"), "UTF-16"),
        ("x = 1\n".encode("utf-16-le"), "UTF-16"),
        (b"x = 1\ny = \0\n" + GOOD, "line 2, column 5: There is a NUL byte"),
        (
            "x = 1\r\n# caf\u00e9 \u00fc\n".encode("latin-1"),
            "line 2, column 6: The byte 0xe9 ('\u00e9' in Latin-1) is not UTF-8",
        ),
        (
            "x = 'a\u00a0b'\ny =\u00a01\n".encode(),
            "line 2, column 4: U+00A0 NO-BREAK SPACE is not allowed in code; type an ordinary",
        ),
        (
            "x = \u2018a\u2019\n".encode(),
            "line 1, column 5: U+2018 LEFT SINGLE QUOTATION MARK is not allowed in code; type a plain '",
        ),
        ("x = 2 \u2212 1\n".encode(), "U+2212 MINUS SIGN is not allowed in code; type a plain -"),
        ("\u200bx = 1\n".encode(), "column 1: U+200B ZERO WIDTH SPACE is not allowed in code; delete it"),
        ("x\u202e = 1\n".encode(), "U+202E RIGHT-TO-LEFT OVERRIDE"),
        (b"def f():\n<<<<<<< HEAD\n    return 1\n=======\n    return 2\n>>>>>>> b\n", "line 2, column 1: A merge conflict"),
        (b"x = (1 +\n<<<<<<< HEAD\n1)\n=======\n2)\n>>>>>>> b\n", "line 2, column 1: A merge conflict"),
        (b"if True:\n    x = 1\n\ty = 2\n", "line 3, column 1: The indentation mixes tabs and spaces"),
        (b"x = 1\n%matplotlib inline\n", "line 2, column 1: Commands that start with % or !"),
        (b'{"cells": [], "nbformat": 4}', "Jupyter notebook with another name"),
        (b"PK\x03\x04rest", "is a zip archive, not Python source"),
        (b"{\\rtf1 x = 1}", "an RTF document"),
        ("x = '\u03b1\u03b2\u03b3' + (3 4)\n".encode(), "Perhaps you forgot a comma? Correct it and hand it in again\n    x ="),
        ("x = '\u03b1\u03b2\u03b3' + (3 4)\n".encode(), "line 1, column 14: The file does not compile"),
        (b"x = (1,\ny = 2\n", "SyntaxError: '(' was never closed"),
        (b"def f(x):\nreturn x\n", "line 2, column 1: The file does not compile. IndentationError"),
        (b"x = " + b"-" * 200_000 + b"1\n", "nested too deeply"),
        (b"x = " + b"(" * 500 + b")" * 500 + b"\n", "too many nested parentheses"),
    ],
)
def test_a_file_that_cannot_be_imported_is_diagnosed_with_place_and_remedy(intake, source, says):
    problem = diagnosed(intake, source).problem_with("modules.py")
    assert problem is not None and says in problem


@pytest.mark.parametrize(
    "source",
    [
        b"x = 1\ry = 2\r",
        b"\xef\xbb\xbfx = 1\r\n",
        "# -*- coding: latin-1 -*-\nx = '\u00e9'\n".encode("latin-1"),
        "x = '\u00a0\u2018\u200b'  # \u201cquoted\u201d\n".encode(),
        b"x = '''\n<<<<<<< HEAD\n=======\n>>>>>>> b\n'''\n",
        b"def f():\n\treturn 1\n\n\ndef g():\n    return 2\n",
        b"x = '\\d'\n",
    ],
)
def test_what_python_reads_is_no_problem(intake, source):
    assert diagnosed(intake, source).remarks == ()


def test_bidi_controls_in_a_comment_are_remarked_but_not_fatal(intake):
    stage = diagnosed(intake, "x = 1  # \u202e1 = x\n".encode())
    assert "line 1, column 10: U+202E" in messages(stage) and stage.problem_with("modules.py") is None


def test_the_message_ends_with_the_source_line_and_a_caret(intake):
    problem = diagnosed(intake, "def f():\n\tx = \u201chi\u201d\n".encode()).problem_with("modules.py")
    assert problem.splitlines()[1:] == ["     x = \u201chi\u201d", "         ^"]
    long = b"x = [" + b"1, " * 3000 + b"2 3]\n"
    line, caret = diagnosed(intake, long).problem_with("modules.py").splitlines()[-2:]
    assert len(line) < 120 and line[caret.index("^") :].startswith("2 3")


def test_sources_are_compiled_and_not_executed(intake, tmp_path):
    marker = tmp_path / "ran"
    assert diagnosed(intake, f"open({str(marker)!r}, 'w')\n".encode()).remarks == ()
    assert not marker.exists()


def test_a_compiler_that_dies_is_blamed_on_the_file_it_died_of_and_the_others_are_still_checked(intake, monkeypatch):
    from autograder.intake import compile_check

    dying = compile_check.COMPILER.replace("    answer = None\n", "    answer = None\n    if b'KILL' in source: os.abort()\n")
    monkeypatch.setattr(compile_check, "COMPILER", dying)
    files = {"a.py": GOOD, "b.py": b"x = 'KILL'\n", "c.py": b"x = (\n", "d.py": GOOD}
    stage = intake(files, wanted=tuple(files))
    assert {remark.file for remark in stage.remarks} == {"b.py", "c.py"}
    assert "nested too deeply" in stage.problem_with("b.py")


def test_a_compiler_that_never_answers_is_ended(intake, monkeypatch):
    from autograder.intake import compile_check

    hanging = compile_check.COMPILER.replace(
        "    answer = None\n", "    if b'HANG' in source:\n        while True: pass\n    answer = None\n"
    )
    monkeypatch.setattr(compile_check, "COMPILER", hanging)
    monkeypatch.setattr(compile_check, "COMPILE_SECONDS", 0.5)
    stage = intake({"a.py": b"x = 'HANG'\n", "b.py": GOOD}, wanted=("a.py", "b.py"))
    assert "longer than 0.5 s" in stage.problem_with("a.py") and stage.problem_with("b.py") is None


def test_staging_does_not_wait_for_the_compiler(intake, monkeypatch):
    from autograder.intake import compile_check

    silent = compile_check.COMPILER.replace("import json", "import time; time.sleep(1000)\nimport json", 1)
    monkeypatch.setattr(compile_check, "COMPILER", silent)
    stage = intake({"modules.py": GOOD})
    assert stage.files == ("modules.py",) and stage.compile_check.process.poll() is None


def test_a_good_submission_is_staged_within_milliseconds(intake):
    files = {f"m{n}.py": GOOD * 100 for n in range(5)}
    times = []
    for _ in range(7):
        begin = time.process_time()
        intake(files, wanted=tuple(files))
        times.append(time.process_time() - begin)
    assert min(times) < 0.05  # of processor time; 10 ms is the aim


def test_many_files_and_many_missing_names_take_no_long_time(intake):
    files = {f"some_folder/exercise_number_{n}.py": b"" for n in range(1500)}
    begin = time.process_time()
    intake(files, wanted=tuple(f"train_the_model_{letter}.py" for letter in "abcdefghijkl"))
    assert time.process_time() - begin < 5  # of processor time
