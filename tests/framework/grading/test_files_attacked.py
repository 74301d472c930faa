"""Submissions that attack by files: links, pipes, floods, names. The suite's side follows none and keeps its measure."""

import os
import textwrap

import pytest
from files import write_files
from toys import Graded, grade_toy

SETTINGS = """
title = "Toy"
[submission]
files = ["modules.py"]
support = ["words.txt"]
[[suites]]
path = "tests"
show_values = true
[limits]
test_seconds = 20
box_mb = 16
file_mb = 8
[sandbox]
preload = []
"""

SUBMISSION = '''
import os
import socket
from pathlib import Path


def touch(path):
    Path(path).write_text("")

def link(path, to):
    os.symlink(to, path)

def pipe(path):
    os.mkfifo(path)

def swap_file_for_link(path, to):
    os.remove(path)
    os.symlink(to, path)

def swap_folder_for_link(path, to):
    os.rename(path, path + "-away")
    os.symlink(to, path)

def swap_all_for_links(path, to):
    """Put a link in the place of each folder between the box and the path."""
    parts = Path(path).relative_to(os.environ["HOME"]).parts
    for depth in range(len(parts), 0, -1):
        place = os.path.join(os.environ["HOME"], *parts[:depth])
        os.rename(place, f"{os.environ['HOME']}/away{depth}")
        os.symlink(to, place)

def second_name(path, other):
    os.link(path, other)

def swell(path):
    with open(path, "wb") as file:
        file.truncate(8 << 20)

def flood(path, count):
    for number in range(count):
        open(os.path.join(path, str(number)), "w").close()

def dig(path, depth):
    for _ in range(depth):
        path = os.path.join(path, "x")
        os.mkdir(path)

def odd_names(path):
    for name in (b"new\\nline", b"not \\xff utf-8", b"-rf", b"a b", b"'quoted'", b"\\x1b[31m", b"%s{}"):
        with open(os.path.join(os.fsencode(path), name), "wb") as file:
            file.write(name)

def leave_code(path):
    for name in ("colorsys.py", "sndhdr.py"):
        Path(path, name).write_text("raise SystemExit('the judge runs me')")

def shadow(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Path(path).write_text("0")

def shadow_tests():
    shadow("tests/expected.txt")

def remove(path):
    os.remove(path)

def read(path):
    return Path(path).read_text()

def box():
    return os.environ["HOME"]

def names_in_box():
    return os.listdir(os.environ["HOME"])
'''

