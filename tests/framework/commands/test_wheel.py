"""The package as people install it: the wheel in an environment of its own, whose site-packages holds the libraries as well."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from places import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox needs Linux"),
]
ASSIGNMENT = ("assignment.toml", "reference", "student", "tests/public", "tests/hidden", "twins", "handout", "data")


def link_or_copy(source: str, destination: str) -> None:
    try:
        os.link(source, destination)
    except OSError:  # another disk
        shutil.copy2(source, destination)


def of_this_package(folder: str, names: list[str]) -> list[str]:
    mine = ("autograder", "__editable__") if folder == sysconfig.get_path("purelib") else ()
    return [name for name in names if name.startswith(mine)]


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """The folder of the programs of an environment that has the wheel and all libraries, and no way to the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    shutil.copytree(ROOT / "autograder", source / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, source], check=True)
    venv.create(folder / "environment", symlinks=True)
    libraries = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "environment")}))
    shutil.copytree(
        sysconfig.get_path("purelib"), libraries, copy_function=link_or_copy, ignore=of_this_package, dirs_exist_ok=True
    )
    (wheel,) = folder.glob("*.whl")
    python = folder / "environment/bin/python"
    subprocess.run([*pip, "--python", python, "install", "-q", "--no-deps", "--no-index", wheel], check=True)
    return folder / "environment/bin"


def ran(programs: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [programs / "autograder", *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_wheel_holds_every_file_of_the_package(programs):
    installed = next((programs.parent / "lib").rglob("autograder/__init__.py")).parent
    theirs, ours = (
        {path.relative_to(package) for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"}
        for package in (installed, ROOT / "autograder")
    )
    assert theirs == ours


def test_a_library_that_is_not_preloaded_can_be_imported_by_a_submission(programs, tmp_path):
    made = ran(programs, tmp_path, "new", "softmax")
    assert made.returncode == 0, made.stderr
    functions = tmp_path / "softmax/reference/functions.py"
    functions.write_text("import pygments\n" + functions.read_text(encoding="utf-8"), encoding="utf-8")
    graded = ran(programs, tmp_path / "softmax", "grade", "reference")
    assert "4 of 4 points" in graded.stdout, graded.stdout + graded.stderr


def test_the_demonstration_needs_nothing_but_the_wheel(programs, tmp_path):
    shown = ran(programs, tmp_path, "demo", "--students", "2", "--no-open")
    assert shown.returncode == 0, shown.stderr
    assert "2 students: 2 graded" in shown.stdout and "softmax_overflows" in shown.stdout
    assert (tmp_path / "demo/class/report.html").is_file()


def test_the_reference_of_this_repository_gets_all_points(programs, tmp_path):
    pytest.importorskip("torch")
    for name in ASSIGNMENT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, tmp_path / name)
    graded = ran(programs, tmp_path, "grade", "reference")
    assert "100 of 100 points" in graded.stdout, graded.stdout + graded.stderr
