"""Labelled images for training: 1,797 handwritten digits of 8 × 8 pixels, which scikit-learn carries along.

Shapes: S samples, M pixels. Every data set comes in the same form: three splits, each with x, float64 (S, M),
standardised by the statistics of the training split, and y, int64 (S,), labels from 0 to n_classes - 1.
"""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Split:
    """Samples and their labels: x, float64 (S, M), and y, int64 (S,)."""

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class DataSet:
    """Three splits: train to fit parameters, val to choose among models, test to report the one that was chosen."""

    n_classes: int
    train: Split
    val: Split
    test: Split

    @property
    def n_inputs(self) -> int:
        """M, the number of pixels of one sample."""
        return self.train.x.shape[1]


class Batches:
    """A split in batches: `for x, y in batches` gives x, (S, M), and y, (S,).

    S is batch_size, or less in the last batch of a pass, so that every sample comes once.

    Args:
        split: the samples.
        batch_size: S.
        rng: shuffles the samples anew at the start of each pass; without it they come in their own order.
    """

    def __init__(self, split: Split, batch_size: int, rng: np.random.Generator | None = None) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it must be at least 1")
        self.split = split
        self.batch_size = batch_size
        self.rng = rng

    def __len__(self) -> int:
        """Return the number of batches in one pass."""
        return (len(self.split) + self.batch_size - 1) // self.batch_size

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        samples = len(self.split)
        order = np.arange(samples) if self.rng is None else self.rng.permutation(samples)
        for start in range(0, samples, self.batch_size):
            chosen = order[start : start + self.batch_size]
            yield self.split.x[chosen], self.split.y[chosen]


def load(name: str = "digits", data_dir: str | Path = "data/") -> DataSet:
    """Return the data set called `name`, from `data_dir`/`name`.npz where that file exists; the digits need no file.

    The file holds x_train, y_train, x_val, y_val, x_test and y_test in the form described above.

    Raises:
        ValueError: no data set has this name, or the file lacks one of the six arrays.
    """
    file = Path(data_dir) / f"{name}.npz"
    if file.is_file():
        splits = read_splits(file)
    elif name == "digits":
        splits = split_and_standardise(*read_digits(), sizes=(1197, 300, 300))
    else:
        raise ValueError(f"there is no data set {name!r}: {file} does not exist, and only the digits need no file")
    return DataSet(1 + max(int(split.y.max()) for split in splits), *splits)


def read_splits(file: Path) -> list[Split]:
    with np.load(file, allow_pickle=False) as arrays:
        missing = [key for split in SPLITS for key in (f"x_{split}", f"y_{split}") if key not in arrays]
        if missing:
            raise ValueError(f"{file} lacks {', '.join(missing)}")
        return [Split(arrays[f"x_{split}"], arrays[f"y_{split}"]) for split in SPLITS]


def read_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return pixels from 0 to 16, (1797, 64), and labels, (1797,), from the file inside the installed scikit-learn."""
    # Found, not imported: importing scikit-learn takes a second, reading its file a hundredth of that.
    package = importlib.util.find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        raise ValueError("the digits come with scikit-learn, which is not installed: pip install scikit-learn")
    file = Path(package.submodule_search_locations[0], "datasets", "data", "digits.csv.gz")
    table = np.loadtxt(file, delimiter=",")  # (1797, 65), the label in the last column
    return table[:, :-1], table[:, -1].astype(np.int64)


def split_and_standardise(x: np.ndarray, y: np.ndarray, sizes: tuple[int, int, int]) -> list[Split]:
    """Return the samples in splits of these sizes, always the same ones, with mean 0 and variance 1 in the first."""
    # Neighbours in the file are by the same hand, hence shuffled. RandomState, because its numbers stay the same in all
    # versions of NumPy.
    order = np.random.RandomState(4).permutation(len(y))
    parts = np.split(order, np.cumsum(sizes)[:-1])
    mean = x[parts[0]].mean(axis=0)
    deviation = x[parts[0]].std(axis=0)
    deviation[deviation == 0] = 1.0  # pixels that are blank in every training image
    return [Split((x[part] - mean) / deviation, y[part]) for part in parts]