SUITE = """
import os
import shutil
from pathlib import Path

import modules

OUTSIDE = Path(__file__).parent.parent / "outside"


def test_asks_for_staff_link(tmp_path):
    modules.link(str(tmp_path / "x"), "/etc/hostname")

def test_asks_for_staff_link_to_a_folder(tmp_path):
    modules.link(str(tmp_path / "x"), "/")

def test_asks_for_staff_pipe(tmp_path):
    modules.pipe(str(tmp_path / "x"))

def test_asks_for_staff_file_swapped(tmp_path):
    (tmp_path / "x").write_text("ours")
    try:
        modules.swap_file_for_link(str(tmp_path / "x"), "/etc/hostname")
    finally:
        assert (tmp_path / "x").read_text() == "ours" and not (tmp_path / "x").is_symlink()

def test_asks_for_staff_folder_swapped(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x").write_text("ours")
    try:
        modules.swap_folder_for_link(str(tmp_path / "d"), str(OUTSIDE))
    finally:
        assert not (tmp_path / "d").is_symlink()

def test_passes_nothing_is_written_through_links(tmp_path):
    (tmp_path / "x").write_text("ours")
    modules.touch(str(tmp_path / "y"))
    modules.swap_all_for_links(str(tmp_path), "/tmp/files-attacked")
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "x").write_text("secret")
    (tmp_path / "z").write_text("secret")
    modules.box()
    assert os.listdir("/tmp/files-attacked") == []

def test_passes_a_link_in_the_current_folder_is_left_there():
    modules.link("x", "/etc/hostname")
    modules.pipe("y")
    modules.touch("z")
    assert not os.path.lexists("x") and not os.path.lexists("y") and os.path.exists("z")

def test_passes_the_current_folder_swapped(tmp_path):
    modules.swap_all_for_links(os.path.join(modules.box(), "submission"), "/tmp/files-attacked")
    Path("in.txt").write_text("secret")
    modules.box()
    os.remove("in.txt")
    assert os.listdir("/tmp/files-attacked") == []

def test_passes_a_second_name_is_a_file_of_its_own(tmp_path):
    modules.touch(str(tmp_path / "x"))
    modules.second_name(str(tmp_path / "x"), str(tmp_path / "y"))
    (tmp_path / "x").write_text("ours")
    assert modules.read(str(tmp_path / "x")) == "ours" and modules.read(str(tmp_path / "y")) == ""

def test_fails_too_large(tmp_path):
    for number in range(3):
        modules.swell(str(tmp_path / f"x{number}"))

def test_fails_too_many(tmp_path):
    modules.flood(str(tmp_path), 5_001)

def test_fails_too_deep(tmp_path):
    modules.dig(str(tmp_path), 40)

def test_fails_too_many_in_the_current_folder():
    modules.flood(".", 5_001)

def test_passes_odd_names(tmp_path):
    modules.odd_names(str(tmp_path))
    names = [b"new\\nline", b"not \\xff utf-8", b"-rf", b"a b", b"'quoted'", b"\\x1b[31m", b"%s{}"]
    assert sorted(os.listdir(os.fsencode(tmp_path))) == sorted(names)
    for name in names:
        assert (tmp_path / os.fsdecode(name)).read_bytes() == name

def test_passes_code_in_the_current_folder_is_not_run_here():
    modules.leave_code(".")
    import colorsys
    assert colorsys.rgb_to_hsv(1, 1, 1) == (0, 0, 1) and not os.path.exists("colorsys.py")

def test_asks_for_staff_a_folder_of_the_assignment_in_the_current_folder():
    try:
        modules.shadow_tests()
    finally:
        assert Path("tests/expected.txt").read_text() == "42"

def test_asks_for_staff_a_file_of_the_assignment_in_the_current_folder():
    try:
        modules.touch("assignment.toml")
    finally:
        assert "Toy" in Path("assignment.toml").read_text()

def test_asks_for_staff_a_shown_file_is_written():
    assert modules.read("tests/expected.txt") == "42"
    try:
        modules.shadow("tests/expected.txt")
    finally:
        assert Path("tests/expected.txt").read_text() == "42"

def test_passes_a_shown_file_is_removed():
    assert modules.read("tests/expected.txt") == "42"
    modules.remove("tests/expected.txt")
    os.path.exists("tests/expected.txt")
    modules.remove("words.txt")
    assert not os.path.exists("words.txt")

def test_passes_all_is_there_for_the_next_test():
    assert Path("tests/expected.txt").read_text() == "42" and Path("words.txt").read_text() == "word"
    assert modules.read("words.txt") == "word" and "Toy" in Path("assignment.toml").read_text()

def test_asks_for_staff_code_in_tmp_path(tmp_path, monkeypatch):
    modules.leave_code(str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    import sndhdr

def test_passes_nothing_is_known_of_folders_that_were_not_named(tmp_path):
    (tmp_path / "secret").write_text("expected")
    assert "suite" not in modules.names_in_box() and "given" not in modules.names_in_box()

def test_passes_other_tests_folders_are_not_there(tmp_path):
    modules.touch(str(tmp_path / "x"))
    folders = os.listdir(os.path.join(modules.box(), "suite"))
    assert folders in ([], ["pytest"])
"""


@pytest.fixture(scope="module")
def target():
    """A folder that any user may write into."""
    folder = "/tmp/files-attacked"
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o777)
    yield folder
    os.rmdir(folder)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory, target) -> Graded:
    folder = tmp_path_factory.mktemp("attacked")
    sources = {"assignment.toml": SETTINGS, "tests/test_toy.py": SUITE, "sub/modules.py": SUBMISSION, "outside/x": "outside"}
    sources |= {"tests/expected.txt": "42", "words.txt": "word"}
    write_files(folder, {name: textwrap.dedent(text) for name, text in sources.items()})
    return grade_toy(folder)


@pytest.mark.parametrize("name", [line.split("(")[0].split()[1] for line in SUITE.splitlines() if line.startswith("def test_")])
def test_an_attack_by_files_gains_nothing(attacked, name):
    record = attacked[name]
    status = {"asks": "broken", "passes": "passed", "fails": "failed"}[name.split("_")[1]]
    assert record.status == status, record.reason + record.staff
    if status == "failed":
        assert "your code has left more than" in record.reason or "it wrote more than 16 MB" in record.reason
