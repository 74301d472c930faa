"""Labelled images for training: scikit-learn's digits, MNIST or CIFAR-10, all in the same form.

Shapes: S samples, M inputs (pixels times channels), C classes. A data set has three splits: `train` to fit parameters, `val` to
choose among models, `test` to report the one that was chosen. The labels y are int64 (S,), from 0 to C - 1. The pixels stay as
they are, uint8 (S, M), in a file that is mapped into memory and not read as a whole: 50,000 images of CIFAR-10 are 150 MB so,
and would be 1,200 MB as float64. What a network gets is standardised, a batch at a time: `for x, y in Batches(split, 128)`.

The digits, 1,797 images of 8 × 8 pixels, come with scikit-learn and are what `load` gives where no other data set lies.

    python data.py mnist                 puts MNIST into data/: 60,000 images of 28 × 28 pixels, 10,000 for testing
    python data.py cifar10               puts CIFAR-10 into data/: 50,000 images of 32 × 32 pixels in colour, 10,000 for testing
    python data.py mnist --data_dir DIR  elsewhere, so that both can be kept: load(DIR) takes what lies in DIR

data_files.py reads, keeps and downloads the files of each data set. It is imported where that is done: a program that only
needs Batches does not wait for it.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DATA_DIR = "data/"


@dataclass(frozen=True)
class Split:
    """Samples and their labels.

    Attributes:
        pixels: as they lie in the file, uint8 (S, M), read-only.
        y: labels, int64 (S,).
        mean, deviation: of each input in the training split, (M,), in the dtype that x is to have.
    """

    pixels: np.ndarray
    y: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray

    def __len__(self) -> int:
        return len(self.y)

    @property
    def x(self) -> np.ndarray:
        """All samples standardised, (S, M), worked out anew each time; too much at once where M and S are large."""
        return self.standardise(self.pixels)

    def standardise(self, pixels: np.ndarray) -> np.ndarray:
        """Return (pixels - mean) / deviation for some of the pixels, (S, M)."""
        x = pixels.astype(self.mean.dtype)
        x -= self.mean
        x /= self.deviation
        return x


@dataclass(frozen=True)
class DataSet:
    """Three splits, and what a network has to know of them.

    Attributes:
        name: "digits", "mnist" or "cifar10".
        n_classes: C.
        image_shape: of one sample as an image, (height, width) or (channels, height, width).
    """

    name: str
    n_classes: int
    image_shape: tuple[int, ...]
    train: Split
    val: Split
    test: Split

    @property
    def n_inputs(self) -> int:
        """M, the number of inputs of one sample."""
        return self.train.pixels.shape[1]

    @property
    def n_channels(self) -> int:
        """1 for grey images, 3 for those in colour."""
        return self.image_shape[0] if len(self.image_shape) == 3 else 1

    def images(self, x: np.ndarray) -> np.ndarray:
        """Return samples (S, M) as images, (S, channels, height, width); the same numbers, in a view where that is possible."""
        return x.reshape(-1, self.n_channels, *self.image_shape[-2:])


class Batches:
    """A split in batches: `for x, y in batches` gives x, standardised, (S, M), and y, (S,).

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
            yield self.split.standardise(self.split.pixels[chosen]), self.split.y[chosen]


class Stream:
    """Samples without end, for training by steps: `x, y = stream.next_batch(128)`.

    A batch that reaches beyond the last sample goes on with the first of the next pass.

    Args:
        x: samples, (S, ...).
        y: labels, (S,) or one-hot (S, C).
        rng: shuffles the samples anew at the start of each pass; without it they come in their own order.

    Attributes:
        images, labels: x and y in the order of the present pass.
        num_examples: S.
        epochs_completed: how many passes lie behind.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, rng: np.random.Generator | None = None) -> None:
        if len(x) != len(y) or len(x) == 0:
            raise ValueError(f"there are {len(x)} samples and {len(y)} labels; it takes as many of both, and at least one")
        self.images, self.labels, self.rng = x, y, rng
        self.num_examples = len(x)
        self.epochs_completed = 0
        self.place = 0  # of the next sample in this pass
        self.shuffle()

    def shuffle(self) -> None:
        if self.rng is not None:
            order = self.rng.permutation(self.num_examples)
            self.images, self.labels = self.images[order], self.labels[order]

    def next_batch(self, batch_size: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the next samples, (batch_size, ...), and their labels."""
        if not 1 <= batch_size <= self.num_examples:
            raise ValueError(
                f"batch_size is {batch_size}; it must lie between 1 and {self.num_examples}, the samples there are"
            )
        end = self.place + batch_size
        x, y = self.images[self.place : end], self.labels[self.place : end]
        self.place = end
        if end >= self.num_examples:
            self.epochs_completed += 1
            self.place = end - self.num_examples
            self.shuffle()
            if self.place:
                x, y = np.concatenate([x, self.images[: self.place]]), np.concatenate([y, self.labels[: self.place]])
        return x, y


def one_hot(y: np.ndarray, n_classes: int) -> np.ndarray:
    """Return labels (S,) as rows with a single 1 at the place of the label, float64 (S, C)."""
    return np.eye(n_classes)[y]


def load(data_dir: str | Path = DATA_DIR, dtype: Any = np.float64) -> DataSet:
    """Return the data set that lies in `data_dir`, or the digits if none does.

    The files of MNIST and CIFAR-10 are read once and kept in a prepared form, in `data_dir`/prepared or, where that cannot be
    written, in a temporary folder until the program ends. `data_dir` may be a prepared folder itself (see read_prepared in
    data_files.py).

    Args:
        data_dir: a folder; that of the default need not exist.
        dtype: of x, a floating-point type.

    Raises:
        data_files.DataError: the folder or files are missing, files are damaged, or two data sets lie there.
    """
    from data_files import read_data_set

    content = read_data_set(Path(data_dir), dtype)
    train, val, test = (Split(pixels, y, content.mean, content.deviation) for pixels, y in content.splits)
    return DataSet(content.name, content.n_classes, content.image_shape, train, val, test)


def main() -> None:
    from data_files import ADDRESSES, SPLITS, DataError, download

    parser = argparse.ArgumentParser(
        description="Download a data set and prepare it for training.",
        epilog="Without one, training is on the handwritten digits of scikit-learn. To fetch one: python data.py mnist",
    )
    parser.add_argument("name", nargs="?", choices=list(ADDRESSES), help="which data set")
    parser.add_argument("--data_dir", default=DATA_DIR, help="folder to put it into (default: data/)")
    flags = parser.parse_args()
    if flags.name is None:
        parser.print_help()
        sys.exit(2)
    try:
        download(flags.name, flags.data_dir)
        data = load(flags.data_dir)
    except DataError as error:
        sys.exit(f"data.py: {error}")
    sizes = ", ".join(f"{len(getattr(data, split))} for {split}" for split in SPLITS)
    print(f"{flags.data_dir} holds {data.name}: {sizes}, {data.n_inputs} inputs each")


if __name__ == "__main__":
    main()
