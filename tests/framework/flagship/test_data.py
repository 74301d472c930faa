"""The data sets of the assignment: each format, each way in which files can be missing or damaged, and downloading."""

import gzip
import hashlib
import importlib.machinery
import importlib.util
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import textwrap
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from files import write_files
from places import ROOT

FOLDER = ROOT / "reference"


def loaded(name, patch):
    """Return a module of the reference, which others can import as long as the patch holds."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    patch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


with pytest.MonkeyPatch.context() as patch:
    data, data_files = loaded("data", patch), loaded("data_files", patch)


@pytest.fixture(autouse=True)
def modules_that_find_each_other(monkeypatch):
    monkeypatch.setitem(sys.modules, "data", data)
    monkeypatch.setitem(sys.modules, "data_files", data_files)


DataError = data_files.DataError
TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = data_files.MNIST
PICKLED = "cifar-10-batches-py"
BINARY = "cifar-10-batches-bin"


# Small files in the formats of the real ones


def samples(count, inputs, seed=0):
    """Return pixels, uint8 (count, inputs), and labels, uint8 (count,)."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, inputs), np.uint8), rng.integers(0, 10, count, np.uint8)


def idx(array):
    return struct.pack(f">{1 + array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()


def mnist_files(train=40, test=12):
    """Return {name: content} for images of 4 × 3 pixels."""
    files = {}
    for prefix, count in (("train", train), ("t10k", test)):
        pixels, labels = samples(count, 12, seed=count)
        files[f"{prefix}-images-idx3-ubyte"] = idx(pixels.reshape(count, 4, 3))
        files[f"{prefix}-labels-idx1-ubyte"] = idx(labels)
    return files


BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")


def cifar10_files(ending, pack, names=BATCHES):
    """Return {name: content} of batches with 8 images each, the same ones in each form."""
    return {f"{name}{ending}": pack(*samples(8, 3072, seed=BATCHES.index(name))) for name in names}


def binary(pixels, labels):
    return np.hstack([labels[:, None], pixels]).tobytes()


def pickled(pixels, labels, protocol=4):
    return pickle.dumps({b"batch_label": b"one", b"labels": labels.tolist(), b"data": pixels}, protocol)


class Python2Pickler(pickle._Pickler):
    """Writes bytes as Python 2 wrote str, which is what the published files hold."""

    def save_str_of_python_2(self, value):
        self.write((b"U" + bytes([len(value)]) if len(value) < 256 else b"T" + struct.pack("<i", len(value))) + value)
        self.memoize(value)

    dispatch = {**pickle._Pickler.dispatch, bytes: save_str_of_python_2}


def pickled_by_python_2(pixels, labels):
    out = io.BytesIO()
    Python2Pickler(out, protocol=2).dump({b"labels": labels.tolist(), b"data": pixels})
    return out.getvalue().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def tar(files, folder):
    """Return a tar.gz whose members are called `folder`/name."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def all_samples(data_set):
    """Return the pixels of each split, then the labels of each split."""
    splits = [data_set.train, data_set.val, data_set.test]
    return [split.pixels for split in splits] + [split.y for split in splits]


def assert_same_samples(one, other):
    for first, second in zip(all_samples(one), all_samples(other), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder in which temporary folders appear."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(data_files.tempfile, "tempdir", str(folder))
    data_files.temporary_folder.cache_clear()
    yield folder
    data_files.temporary_folder.cache_clear()


# The digits


def test_a_folder_that_somebody_names_must_be_there(tmp_path):
    with pytest.raises(DataError, match=r"missing does not exist.*python data.py mnist --data_dir"):
        data.load(tmp_path / "missing")


def test_the_digits_need_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    digits = data.load()
    assert (digits.name, digits.n_classes, digits.n_inputs, digits.image_shape) == ("digits", 10, 64, (8, 8))
    assert [len(split) for split in (digits.train, digits.val, digits.test)] == [1197, 300, 300]
    assert_same_samples(digits, data.load(write_files(tmp_path / "other", {"README.md": b"nothing"})))


def test_the_digits_are_those_of_scikit_learn_standardised_by_the_training_split(tmp_path):
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.RandomState(4).permutation(1797)
    digits = data.load(tmp_path)
    train = x[order[:1197]]
    deviation = train.std(axis=0)
    expected = (x[order[1497:]] - train.mean(axis=0)) / np.where(deviation == 0, 1, deviation)
    np.testing.assert_allclose(digits.test.x, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(digits.test.y, y[order[1497:]])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, "float32"])
def test_samples_have_the_dtype_that_was_asked_for_and_labels_int64(tmp_path, dtype):
    digits = data.load(tmp_path, dtype=dtype)
    x, y = next(iter(data.Batches(digits.train, 5)))
    assert (x.dtype, y.dtype, digits.val.x.dtype, digits.val.y.dtype) == (dtype, np.int64, dtype, np.int64)
    np.testing.assert_allclose(digits.train.x, data.load(tmp_path).train.x, atol=1e-5)


def test_an_integer_dtype_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"dtype is .*int64.*np\.float32"):
        data.load(tmp_path, dtype=np.int64)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    write_files(tmp_path, {"cifar-10-binary.tar.gz": b""})
    with pytest.raises(DataError, match="is a file; data_dir is the folder"):
        data.load(tmp_path / "cifar-10-binary.tar.gz")


def test_damaged_digits_name_their_file(tmp_path, monkeypatch):
    package = importlib.machinery.ModuleSpec("sklearn", None, is_package=True)
    package.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(data_files.importlib.util, "find_spec", lambda name: package)
    with pytest.raises(DataError, match=r"digits\.csv\.gz with the digits cannot be read"):
        data.load(tmp_path)
    monkeypatch.setattr(data_files.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install scikit-learn"):
        data.load(tmp_path)


# Batches


def test_batches_hold_every_sample_once_and_the_last_may_be_smaller(tmp_path):
    split = data.load(tmp_path).val
    batches = list(data.Batches(split, 128))
    assert [len(y) for _, y in batches] == [128, 128, 44]
    assert len(data.Batches(split, 128)) == 3
    np.testing.assert_array_equal(np.concatenate([x for x, _ in batches]), split.x)
    np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), split.y)


def test_a_generator_shuffles_each_pass_anew_and_keeps_samples_with_their_labels(tmp_path):
    split = data.load(tmp_path).val
    batches = data.Batches(split, 50, rng=np.random.default_rng(0))
    passes = [[np.concatenate(part) for part in zip(*batches, strict=True)] for _ in range(2)]
    assert not np.array_equal(passes[0][0], passes[1][0])
    own_order = sorted(zip(split.x.tolist(), split.y.tolist(), strict=True))
    for x, y in passes:
        assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == own_order
    again = data.Batches(split, 50, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(np.concatenate([y for _, y in again]), passes[0][1])


@pytest.mark.parametrize("size", [0, -3])
def test_a_batch_is_never_empty(tmp_path, size):
    with pytest.raises(ValueError, match=f"batch_size is {size}; it must be at least 1"):
        data.Batches(data.load(tmp_path).val, size)


def test_writing_into_a_batch_leaves_the_split_as_it_is(tmp_path):
    split = data.load(tmp_path).val
    before = split.x
    for x, y in data.Batches(split, 100):
        x[:] = 0
        y[:] = 0
    np.testing.assert_array_equal(split.x, before)
    assert split.y.any()


# MNIST


def test_mnist_is_read_split_and_standardised(tmp_path):
    files = mnist_files(train=40, test=12)
    mnist = data.load(write_files(tmp_path, files))
    assert (mnist.name, mnist.n_classes, mnist.n_inputs, mnist.image_shape) == ("mnist", 10, 12, (4, 3))
    assert [len(split) for split in (mnist.train, mnist.val, mnist.test)] == [36, 4, 12]

    pixels, labels = samples(40, 12, seed=40)
    order = np.random.RandomState(4).permutation(40)
    np.testing.assert_array_equal(mnist.train.pixels, pixels[order[:36]])
    np.testing.assert_array_equal(mnist.val.y, labels[order[36:]])
    np.testing.assert_array_equal(mnist.test.pixels, samples(12, 12, seed=12)[0])
    np.testing.assert_array_equal(mnist.test.y, samples(12, 12, seed=12)[1])
    train = pixels[order[:36]].astype(np.float64)
    np.testing.assert_allclose(mnist.val.x, (pixels[order[36:]] - train.mean()) / train.std(), rtol=1e-12)


def test_mnist_is_the_same_gzipped_and_under_names_with_a_dot(tmp_path):
    files = mnist_files()
    plain = data.load(write_files(tmp_path / "plain", files))
    for folder, change in {
        "gzipped": lambda name, content: (f"{name}.gz", gzip.compress(content)),
        "unpacked under the old name": lambda name, content: (f"{name}.gz", content),
        "with a dot": lambda name, content: (name.replace("-idx", ".idx"), content),
        "half": lambda name, content: (name, content) if "train" in name else (f"{name}.gz", gzip.compress(content)),
    }.items():
        changed = dict(change(name, content) for name, content in files.items())
        assert_same_samples(data.load(write_files(tmp_path / folder, changed)), plain)


def test_a_blank_set_of_images_is_not_divided_by_zero(tmp_path):
    files = mnist_files() | {TRAIN_IMAGES: idx(np.full((40, 4, 3), 7, np.uint8))}
    np.testing.assert_array_equal(data.load(write_files(tmp_path, files)).train.x, np.zeros((36, 12)))


@pytest.mark.parametrize("missing", [[TRAIN_LABELS], [TEST_IMAGES, TEST_LABELS]])
def test_missing_files_of_mnist_are_named_with_the_command_that_fetches_them(tmp_path, missing):
    write_files(tmp_path, {name: content for name, content in mnist_files().items() if name not in missing})
    with pytest.raises(DataError) as raised:
        data.load(tmp_path)
    assert f"but not {', '.join(missing)}" in str(raised.value)
    assert f"python data.py mnist --data_dir {tmp_path}" in str(raised.value)


IMAGES = mnist_files()[TRAIN_IMAGES]
DAMAGED_MNIST = {
    "an empty file": ({TRAIN_IMAGES: b""}, "train-images-idx3-ubyte ends after 0 bytes, within its header"),
    "a header cut off": ({TRAIN_IMAGES: IMAGES[:10]}, "train-images-idx3-ubyte ends after 10 bytes, within its header"),
    "pixels cut off": ({TRAIN_IMAGES: IMAGES[:-7]}, "holds 473 bytes after its header, which announces 40 × 4 × 3"),
    "bytes too many": ({TRAIN_IMAGES: IMAGES + b"?"}, "holds 481 bytes after its header, which announces 40 × 4 × 3"),
    "labels for images": ({TRAIN_IMAGES: idx(np.zeros(40, np.uint8))}, "starts with 0x00000801, expected 0x00000803"),
    "a web page": ({TEST_LABELS: b"<html>403 Forbidden</html>"}, "t10k-labels-idx1-ubyte starts with 0x3c68746d"),
    "no image": ({TRAIN_IMAGES: idx(np.zeros((0, 4, 3), np.uint8))}, "announces 0 × 4 × 3"),
    "a label too few": ({TRAIN_LABELS: idx(samples(39, 1)[1])}, "holds 39 labels for 40 images in train-images-idx3-ubyte"),
    "a label too large": ({TRAIN_LABELS: idx(np.arange(40, dtype=np.uint8))}, "holds labels from 0 to 39, expected 0 to 9"),
    "other images for testing": ({TEST_IMAGES: idx(np.zeros((12, 4, 4), np.uint8))}, r"images of (4, 4) pixels"),
    "too few images": (mnist_files(train=9), "holds 9 training images; validation takes a tenth of them"),
    "gzip cut off": ({TRAIN_IMAGES: gzip.compress(IMAGES)[:-20]}, "train-images-idx3-ubyte is damaged, it cannot be unpacked"),
    "gzip damaged": ({TRAIN_IMAGES: gzip.compress(IMAGES)[:50] + b"\0" * 400}, "is damaged, it cannot be unpacked"),
    "gzip header only": ({TRAIN_IMAGES: b"\x1f\x8b"}, "is damaged, it cannot be unpacked"),
}


@pytest.mark.parametrize("case", DAMAGED_MNIST)
def test_a_damaged_file_of_mnist_is_named_with_what_was_found(tmp_path, case):
    changed, found = DAMAGED_MNIST[case]
    write_files(tmp_path, mnist_files() | changed)
    with pytest.raises(DataError) as raised:
        data.load(tmp_path)
    assert found in str(raised.value)
    assert f"Delete that file and fetch it again: python data.py mnist --data_dir {tmp_path}" in str(raised.value)
    assert list((tmp_path / "prepared").iterdir()) == []


# CIFAR-10


def cifar10_forms():
    """Return the same images in every form of CIFAR-10, each as {folder: {name: content}}."""
    pickles, records = cifar10_files("", pickled), cifar10_files(".bin", binary)
    backwards = dict(reversed(records.items()))
    return {
        "pickles": {PICKLED: pickles},
        "pickles without their folder": {"": pickles},
        "pickles of Python 2": {PICKLED: cifar10_files("", pickled_by_python_2)},
        "pickles of Python 3": {PICKLED: cifar10_files("", partial(pickled, protocol=3))},
        "binary": {BINARY: records},
        "binary without its folder": {"": records},
        "binary gzipped": {"": {f"{name}.gz": gzip.compress(content) for name, content in records.items()}},
        "archive of pickles": {"": {"cifar-10-python.tar.gz": tar(pickles, PICKLED)}},
        "binary archive": {"": {"cifar-10-binary.tar.gz": tar(backwards, BINARY)}},
        "archive beside what was in it": {"": {"cifar-10-binary.tar.gz": tar(records, BINARY)}, BINARY: records},
    }


def write_all(folder, form):
    for name, files in form.items():
        write_files(folder / name, files)
    return folder


@pytest.mark.parametrize("form", cifar10_forms())
def test_cifar10_is_the_same_in_every_form(tmp_path, form):
    cifar = data.load(write_all(tmp_path, cifar10_forms()[form]))
    assert (cifar.name, cifar.n_classes, cifar.n_inputs, cifar.image_shape) == ("cifar10", 10, 3072, (3, 32, 32))
    order = np.random.RandomState(4).permutation(40)
    pixels, labels = (np.concatenate(part) for part in zip(*(samples(8, 3072, seed) for seed in range(5)), strict=True))
    np.testing.assert_array_equal(cifar.train.pixels, pixels[order[:36]])
    np.testing.assert_array_equal(cifar.train.y, labels[order[:36]])
    np.testing.assert_array_equal(cifar.val.pixels, pixels[order[36:]])
    np.testing.assert_array_equal(cifar.test.pixels, samples(8, 3072, seed=5)[0])
    np.testing.assert_array_equal(cifar.test.y, samples(8, 3072, seed=5)[1])


def test_cifar10_is_standardised_channel_by_channel(tmp_path):
    batches = cifar10_files(
        ".bin", lambda pixels, labels: binary(pixels // np.repeat([1, 2, 4], 1024).astype(np.uint8), labels)
    )
    cifar = data.load(write_files(tmp_path, batches))
    x = cifar.train.x.reshape(-1, 3, 1024)
    np.testing.assert_allclose(x.mean(axis=(0, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=(0, 2)), 1, atol=1e-12)
    assert len(np.unique(cifar.train.mean)) == 3


def test_the_statistics_are_those_of_all_chunks_together(monkeypatch):
    x = samples(50, 3 * 16)[0]
    monkeypatch.setattr(data_files, "CHUNK", 7)
    mean, deviation = data_files.channel_statistics(x, 3)
    channels = x.reshape(50, 3, 16)
    np.testing.assert_allclose(mean, channels.mean(axis=(0, 2)), rtol=1e-12)
    np.testing.assert_allclose(deviation, channels.std(axis=(0, 2)), rtol=1e-12)


def test_a_tenth_of_the_training_set_is_for_validation():
    train, val = data_files.choose_splits(50_000, (45_000, 5_000))
    assert (len(train), len(val)) == (45_000, 5_000)
    assert sorted([*train, *val]) == list(range(50_000))


def test_fewer_training_batches_than_five_are_fine_outside_an_archive(tmp_path):
    names = ("data_batch_1", "data_batch_3", "test_batch")
    assert len(data.load(write_files(tmp_path, cifar10_files(".bin", binary, names))).train) == 15


@pytest.mark.parametrize("names", [("test_batch",), ("data_batch_1", "data_batch_2")])
@pytest.mark.parametrize("ending", ["", ".bin"])
def test_a_missing_half_of_cifar10_is_named_with_what_to_do(tmp_path, names, ending):
    write_files(tmp_path, cifar10_files(ending, binary if ending else pickled, names))
    missing = f"no test_batch{ending}" if len(names) == 2 else "no data_batch files"
    with pytest.raises(DataError, match=f"{missing}.*python data.py cifar10 --data_dir {tmp_path}"):
        data.load(tmp_path)


class Hostile:
    """What a pickle of this leads to when pickle.load reads it: a command is run."""

    def __init__(self, *command):
        self.command = command

    def __reduce__(self):
        return os.system, self.command


def batch_of(**entries):
    pixels, labels = samples(8, 3072)
    batch = {"data": pixels, "labels": labels.tolist(), **entries}
    return pickle.dumps({name.encode(): value for name, value in batch.items() if value is not None}, protocol=4)


DAMAGED_CIFAR10 = {
    "an empty pickle": ("", b"", "cannot be unpickled"),
    "a pickle cut off": ("", pickled(*samples(8, 3072))[:5000], "cannot be unpickled"),
    "no pickle": ("", b"<html>404 Not Found</html>", "cannot be unpickled"),
    "a list": ("", pickle.dumps([1, 2]), "lacks b'data' or b'labels'"),
    "no labels": ("", batch_of(labels=None), "lacks b'data' or b'labels'"),
    "labels of CIFAR-100": ("", batch_of(labels=None, fine_labels=[1] * 8), "lacks b'data' or b'labels'"),
    "fewer labels": ("", batch_of(labels=[1, 2, 3]), "b'labels' is no list of 8 labels from 0 to 9"),
    "a label too large": ("", batch_of(labels=[1] * 7 + [10]), "b'labels' is no list of 8 labels from 0 to 9"),
    "a label far too large": ("", batch_of(labels=[1] * 7 + [1 << 70]), "b'labels' is no list of 8 labels from 0 to 9"),
    "a label that is none": ("", batch_of(labels=[1] * 7 + [None]), "b'labels' is no list of 8 labels from 0 to 9"),
    "floating-point pixels": ("", batch_of(data=np.zeros((8, 3072))), "b'data' is no uint8 array with 3,072 columns"),
    "pixels of objects": ("", batch_of(data=np.full((8, 3072), None)), "b'data' is no uint8 array with 3,072 columns"),
    "grey images": ("", batch_of(data=np.zeros((8, 1024), np.uint8)), "b'data' is no uint8 array with 3,072 columns"),
    "no image": ("", batch_of(data=np.zeros((0, 3072), np.uint8)), "b'data' is no uint8 array with 3,072 columns"),
    "an empty record file": (".bin", b"", "has 0 bytes"),
    "records cut off": (".bin", binary(*samples(8, 3072))[:-1], "has 24583 bytes; 1 for the label and 3,072 pixels"),
    "a label too large in a record": (".bin", bytes([10]) + bytes(3072), "holds labels from 10 to 10, expected 0 to 9"),
    "gzip cut off": (".bin", gzip.compress(binary(*samples(8, 3072)))[:-9], "is damaged, it cannot be unpacked"),
}


@pytest.mark.parametrize("case", DAMAGED_CIFAR10)
def test_a_damaged_file_of_cifar10_is_named_with_what_was_found(tmp_path, case):
    ending, content, found = DAMAGED_CIFAR10[case]
    write_files(tmp_path, cifar10_files(ending, binary if ending else pickled) | {f"data_batch_2{ending}": content})
    with pytest.raises(DataError) as raised:
        data.load(tmp_path)
    assert f"{tmp_path}/data_batch_2{ending}" in str(raised.value)
    assert found in str(raised.value)
    assert f"fetch it again: python data.py cifar10 --data_dir {tmp_path}" in str(raised.value)
    assert list((tmp_path / "prepared").iterdir()) == []


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_a_pickle_that_runs_something_is_refused_and_runs_nothing(tmp_path, protocol):
    mark = tmp_path / "ran"
    content = pickle.dumps([Hostile(f"touch {mark}")], protocol)
    folder = write_files(tmp_path / "data", cifar10_files("", pickled) | {"data_batch_1": content})
    with pytest.raises(DataError, match=r"data_batch_1 .* it names (posix|nt)\.system, which no file of CIFAR-10 does"):
        data.load(folder)
    assert not mark.exists()


@pytest.mark.parametrize(
    "name", ["builtins.eval", "numpy.load", "numpy.ndarray.tofile", "numpy.core.multiarray.array", "os.system"]
)
def test_a_pickle_may_name_only_what_builds_an_array(tmp_path, name):
    module, _, attribute = name.partition(".") if name.count(".") < 3 else name.rpartition(".")
    content = b"\x80\x04" + b"".join(b"\x8c" + bytes([len(text)]) + text.encode() for text in (module, attribute)) + b"\x93."
    write_files(tmp_path, cifar10_files("", pickled) | {"data_batch_1": content})
    with pytest.raises(DataError, match=f"it names {name}, which no file"):
        data.load(tmp_path)


def archive_with(change):
    """Return an archive of the binary version whose members went through `change`(TarInfo, content)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in cifar10_files(".bin", binary).items():
            member = tarfile.TarInfo(f"{BINARY}/{name}")
            member.size = len(content)
            change(member)
            archive.addfile(member, io.BytesIO(content) if member.isfile() else None)
    return out.getvalue()


def named(pattern):
    def change(member):
        member.name = pattern.format(member.name)

    return change


def linked(member):
    if member.name.endswith("test_batch.bin"):
        member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0


@pytest.mark.parametrize("change", [named("../{}"), named("/{}"), named("{}.orig"), named("{}/../x"), linked])
def test_members_of_an_archive_are_taken_by_their_exact_name_only(tmp_path, change):
    folder = write_files(tmp_path / "inner" / "data", {"cifar-10-binary.tar.gz": archive_with(change)})
    with pytest.raises(DataError, match=r"cifar-10-binary\.tar\.gz lacks .*test_batch\.bin"):
        data.load(folder)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["cifar-10-binary.tar.gz", "data", "inner", "prepared"]


def test_other_members_of_an_archive_are_left_in_it(tmp_path):
    files = cifar10_files(".bin", binary) | {"../../escaped": b"!", "readme.html": b"hello"}
    folder = write_files(tmp_path / "inner" / "data", {"cifar-10-binary.tar.gz": tar(files, BINARY)})
    assert len(data.load(folder).train) == 36
    assert not list(tmp_path.rglob("escaped")) + list(tmp_path.rglob("readme.html"))


@pytest.mark.parametrize("damage", [lambda packed: packed[:-3000], lambda packed: b"<html>", lambda packed: b""])
def test_a_damaged_archive_is_named(tmp_path, damage):
    write_files(tmp_path, {"cifar-10-python.tar.gz": damage(tar(cifar10_files("", pickled), PICKLED))})
    with pytest.raises(
        DataError, match=r"cifar-10-python\.tar\.gz (is damaged|lacks).*fetch it again: python data\.py cifar10"
    ):
        data.load(tmp_path)


def test_a_damaged_batch_in_an_archive_is_named_as_if_it_lay_there(tmp_path):
    files = cifar10_files("", pickled) | {"data_batch_4": b"?"}
    write_files(tmp_path, {"cifar-10-python.tar.gz": tar(files, PICKLED)})
    with pytest.raises(DataError, match=f"^{tmp_path}/cifar-10-python.tar.gz/data_batch_4 is not a batch of CIFAR-10"):
        data.load(tmp_path)


def test_two_data_sets_in_one_folder_are_named(tmp_path):
    write_files(tmp_path, mnist_files() | cifar10_files(".bin", binary))
    with pytest.raises(DataError, match="holds mnist and cifar10: keep each data set in a folder of its own"):
        data.load(tmp_path)


# The prepared form


def prepared_files(inputs=12, counts=(20, 5, 4), **about):
    """Return the files of a prepared folder; `about` replaces entries of about.json, None leaves one out."""
    entries = {"format": 1, "name": "toy", "n_classes": 3, "image_shape": [3, 2, 2], "mean": [1, 2, 3], "deviation": [2, 2, 4]}
    files = {"about.json": json.dumps({key: value for key, value in (entries | about).items() if value is not None}).encode()}
    for split, count in zip(data_files.SPLITS, counts, strict=True):
        pixels, labels = samples(count, inputs, seed=count)
        files[f"x_{split}.npy"], files[f"y_{split}.npy"] = npy(pixels), npy(labels % 3)
    return files


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def test_a_prepared_folder_is_a_data_set(tmp_path):
    toy = data.load(write_files(tmp_path, prepared_files()))
    assert (toy.name, toy.n_classes, toy.n_inputs, toy.image_shape) == ("toy", 3, 12, (3, 2, 2))
    pixels, labels = samples(5, 12, seed=5)
    mean, deviation = np.repeat([1, 2, 3], 4), np.repeat([2, 2, 4], 4)
    np.testing.assert_allclose(toy.val.x, (pixels - mean) / deviation, rtol=1e-12)
    np.testing.assert_array_equal(toy.val.y, labels % 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(prepared_files())


def test_a_prepared_folder_may_give_one_mean_for_each_input(tmp_path):
    toy = data.load(write_files(tmp_path, prepared_files(mean=list(range(12)), deviation=[2] * 12)))
    np.testing.assert_allclose(toy.test.x, (samples(4, 12, seed=4)[0] - np.arange(12)) / 2, rtol=1e-12)


@pytest.mark.parametrize("files", [prepared_files(), mnist_files(), {}])
def test_pixels_are_read_only(tmp_path, files):
    for pixels in all_samples(data.load(write_files(tmp_path, files)))[:3]:
        assert type(pixels) is np.ndarray
        with pytest.raises(ValueError, match="read-only"):
            pixels[0, 0] = 1


@pytest.mark.parametrize("files", [prepared_files(), mnist_files()])
def test_pixels_are_a_map_of_their_file_that_nothing_makes_writable(tmp_path, files):
    for pixels in all_samples(data.load(write_files(tmp_path, files)))[:3]:
        assert isinstance(pixels.base, np.memmap)
        with pytest.raises(ValueError, match="cannot set WRITEABLE flag"):
            pixels.setflags(write=True)


DAMAGED_PREPARED = {
    "no JSON": ({"about.json": b"{"}, "about.json does not describe a prepared data set"),
    "a list": ({"about.json": b"[]"}, "it lacks format, name, n_classes, image_shape, mean, deviation"),
    "a number": ({"about.json": b"3"}, "about.json does not describe a prepared data set"),
    "no UTF-8": ({"about.json": b"\xff\xfe\xfd"}, "about.json does not describe a prepared data set"),
    "no mean": (prepared_files(mean=None), "it lacks mean"),
    "another format": (prepared_files(format=2), "format is not 1"),
    "classes in words": (prepared_files(n_classes="three"), "n_classes no number"),
    "shape in words": (prepared_files(image_shape="square"), "about.json does not describe a prepared data set"),
    "five means": (prepared_files(mean=[1] * 5), "5 means and 3 deviations do not go with 12 inputs"),
    "no means": (prepared_files(mean=[], deviation=[]), "0 means and 0 deviations do not go with 12 inputs"),
    "a mean in words": (prepared_files(mean=["one", 2, 3]), "about.json does not describe a prepared data set"),
    "no deviation at all": (prepared_files(deviation=[1, 0, 1]), "a deviation not above 0"),
    "a mean that is no number": (prepared_files(mean=[1, float("nan"), 1]), "mean or deviation is not finite"),
    "a shape that does not fit": (prepared_files(image_shape=[3, 2, 4]), "expected uint8 (S, 24) with S > 0"),
    "other pixels": ({"x_val.npy": npy(np.zeros((5, 12)))}, "x_val.npy is float64 (5, 12), expected uint8 (S, 12)"),
    "no samples": (
        {"x_val.npy": npy(np.zeros((0, 12), np.uint8))},
        "x_val.npy is uint8 (0, 12), expected uint8 (S, 12) with S > 0",
    ),
    "fewer labels": ({"y_test.npy": npy(np.zeros(3, np.uint8))}, "y_test.npy is uint8 (3,), expected integers (4,)"),
    "labels with a fraction": ({"y_test.npy": npy(np.zeros(4))}, "y_test.npy is float64 (4,), expected integers (4,)"),
    "a label too large": ({"y_test.npy": npy(np.full(4, 3))}, "y_test.npy holds labels from 3 to 3, expected 0 to 2"),
    "a label too small": ({"y_test.npy": npy(np.full(4, -1))}, "y_test.npy holds labels from -1 to -1, expected 0 to 2"),
    "pixels cut off": ({"x_train.npy": prepared_files()["x_train.npy"][:-1]}, "x_train.npy cannot be read"),
    "an empty file": ({"x_train.npy": b""}, "x_train.npy cannot be read"),
    "a pickle": ({"y_train.npy": pickle.dumps([1])}, "y_train.npy cannot be read"),
    "objects": ({"y_train.npy": npy(np.full(20, None))}, "y_train.npy cannot be read"),
}


@pytest.mark.parametrize("case", DAMAGED_PREPARED)
def test_a_damaged_prepared_folder_names_the_file(tmp_path, case):
    changed, found = DAMAGED_PREPARED[case]
    write_files(tmp_path, prepared_files() | changed)
    with pytest.raises(DataError) as raised:
        data.load(tmp_path)
    assert found in str(raised.value)
    assert str(tmp_path) in str(raised.value)


def test_a_prepared_folder_without_one_of_its_files_names_it(tmp_path):
    write_files(tmp_path, prepared_files())
    (tmp_path / "y_val.npy").unlink()
    with pytest.raises(DataError, match=r"y_val\.npy cannot be read"):
        data.load(tmp_path)


def test_a_prepared_folder_beside_raw_files_is_a_second_data_set(tmp_path):
    write_files(tmp_path, prepared_files() | mnist_files())
    with pytest.raises(DataError, match="holds mnist and a prepared data set"):
        data.load(tmp_path)


# Preparing


def prepared_folders(folder):
    return sorted(path.name for path in (folder / "prepared").iterdir())


def test_raw_files_are_read_once(tmp_path, monkeypatch):
    first = data.load(write_files(tmp_path, mnist_files()))
    monkeypatch.delattr(data_files, "read_mnist")
    assert_same_samples(data.load(tmp_path), first)
    assert len(prepared_folders(tmp_path)) == 1


def test_the_prepared_form_can_be_moved_elsewhere(tmp_path):
    first = data.load(write_files(tmp_path / "raw", mnist_files()))
    (prepared,) = (tmp_path / "raw" / "prepared").iterdir()
    moved = data.load(prepared.rename(tmp_path / "moved"))
    assert_same_samples(moved, first)
    np.testing.assert_array_equal(moved.test.x, first.test.x)


def test_other_raw_files_are_prepared_anew_and_the_old_form_goes(tmp_path):
    data.load(write_files(tmp_path, mnist_files()))
    old = prepared_folders(tmp_path)
    larger = mnist_files(train=50)
    assert len(data.load(write_files(tmp_path, larger)).train) == 45
    assert len(prepared_folders(tmp_path)) == 1
    assert prepared_folders(tmp_path) != old


def test_raw_files_of_the_same_size_that_are_newer_are_prepared_anew(tmp_path):
    labels = tmp_path / TEST_LABELS
    data.load(write_files(tmp_path, mnist_files()))
    labels.write_bytes(idx(np.full(12, 3, np.uint8)))
    os.utime(labels, ns=(0, labels.stat().st_mtime_ns + 1_000_000_000))
    assert data.load(tmp_path).test.y.tolist() == [3] * 12


def test_what_is_left_of_a_data_set_is_not_taken_for_nothing(tmp_path):
    data.load(write_files(tmp_path, mnist_files()))
    for name in data_files.MNIST:
        (tmp_path / name).unlink()
    with pytest.raises(DataError, match=f"only the prepared form is left. Take --data_dir {tmp_path}/prepared/mnist-"):
        data.load(tmp_path)


def read_only(folder):
    folder.chmod(0o555)


def occupied(folder):
    (folder / "prepared").write_bytes(b"a file of that name")


@pytest.mark.parametrize("make_unwritable", [read_only, occupied])
def test_a_folder_that_cannot_be_written_is_prepared_in_a_temporary_one(tmp_path, temporary, make_unwritable, monkeypatch):
    expected = data.load(write_files(tmp_path / "writable", mnist_files()))
    folder = write_files(tmp_path / "unwritable", mnist_files())
    make_unwritable(folder)
    before = sorted(folder.iterdir())
    first = data.load(folder)
    assert_same_samples(first, expected)
    assert sorted(folder.iterdir()) == before
    (place,) = temporary.iterdir()
    assert len(list(place.iterdir())) == 1
    monkeypatch.delattr(data_files, "read_mnist")
    assert_same_samples(data.load(folder), first)
    folder.chmod(0o755)


def test_a_read_only_prepared_folder_will_do(tmp_path, temporary):
    folder = write_files(tmp_path / "toy", prepared_files())
    folder.chmod(0o555)
    assert len(data.load(folder).train) == 20
    assert list(temporary.iterdir()) == []
    folder.chmod(0o755)


def run(code, *arguments, **environment):
    """Start Python with this code, in which `data` is the module."""
    program = f"import sys\nsys.path.insert(0, {str(FOLDER)!r})\nimport data, data_files\n{textwrap.dedent(code)}"
    command = [sys.executable, "-B", "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_the_temporary_folder_goes_with_the_program(tmp_path):
    folder = write_files(tmp_path / "data", mnist_files())
    read_only(folder)
    (tmp_path / "temporary").mkdir()
    code = "data.load(sys.argv[1]); print(data_files.temporary_folder())"
    process = run(code, folder, TMPDIR=str(tmp_path / "temporary"))
    out, err = process.communicate()
    assert Path(out.strip()).parent == tmp_path / "temporary", err
    assert list((tmp_path / "temporary").iterdir()) == []
    folder.chmod(0o755)


def test_several_processes_may_prepare_at_once(tmp_path):
    write_files(tmp_path, mnist_files(train=400))
    # Each has all of it written when it waits for the others, so that all of them want to put it in place.
    code = """
        import os, time
        publish = data_files.publish
        def publish_together(ready, place):
            open(f"{sys.argv[1]}/waiting-{os.getpid()}", "w").close()
            while len([name for name in os.listdir(sys.argv[1]) if name.startswith("waiting-")]) < 3:
                time.sleep(0.01)
            publish(ready, place)
        data_files.publish = publish_together
        print(data.load(sys.argv[1]).train.pixels.astype(int).sum())
    """
    processes = [run(code, tmp_path) for _ in range(3)]
    results = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], results
    assert {out for out, _ in results} == {f"{data.load(tmp_path).train.pixels.astype(int).sum()}\n"}
    assert len(prepared_folders(tmp_path)) == 1


def test_an_interrupted_preparation_leaves_nothing_that_counts(tmp_path, monkeypatch):
    def fail(*arguments):
        raise KeyboardInterrupt

    write_files(tmp_path, mnist_files())
    with monkeypatch.context() as patch:
        patch.setattr(data_files, "channel_statistics", fail)
        with pytest.raises(KeyboardInterrupt):
            data.load(tmp_path)
    assert prepared_folders(tmp_path) == []
    assert len(data.load(tmp_path).train) == 36


# What it costs


def test_importing_loads_nothing_heavy():
    code = "print([name for name in ('torch', 'sklearn', 'urllib.request', 'tarfile') if name in sys.modules])"
    assert run(code).communicate() == ("[]\n", "")


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is measured by Linux' own account")
@pytest.mark.slow
def test_an_epoch_of_cifar10_takes_little_memory_beside_the_map(tmp_path):
    files = prepared_files(inputs=3072, counts=(45_000, 5_000, 1_000), image_shape=[3, 32, 32])
    code = """
        import numpy as np
        def own_kb():
            lines = open("/proc/self/smaps_rollup").read().splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))
        before, most = own_kb(), 0
        cifar = data.load(sys.argv[1])
        for number, (x, y) in enumerate(data.Batches(cifar.train, 128, np.random.default_rng(0))):
            most = max(most, own_kb() if number % 50 == 0 else 0)
        print(most - before)
    """
    out, err = run(code, write_files(tmp_path, files)).communicate()
    assert int(out) < 30_000, err


# Downloading


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A folder whose files a local HTTP server gives out, as the second address of each data set; the first has nothing."""
    folder = tmp_path / "served"
    (folder / "empty").mkdir(parents=True)
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        Thread(target=partial(http.serve_forever, poll_interval=0.02), daemon=True).start()
        address = f"http://127.0.0.1:{http.server_port}"
        addresses = dict.fromkeys(data_files.ADDRESSES, (f"{address}/empty/", f"{address}/"))
        monkeypatch.setattr(data_files, "ADDRESSES", addresses)
        yield folder
        http.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def serve(server, monkeypatch, name, files):
    write_files(server, files)
    sums = {file: hashlib.md5(content).hexdigest() for file, content in files.items()}
    monkeypatch.setattr(data_files, "CHECKSUMS", {**data_files.CHECKSUMS, name: sums})


def test_mnist_is_downloaded_from_the_second_address_where_the_first_refuses(tmp_path, server, monkeypatch, capsys):
    files = {f"{name}.gz": gzip.compress(content) for name, content in mnist_files().items()}
    serve(server, monkeypatch, "mnist", files)
    data_files.download("mnist", tmp_path / "new" / "data")
    assert {path.name: path.read_bytes() for path in (tmp_path / "new" / "data").iterdir()} == files
    assert len(data.load(tmp_path / "new" / "data").train) == 36
    assert "train-images-idx3-ubyte.gz: " in capsys.readouterr().err


def test_the_command_downloads_and_prepares(tmp_path, server, monkeypatch, capsys):
    serve(server, monkeypatch, "cifar10", {"cifar-10-binary.tar.gz": tar(cifar10_files(".bin", binary), BINARY)})
    monkeypatch.setattr(sys, "argv", ["data.py", "cifar10", "--data_dir", str(tmp_path / "data")])
    data.main()
    assert capsys.readouterr().out == f"{tmp_path}/data holds cifar10: 36 for train, 4 for val, 8 for test, 3072 inputs each\n"
    assert len(prepared_folders(tmp_path / "data")) == 1


def test_the_command_alone_says_which_data_sets_there_are_and_that_none_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["data.py"])
    with pytest.raises(SystemExit) as raised:
        data.main()
    assert raised.value.code == 2
    printed = " ".join(capsys.readouterr().out.split())
    assert "{mnist,cifar10}" in printed and "Without one, training is on the handwritten digits of scikit-learn." in printed


def test_what_is_there_already_is_not_fetched_again(tmp_path, server, monkeypatch):
    files = {f"{name}.gz": gzip.compress(content) for name, content in mnist_files().items()}
    serve(server, monkeypatch, "mnist", files)
    folder = write_files(tmp_path / "data", files | {f"{TRAIN_IMAGES}.gz": files[f"{TRAIN_IMAGES}.gz"][:100]})
    (folder / f"{TEST_LABELS}.gz").unlink()
    for name in (f"{TRAIN_LABELS}.gz", f"{TEST_IMAGES}.gz"):
        (server / name).unlink()
    data_files.download("mnist", folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_a_download_with_another_checksum_is_thrown_away(tmp_path, server, monkeypatch):
    content = tar(cifar10_files(".bin", binary), BINARY)
    serve(server, monkeypatch, "cifar10", {"cifar-10-binary.tar.gz": content})
    write_files(server, {"cifar-10-binary.tar.gz": content[:-10]})
    with pytest.raises(DataError, match=f"the MD5 sum of what arrived, {len(content) - 10} bytes, is [0-9a-f]{{32}}, expected"):
        data_files.download("cifar10", tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []


def test_without_a_network_the_message_says_which_files_to_put_where(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(data_files, "ADDRESSES", {"mnist": ("http://127.0.0.1:9/a/", "http://127.0.0.1:9/b/")})
    monkeypatch.setattr(sys, "argv", ["data.py", "mnist", "--data_dir", str(tmp_path)])
    with pytest.raises(SystemExit) as raised:
        data.main()
    for part in ("http://127.0.0.1:9/a/train-images-idx3-ubyte.gz: ", "Connection refused", f"into {tmp_path} by hand"):
        assert part in str(raised.value)
    assert all(f"{name}.gz" in str(raised.value) for name in data_files.MNIST)
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""


def test_a_data_set_is_not_downloaded_beside_another_one(tmp_path):
    write_files(tmp_path, cifar10_files(".bin", binary))
    with pytest.raises(DataError, match="holds cifar10: choose another --data_dir for mnist"):
        data_files.download("mnist", tmp_path)


def test_an_unknown_data_set_is_refused(tmp_path):
    with pytest.raises(DataError, match="imagenet is not a data set that can be downloaded: mnist, cifar10 are"):
        data_files.download("imagenet", tmp_path)


def test_addresses_are_encrypted_and_every_file_has_a_checksum():
    assert all(address.startswith("https://") for addresses in data_files.ADDRESSES.values() for address in addresses)
    assert list(data_files.CHECKSUMS["mnist"]) == [f"{name}.gz" for name in data_files.MNIST]
    assert set(data_files.CHECKSUMS["cifar10"]) <= set(data_files.CIFAR10_ARCHIVES)


# Images, one-hot labels, streams, rows of text


def test_samples_are_images_with_channels(tmp_path):
    digits = data.load(tmp_path)
    x = digits.val.x[:5]
    images = digits.images(x)
    assert (digits.n_channels, images.shape) == (1, (5, 1, 8, 8))
    np.testing.assert_array_equal(images[3, 0, 2], x[3, 16:24])


def test_images_in_colour_have_their_channels_first(tmp_path):
    colour = data.load(write_files(tmp_path, cifar10_files(".bin", binary)))
    x = colour.test.x[:2]
    images = colour.images(x)
    assert (colour.n_channels, images.shape) == (3, (2, 3, 32, 32))
    np.testing.assert_array_equal(images[1, 2, 5], x[1, 2 * 1024 + 5 * 32 :][:32])


def test_a_one_hot_label_has_its_1_at_the_place_of_the_label():
    np.testing.assert_array_equal(data.one_hot(np.array([2, 0]), 4), [[0, 0, 1, 0], [1, 0, 0, 0]])


def test_a_stream_goes_on_with_the_next_pass():
    stream = data.Stream(np.arange(5) * 10, np.arange(5))
    batches = [stream.next_batch(2) for _ in range(5)]
    assert [y.tolist() for _, y in batches] == [[0, 1], [2, 3], [4, 0], [1, 2], [3, 4]]
    assert all((x == 10 * y).all() for x, y in batches)
    assert (stream.num_examples, stream.epochs_completed) == (5, 2)


def test_a_stream_with_a_generator_is_shuffled_anew_in_each_pass():
    stream = data.Stream(np.arange(40)[:, None], np.arange(40), np.random.default_rng(0))
    passes = [np.concatenate([stream.next_batch(10)[1] for _ in range(4)]) for _ in range(2)]
    assert all(sorted(order.tolist()) == list(range(40)) for order in passes)
    assert (passes[0] != passes[1]).any()
    x, y = stream.next_batch(3)
    np.testing.assert_array_equal(x[:, 0], y)


@pytest.mark.parametrize("size", [0, 6])
def test_a_batch_that_a_stream_cannot_give_is_refused(size):
    with pytest.raises(ValueError, match=rf"batch_size is {size}; it must lie between 1 and 5"):
        data.Stream(np.zeros(5), np.zeros(5)).next_batch(size)


def test_rows_of_text_come_back_as_they_were_written(tmp_path):
    x, y = np.array([[0, 0.25, 1], [0.5, 0, 0.01]]), np.array([7, 0])
    data_files.write_csv(tmp_path / "train.csv", x, y)
    assert (tmp_path / "train.csv").read_text() == "0.00,0.25,1.00,7\n0.50,0.00,0.01,0\n"
    read_x, read_y = data_files.read_csv(tmp_path / "train.csv")
    np.testing.assert_array_equal(read_x, x)
    np.testing.assert_array_equal(read_y, y)
    assert read_y.dtype == np.int64


@pytest.mark.parametrize("text", ["1,x,3\n", "5\n", "0.1,0.5\n", "0.1,-1\n", "1,2\n1,2,3\n"])
def test_other_rows_of_text_are_refused_by_name(tmp_path, text):
    (tmp_path / "train.csv").write_text(text)
    with pytest.raises(data_files.DataError, match=r"train\.csv"):
        data_files.read_csv(tmp_path / "train.csv")
    with pytest.raises(data_files.DataError, match=r"missing\.csv"):
        data_files.read_csv(tmp_path / "missing.csv")
