"""Write training_data_student/train.csv and test.csv, the images that the networks of part 5 learn from and are tested on.

    python make_data.py                      scikit-learn's digits, 400 and 200 of them, enlarged to 28 × 28 pixels
    python make_data.py --data_dir FOLDER    MNIST, 3,000 and 1,000 images, if its four files lie in FOLDER

Each row is one image, 784 pixels from 0 (paper) to 1 (ink) with two decimals, and its label. Rows are sorted by label: all
zeros come first. `python data.py mnist` downloads MNIST into data/. Other files of this form may take the place of the two.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from data import DATA_DIR, DataSet, Split, load
from data_files import DataError, write_csv

FOLDER = "training_data_student"
SIDE = 28
INK = {"digits": 16, "mnist": 255}  # the largest value of a pixel in the file
PER_CLASS = {"digits": (40, 20), "mnist": (300, 100)}  # images for training and for testing


def small_set(data: DataSet) -> dict[str, np.ndarray]:
    """Return the first images of each class as hw3_sol.load_data will: train_x, float64 (N, 784), train_y, (N,), and for test.

    Raises:
        DataError: the data set is neither the digits nor MNIST.
    """
    if data.name not in PER_CLASS:
        raise DataError(f"{data.name} has no images of digits; take a folder with MNIST's files or with none")
    parts = {}
    for name, split, per_class in zip(("train", "test"), (data.train, data.test), PER_CLASS[data.name], strict=True):
        chosen = sorted_by_class(split, per_class)
        images = split.pixels[chosen].reshape(-1, *data.image_shape) / INK[data.name]
        parts[f"{name}_x"] = np.round(enlarged(images).reshape(-1, SIDE * SIDE), 2)
        parts[f"{name}_y"] = split.y[chosen]
    return parts


def sorted_by_class(split: Split, per_class: int) -> np.ndarray:
    """Return the indices of the first images of class 0, then of class 1, and so on."""
    return np.concatenate([np.flatnonzero(split.y == label)[:per_class] for label in range(10)])


def enlarged(images: np.ndarray) -> np.ndarray:
    """Return images (N, H, H) as (N, 28, 28), linear between the middles of their pixels."""
    height = images.shape[1]
    places = np.linspace(0, height - 1, SIDE)
    rows = np.stack([np.interp(places, np.arange(height), one) for one in np.eye(height)], axis=1)  # (28, H)
    return rows @ images @ rows.T


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the images that the networks learn from.")
    parser.add_argument("--data_dir", default=DATA_DIR, help="where MNIST may lie (default: data/)")
    flags = parser.parse_args()
    try:
        data = load(flags.data_dir)
        parts = small_set(data)
    except DataError as error:
        sys.exit(f"make_data.py: {error}")
    Path(FOLDER).mkdir(exist_ok=True)
    for name in ("train", "test"):
        write_csv(Path(FOLDER, f"{name}.csv"), parts[f"{name}_x"], parts[f"{name}_y"])
    print(f"{FOLDER}/ holds {data.name}: {len(parts['train_y'])} images to learn from, {len(parts['test_y'])} for testing")


if __name__ == "__main__":
    main()
