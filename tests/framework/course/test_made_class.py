"""The made class of the benchmarks: what it hands in behaves as its truth.csv says, and is the same every time."""

import csv
import random
import re
import subprocess
import sys

import numpy as np
import pytest
from places import ROOT

from autograder.demo.variations import copied, unfinished, vary

FILES = ("modules.py", "optimizers.py", "mlp_numpy.py")
SOURCE = (ROOT / "reference" / "modules.py").read_text(encoding="utf-8")
STUBS = (ROOT / "student" / "modules.py").read_text(encoding="utf-8")


def make(out, *options, seed="0"):
    command = [sys.executable, str(ROOT / "benchmarks" / "made_class.py"), str(out), "--students", "12", "--files", *FILES]
    subprocess.run([*command, *options], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True)
    return out


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answers(source):
    """What the layers of a modules.py give for some inputs."""
    namespace = {"__name__": "modules"}
    exec(compile(source, "modules.py", "exec"), namespace)
    rng = np.random.default_rng(3)
    x, dout = rng.normal(size=(2, 5, 4))
    found = []
    for name in ("ReLUModule", "ELUModule", "SigmoidModule", "SoftMaxModule"):
        layer = namespace[name]()
        found += [layer.forward(x), layer.backward(dout)]
    np.random.seed(1)
    linear = namespace["LinearModule"](4, 3)
    found += [linear.forward(x), linear.backward(dout[:, :3]), *linear.grads.values()]
    loss, labels = namespace["CrossEntropyModule"](), np.array([0, 1, 2, 3, 0])
    return [*found, loss.forward(np.abs(x), labels), loss.backward(np.abs(x), labels)]


@pytest.mark.parametrize("change", [vary, copied])
@pytest.mark.parametrize("seed", range(8))
def test_a_variation_behaves_as_what_it_varies(change, seed):
    varied = change(SOURCE, random.Random(seed))
    assert varied != SOURCE
    for value, expected in zip(answers(varied), answers(SOURCE), strict=True):
        np.testing.assert_array_equal(value, expected)


def test_an_unfinished_file_has_the_functions_of_the_skeleton_from_one_on():
    sources = [unfinished(SOURCE, STUBS, random.Random(seed)) for seed in range(6)]
    counts = [source.count("raise NotImplementedError") for source in sources]
    assert all(1 <= count <= STUBS.count("raise NotImplementedError") for count in counts)
    assert len(set(counts)) > 1
    for source in sources:
        compile(source, "modules.py", "exec")


def test_a_class_is_the_same_each_time_and_another_by_another_seed(tmp_path):
    first = contents(make(tmp_path / "a", seed="1"))
    assert contents(make(tmp_path / "b", seed="2")) == first
    assert contents(make(tmp_path / "c", "--seed", "7")) != first


def test_the_roster_has_everybody_and_hand_ins_hold_the_files_asked_for_alone(tmp_path):
    out = make(tmp_path / "class")
    ids = [person["SID"] for person in rows_of(out / "roster.csv")]
    truth = {one["id"]: one for one in rows_of(out / "truth.csv")}
    folders = {path.name: {file.name for file in path.iterdir()} for path in (out / "submissions").iterdir()}
    assert len(set(ids)) == 12
    assert set(folders) == set(truth) <= set(ids)
    for name, files in folders.items():
        assert files <= set(FILES)
        assert files == set(FILES) or truth[name]["note"].startswith("file missing")
    assert {one["kind"] for one in truth.values()} >= {"right", "one", "two", "unfinished", "broken"}


def test_the_export_of_gradescope_names_each_hand_in(tmp_path):
    out = make(tmp_path / "class", "--as", "gradescope")
    text = (out / "submissions" / "submission_metadata.yml").read_text(encoding="utf-8")
    named = re.findall(r"^(submission_\d+):$", text, re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in (out / "submissions").iterdir() if path.is_dir())
    handed_in = [one["id"] for one in rows_of(out / "truth.csv")]
    assert re.findall(r":sid: '(\d+)'", text) == handed_in
