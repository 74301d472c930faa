"""The files behind data.py: how the digits, MNIST and CIFAR-10 are found, read, kept in a prepared form, and downloaded.

Nothing in here is needed to understand the training. Shapes as in data.py: S samples, M inputs, C classes.
"""

import atexit
import contextlib
import functools
import gzip
import hashlib
import importlib.util
import io
import json
import math
import os
import pickle
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from data import DATA_DIR

# What is not needed for training (tarfile, urllib) is imported where it is used: every process that trains reads this file.

SPLITS = ("train", "val", "test")


class DataError(ValueError):
    """The files of a data set are missing, damaged or not to be had; the message names the file and says what to do."""


@dataclass(frozen=True)
class Content:
    """What the files of a data set hold.

    Attributes:
        name: "digits", "mnist" or "cifar10".
        n_classes: C.
        image_shape: of one sample as an image, (height, width) or (channels, height, width).
        splits: for each of SPLITS the pixels, uint8 (S, M), read-only, and the labels, int64 (S,).
        mean, deviation: of each input in the training split, (M,), in the dtype that was asked for.
    """

    name: str
    n_classes: int
    image_shape: tuple[int, ...]
    splits: list[tuple[np.ndarray, np.ndarray]]
    mean: np.ndarray
    deviation: np.ndarray


# Which data set


def read_data_set(folder: Path, dtype: Any) -> Content:
    """Return the data set that lies in `folder`, or the digits if none does; `data.load` says more.

    Raises:
        DataError: the folder or files are missing, files are damaged, or two data sets lie there.
    """
    if not folder.exists() and folder != Path(DATA_DIR):
        raise DataError(
            f"{folder} does not exist. Without --data_dir you train on the digits; {how_to_get('mnist', folder)} gets MNIST"
        )
    if folder.is_file():
        raise DataError(f"{folder} is a file; data_dir is the folder that it lies in: {folder.parent}")
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"dtype is {dtype}; standardised samples are floating-point numbers: np.float64 or np.float32")
    found = find(folder)
    if len(found) > 1:
        raise DataError(f"{folder} holds {' and '.join(found)}: keep each data set in a folder of its own")
    for name, files in found.items():
        return read_prepared(folder if name == PREPARED else prepared(name, files, folder), dtype)
    for about in folder.glob(f"prepared/*/{ABOUT}"):
        what_to_do = f"Take --data_dir {about.parent}, or delete {folder / 'prepared'} to train on the digits"
        raise DataError(f"{folder} has lost its data set, only the prepared form is left. {what_to_do}")
    return read_digits(dtype)


def find(folder: Path, leave_out: str = "") -> dict[str, list[Path]]:
    """Return the data sets that lie in `folder` by name, with their files."""
    finders = {"mnist": find_mnist, "cifar10": find_cifar10, PREPARED: find_prepared}
    found = {name: finder(folder) for name, finder in finders.items() if name != leave_out}
    return {name: files for name, files in found.items() if files}


def how_to_get(name: str, folder: Path) -> str:
    return f"python data.py {name} --data_dir {folder}"


def scaled(dtype: Any, mean: Iterable[float], deviation: Iterable[float], inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation, one number per input, (M,), from one per channel, or from one per input already."""
    values = [np.asarray(numbers, dtype=np.float64) for numbers in (mean, deviation)]
    spread = [np.repeat(numbers, inputs // len(numbers)).astype(dtype) for numbers in values]
    return spread[0], spread[1]


# The digits


def read_digits(dtype: Any) -> Content:
    """Return the digits, 1,197 for training, 300 for validation and 300 for testing, standardised pixel by pixel."""
    # Found, not imported: importing scikit-learn takes a second, reading its file a hundredth of that.
    package = importlib.util.find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        raise DataError("the digits come with scikit-learn, which is not installed: pip install scikit-learn")
    file = Path(package.submodule_search_locations[0], "datasets", "data", "digits.csv.gz")
    try:
        table = np.loadtxt(file, delimiter=",", dtype=np.uint8)  # (1797, 65), pixels from 0 to 16, then the label
    except (OSError, ValueError) as error:
        raise DataError(f"{file} with the digits cannot be read: {error}. Install scikit-learn anew") from None
    pixels, labels = table[:, :-1], table[:, -1].astype(np.int64)
    parts = choose_splits(len(labels), sizes=(1197, 300, 300))
    train = pixels[parts[0]]
    mean, deviation = scaled(dtype, train.mean(axis=0), blank_as_one(train.std(axis=0)), inputs=64)
    splits = [(pixels[part], labels[part]) for part in parts]
    for part, _ in splits:
        part.setflags(write=False)  # as in the files of the other data sets
    return Content("digits", 10, (8, 8), splits, mean, deviation)


def choose_splits(samples: int, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Return the indices of the samples in parts of these sizes, always the same ones for as many samples."""
    # Neighbours in a file are often alike, by the same hand or of the same class, hence shuffled. RandomState, because its
    # numbers stay the same in all versions of NumPy.
    return np.split(np.random.RandomState(4).permutation(samples), np.cumsum(sizes)[:-1])


def blank_as_one(deviation: np.ndarray) -> np.ndarray:
    """Return the deviations with 1 in place of 0: an input that never changes is divided by nothing."""
    return np.where(deviation == 0, 1.0, deviation)


# The prepared form: what load reads of MNIST and CIFAR-10, once their own files have been turned into it

PREPARED = "a prepared data set"
ABOUT = "about.json"
FORMAT = 1
KEYS = ("format", "name", "n_classes", "image_shape", "mean", "deviation")
ANEW = "Delete that folder and make it anew"
CHUNK = 1000  # images that are handled at a time, 3 MB of CIFAR-10


def find_prepared(folder: Path) -> list[Path]:
    return [folder / ABOUT] if (folder / ABOUT).is_file() else []


def read_prepared(folder: Path, dtype: Any) -> Content:
    """Return the data set in a prepared folder; its pixels are mapped, not read.

    The folder holds x_train.npy, uint8 (S, M), y_train.npy, integers (S,), the same for val and test, and about.json with
    "format": 1, name, n_classes and image_shape as in Content, and the lists "mean" and "deviation": one number per channel, or
    one per input.

    Raises:
        DataError: a file is missing, damaged, or does not go with the others.
    """
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        missing = [key for key in KEYS if key not in about]
        if missing or about["format"] != FORMAT or not isinstance(about["n_classes"], int):
            raise DataError(f"it lacks {', '.join(missing)}" if missing else f"format is not {FORMAT}, or n_classes no number")
        inputs, parts = math.prod(about["image_shape"]), len(about["mean"])
        if inputs < 1 or parts < 1 or inputs % parts or parts != len(about["deviation"]):
            raise DataError(f"{parts} means and {len(about['deviation'])} deviations do not go with {inputs} inputs")
        mean, deviation = scaled(dtype, about["mean"], about["deviation"], inputs)
        if not (np.isfinite(mean).all() and np.isfinite(deviation).all() and deviation.min() > 0):
            raise DataError("mean or deviation is not finite, or a deviation not above 0")
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{folder / ABOUT} does not describe a prepared data set: {error}. {ANEW}") from None
    splits = [read_split(folder, split, inputs, about["n_classes"]) for split in SPLITS]
    return Content(about["name"], about["n_classes"], tuple(about["image_shape"]), splits, mean, deviation)


def read_split(folder: Path, split: str, inputs: int, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels and the labels of one split in a prepared folder."""
    pixels, labels = (read_array(folder / f"{letter}_{split}.npy") for letter in "xy")
    if pixels.dtype != np.uint8 or pixels.ndim != 2 or pixels.shape[1] != inputs or len(pixels) == 0:
        found = f"{pixels.dtype} {pixels.shape}"
        raise DataError(f"{folder / f'x_{split}.npy'} is {found}, expected uint8 (S, {inputs}) with S > 0. {ANEW}")
    if labels.dtype.kind not in "iu" or labels.shape != pixels.shape[:1]:
        found = f"{labels.dtype} {labels.shape}"
        raise DataError(f"{folder / f'y_{split}.npy'} is {found}, expected integers {pixels.shape[:1]}. {ANEW}")
    check_labels(labels, n_classes, f"{folder / f'y_{split}.npy'}")
    return pixels, labels.astype(np.int64)


def read_array(file: Path) -> np.ndarray:
    try:
        # A plain array over the map: np.memmap is a class of its own, and slower to index.
        return np.load(file, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{file} cannot be read: {error}. {ANEW}") from None


def check_labels(labels: np.ndarray, n_classes: int, file: str) -> None:
    if labels.min() < 0 or labels.max() >= n_classes:
        raise DataError(f"{file} holds labels from {labels.min()} to {labels.max()}, expected 0 to {n_classes - 1}")


def prepared(name: str, files: list[Path], folder: Path) -> Path:
    """Return the prepared folder for these files of a data set, which is made if it is not there yet."""
    # Its name says what it was made of, so that other files never meet a form that was made of these.
    stats = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    made_of = f"{name}-{hashlib.sha256(repr((FORMAT, stats)).encode()).hexdigest()[:12]}"
    place = folder / "prepared" / made_of
    if place.is_dir():
        return place
    work = working_folder(folder)
    place = work.parent / made_of
    try:
        if not place.is_dir():
            prepare(name, files, work)
            publish(work / "ready", place)
    except DataError as error:
        found = str(error).replace(str(work), str(folder))  # a file out of an archive: as if it lay in it
        raise DataError(f"{found}. Delete that file and fetch it again: {how_to_get(name, folder)}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return place


def working_folder(folder: Path) -> Path:
    """Return a new empty folder in `folder`/prepared or, where that cannot be written, in the temporary one."""
    kept = folder / "prepared"
    # Asked before it is tried: root can write into a folder that its owner has made read-only, and should not.
    if folder.stat().st_mode & stat.S_IWUSR:
        with contextlib.suppress(OSError):
            kept.mkdir(exist_ok=True)
            return Path(tempfile.mkdtemp(prefix="unfinished-", dir=kept))
    return Path(tempfile.mkdtemp(prefix="unfinished-", dir=temporary_folder()))


@functools.cache
def temporary_folder() -> Path:
    """Return a folder that is removed when the program ends."""
    folder = tempfile.mkdtemp(prefix="data-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def publish(ready: Path, place: Path) -> None:
    """Rename `ready` to `place`, at one stroke, and remove what was made of earlier files of the same data set."""
    try:
        ready.rename(place)
    except OSError:
        if not place.is_dir():  # else another process was quicker, and what it has made is the same
            raise
    data_set = place.name.partition("-")[0]
    for other in place.parent.glob(f"{data_set}-*"):
        if other != place:
            shutil.rmtree(other, ignore_errors=True)


def prepare(name: str, files: list[Path], work: Path) -> None:
    """Write the prepared form of a data set into `work`/ready; a tenth of its training images becomes the validation split.

    Raises:
        DataError: a file is damaged; the message names it.
    """
    (work / "ready").mkdir()
    reader = read_mnist if name == "mnist" else read_cifar10
    image_shape, train, test = reader(files, work)
    pixels, labels = gathered(train, work / "train")
    if len(labels) < 10:
        raise DataError(
            f"{files[0]} holds {len(labels)} training images; validation takes a tenth of them, so 10 are the least"
        )
    parts = choose_splits(len(labels), (len(labels) - len(labels) // 10, len(labels) // 10))
    write_split(work / "ready", "train", pixels, labels, parts[0])
    write_split(work / "ready", "val", pixels, labels, parts[1])
    pixels, labels = gathered(test, work / "test")
    write_split(work / "ready", "test", pixels, labels, np.arange(len(labels)))

    channels = image_shape[0] if len(image_shape) == 3 else 1
    mean, deviation = channel_statistics(np.load(work / "ready" / "x_train.npy", mmap_mode="r"), channels)
    values = (FORMAT, name, 10, list(image_shape), mean.tolist(), deviation.tolist())
    (work / "ready" / ABOUT).write_text(json.dumps(dict(zip(KEYS, values, strict=True))))


def gathered(batches: Iterable[tuple[np.ndarray, np.ndarray]], file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels of all batches, uint8 (S, M), mapped from `file`, where they are put, and their labels, (S,)."""
    labels = []
    with file.open("wb") as out:
        for pixels, y in batches:
            pixels.tofile(out)
            labels.append(y)
            inputs = pixels.shape[1]
    return np.memmap(file, np.uint8, mode="r").reshape(-1, inputs), np.concatenate(labels)


def write_split(folder: Path, split: str, pixels: np.ndarray, labels: np.ndarray, order: np.ndarray) -> None:
    x = np.lib.format.open_memmap(folder / f"x_{split}.npy", "w+", np.uint8, (len(order), pixels.shape[1]))
    for start in range(0, len(order), CHUNK):
        x[start : start + CHUNK] = pixels[order[start : start + CHUNK]]
    np.save(folder / f"y_{split}.npy", labels[order])


def channel_statistics(x: np.ndarray, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of each channel, (channels,), for x, uint8 (S, M), channel after channel in each row."""
    counts = np.zeros((channels, 256), dtype=np.int64)  # how often each value occurs says all about mean and deviation
    for start in range(0, len(x), CHUNK):
        part = x[start : start + CHUNK].reshape(-1, channels, x.shape[1] // channels)
        for channel in range(channels):
            counts[channel] += np.bincount(part[:, channel].ravel(), minlength=256)
    values, total = np.arange(256), counts.sum(axis=1)
    mean = counts @ values / total
    variance = (counts * (values - mean[:, None]) ** 2).sum(axis=1) / total
    return mean, blank_as_one(np.sqrt(variance))


# Files, gzipped or not


def either(folder: Path, *names: str) -> Path | None:
    """Return the first of these files that lies in `folder`, as it is or gzipped."""
    candidates = [folder / f"{name}{ending}" for name in names for ending in ("", ".gz")]
    return next((file for file in candidates if file.is_file()), None)


def content(file: Path) -> bytes:
    """Return the content of a file, unpacked if it is gzipped, whatever its name says."""
    packed = file.read_bytes()
    if packed[:2] != b"\x1f\x8b":  # no format read here starts so
        return packed
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{file} is damaged, it cannot be unpacked: {error}") from None


# MNIST: four files in the IDX format, a header of big-endian uint32 and then one byte for each pixel or label

MNIST = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def find_mnist(folder: Path) -> list[Path]:
    """Return MNIST's four files if any of them lies in `folder`."""
    files = {name: either(folder, name, name.replace("-idx", ".idx")) for name in MNIST}
    found = [file for file in files.values() if file]
    missing = [name for name, file in files.items() if not file]
    if found and missing:
        what_to_do = f"Put them there, gzipped or not, or let {how_to_get('mnist', folder)} do so"
        raise DataError(f"{folder} holds {found[0].name} of MNIST, but not {', '.join(missing)}. {what_to_do}")
    return found


def read_mnist(files: list[Path], work: Path) -> tuple[tuple[int, ...], Iterable, Iterable]:
    """Return the shape of one image, and pixels with labels in batches for training and for testing."""
    shapes, batches = [], []
    for image_file, label_file in (files[:2], files[2:]):
        images, labels = read_idx(image_file, dimensions=3), read_idx(label_file, dimensions=1)
        if len(images) != len(labels):
            raise DataError(f"{label_file} holds {len(labels)} labels for {len(images)} images in {image_file.name}")
        check_labels(labels, 10, str(label_file))
        shapes.append(images.shape[1:])
        batches.append([(images.reshape(len(images), -1), labels)])
    if shapes[0] != shapes[1]:
        raise DataError(f"{files[2]} holds images of {shapes[1]} pixels, those for training have {shapes[0]}")
    return shapes[0], batches[0], batches[1]


def read_idx(file: Path, dimensions: int) -> np.ndarray:
    """Return the array of unsigned bytes in an IDX file."""
    data = content(file)
    start = 4 * (1 + dimensions)
    if len(data) < start:
        raise DataError(f"{file} ends after {len(data)} bytes, within its header")
    magic, *shape = np.frombuffer(data[:start], ">u4").tolist()
    if magic != 0x800 + dimensions:  # 8 for unsigned bytes, then the number of dimensions
        raise DataError(
            f"{file} starts with {magic:#010x}, expected {0x800 + dimensions:#010x}: it is not such a file of MNIST"
        )
    if min(shape) < 1 or len(data) - start != math.prod(shape):
        raise DataError(
            f"{file} holds {len(data) - start} bytes after its header, which announces {' × '.join(map(str, shape))}"
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


# CIFAR-10: five files for training and one for testing, of 10,000 images each, in two versions and as their archives.
# The version for Python holds pickles, and a pickle may say anything, so nothing of it is called but what builds arrays.

CIFAR10_ARCHIVES = {
    "cifar-10-binary.tar.gz": ("cifar-10-batches-bin", ".bin"),
    "cifar-10-python.tar.gz": ("cifar-10-batches-py", ""),
}
CIFAR10_SHAPE = (3, 32, 32)
CIFAR10_INPUTS = 3072


def find_cifar10(folder: Path) -> list[Path]:
    """Return the archive, or else the files for training and then the one for testing, if they lie in `folder`."""
    for archive in CIFAR10_ARCHIVES:
        if (folder / archive).is_file():
            return [folder / archive]
    for subfolder, ending in CIFAR10_ARCHIVES.values():
        for place in (folder / subfolder, folder):
            files = find_cifar10_batches(place, ending)
            if files:
                return files
    return []


def find_cifar10_batches(folder: Path, ending: str) -> list[Path]:
    train = [file for number in range(1, 6) if (file := either(folder, f"data_batch_{number}{ending}"))]
    test = either(folder, f"test_batch{ending}")
    if bool(train) != bool(test):
        there, missing = ("data_batch files", f"test_batch{ending}") if train else (f"test_batch{ending}", "data_batch files")
        what_to_do = f"Put what is missing there, or delete it all and run {how_to_get('cifar10', folder)}"
        raise DataError(f"{folder} holds {there} of CIFAR-10, but no {missing}. {what_to_do}")
    return [*train, test] if test else []


def read_cifar10(files: list[Path], work: Path) -> tuple[tuple[int, ...], Iterable, Iterable]:
    """Return the shape of one image, and pixels with labels in batches for training and for testing."""
    if files[0].name in CIFAR10_ARCHIVES:
        files = unpack_cifar10(files[0], work / files[0].name)
    return CIFAR10_SHAPE, map(read_cifar10_batch, files[:-1]), map(read_cifar10_batch, files[-1:])


def unpack_cifar10(archive: Path, into: Path) -> list[Path]:
    """Copy the batches out of the archive, each by its exact name, into a new folder; return them as find_cifar10 does."""
    import tarfile

    subfolder, ending = CIFAR10_ARCHIVES[archive.name]
    names = [f"data_batch_{number}{ending}" for number in range(1, 6)] + [f"test_batch{ending}"]
    wanted = {f"{subfolder}/{name}": into / name for name in names}
    into.mkdir()
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                source = tar.extractfile(member) if member.name in wanted and member.isfile() else None
                if source:
                    with wanted[member.name].open("wb") as out:
                        shutil.copyfileobj(source, out)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{archive} is damaged, it cannot be unpacked: {error}") from None
    missing = [name for name, file in wanted.items() if not file.is_file()]
    if missing:
        raise DataError(f"{archive} lacks {', '.join(missing)}")
    return list(wanted.values())


def read_cifar10_batch(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels, uint8 (S, 3072), red before green before blue, and labels, integers (S,)."""
    data = content(file)
    if ".bin" not in file.name:
        pixels, labels = unpickle_cifar10_batch(data, file)
    elif len(data) == 0 or len(data) % (1 + CIFAR10_INPUTS):
        raise DataError(f"{file} has {len(data)} bytes; 1 for the label and 3,072 pixels make 3,073 for each image")
    else:
        records = np.frombuffer(data, np.uint8).reshape(-1, 1 + CIFAR10_INPUTS)
        pixels, labels = records[:, 1:], records[:, 0]
        check_labels(labels, 10, str(file))
    return pixels, labels


class ArrayUnpickler(pickle.Unpickler):
    """Reads pickles of NumPy arrays and plain values; everything else that a pickle may name is refused."""

    ALLOWED = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        # The function that makes an empty array; its module has another name since NumPy 2.
        ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
        ("numpy._core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which no file of CIFAR-10 does; nothing was run")
        return self.ALLOWED[module, name]


def unpickle_cifar10_batch(data: bytes, file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return pixels and labels from a batch in the version for Python: a dict with b"data" and b"labels"."""
    try:
        batch = ArrayUnpickler(io.BytesIO(data), encoding="bytes").load()
    except Exception as error:  # a damaged pickle may raise anything
        raise DataError(f"{file} is not a batch of CIFAR-10, it cannot be unpickled: {error}") from None
    if not isinstance(batch, dict) or not {b"data", b"labels"} <= set(batch):
        raise DataError(f"{file} is not a batch of CIFAR-10: it lacks b'data' or b'labels'")
    pixels, labels = batch[b"data"], batch[b"labels"]
    if (
        not isinstance(pixels, np.ndarray)
        or pixels.dtype != np.uint8
        or pixels.shape[1:] != (CIFAR10_INPUTS,)
        or not len(pixels)
    ):
        raise DataError(f"{file} is not a batch of CIFAR-10: b'data' is no uint8 array with 3,072 columns")
    right = isinstance(labels, list) and all(isinstance(label, int) and 0 <= label < 10 for label in labels)
    if not right or len(labels) != len(pixels):
        raise DataError(f"{file} is not a batch of CIFAR-10: b'labels' is no list of {len(pixels)} labels from 0 to 9")
    return pixels, np.array(labels, dtype=np.int64)


# Rows of numbers as text: the pixels of one image, from 0 to 1 with two decimals, and its label


def write_csv(file: str | Path, x: np.ndarray, y: np.ndarray) -> None:
    """Write samples x, (S, M), and their labels y, (S,), one row each, the label last."""
    np.savetxt(file, np.column_stack([x, y]), fmt=["%.2f"] * x.shape[1] + ["%d"], delimiter=",")


def read_csv(file: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Return samples, float64 (S, M), and labels, int64 (S,), from such rows; the file may be gzipped.

    Raises:
        DataError: the file is not there, or holds something else.
    """
    try:
        table = np.loadtxt(file, delimiter=",", ndmin=2)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DataError(f"{file} cannot be read as rows of numbers with commas between them: {error}") from None
    labels = table[:, -1].astype(np.int64) if table.size else np.empty(0)
    if table.shape[1] < 2 or len(labels) == 0 or (labels != table[:, -1]).any() or labels.min() < 0:
        raise DataError(
            f"{file} has {' × '.join(map(str, table.shape))} numbers; expected rows of pixels with a label at the end"
        )
    return table[:, :-1], labels


# Downloading

ADDRESSES = {
    # The home page refuses programs now and then; the second address is the copy that PyTorch keeps for everybody.
    "mnist": ("https://yann.lecun.com/exdb/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"),
    "cifar10": ("https://www.cs.toronto.edu/~kriz/",),
}
# The MD5 sums that are published with the files: they show what the network has damaged, and that it is the same edition.
CHECKSUMS = {
    "mnist": {
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    },
    "cifar10": {"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"},
}
SILENCE_SECONDS = 30  # without a byte from the network, after which an address counts as not reachable
BLOCK_BYTES = 1 << 20


def download(name: str, data_dir: str | Path = DATA_DIR) -> None:
    """Put the files of "mnist" or "cifar10" into `data_dir`; those that are there already are not fetched again.

    Raises:
        DataError: another data set lies there, or no address gives the file that its checksum stands for.
    """
    folder = Path(data_dir)
    if name not in ADDRESSES:
        raise DataError(f"{name} is not a data set that can be downloaded: {', '.join(ADDRESSES)} are")
    others = find(folder, leave_out=name)  # of this one some files may be missing
    if others:
        raise DataError(f"{folder} holds {' and '.join(others)}: choose another --data_dir for {name}")
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, checksum in CHECKSUMS[name].items():
        file = folder / file_name
        if file.is_file() and hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest() == checksum:
            continue
        failures = []
        for address in ADDRESSES[name]:
            failure = fetch(address + file_name, file, checksum)
            if not failure:
                break
            failures.append(f"  {address}{file_name}: {failure}")
        else:
            by_hand = f"Or put {', '.join(CHECKSUMS[name])} into {folder} by hand, from one of {', '.join(ADDRESSES[name])}"
            raise DataError("\n".join([f"{file_name} cannot be downloaded:", *failures, f"Try again later. {by_hand}"]))


def fetch(address: str, file: Path, checksum: str) -> str:
    """Download `file`, which appears only when it is complete and has this MD5 sum; return what went wrong, or ""."""
    from http.client import HTTPException
    from urllib.request import urlopen

    unfinished = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as out, urlopen(address, timeout=SILENCE_SECONDS) as answer:  # noqa: S310  from ADDRESSES
            digest, done = hashlib.md5(usedforsecurity=False), 0
            total = f" of {answer.length / 1e6:.1f}" if answer.length else ""  # not every server says
            while block := answer.read(BLOCK_BYTES):
                out.write(block)
                digest.update(block)
                done += len(block)
                print(f"{file.name}: {done / 1e6:.1f}{total} MB", end="\r", file=sys.stderr)
            print(file=sys.stderr)
        if digest.hexdigest() != checksum:
            return f"the MD5 sum of what arrived, {done} bytes, is {digest.hexdigest()}, expected {checksum}"
        unfinished.replace(file)
    except (OSError, HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        unfinished.unlink(missing_ok=True)
    return ""
