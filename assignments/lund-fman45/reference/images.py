"""Labelled images as this course has them: (H, W, C, N), the batch last, float32. This file is given.

They come from data.py, which gets MNIST and CIFAR-10 on request:

    python data.py mnist                     into data/
    python data.py cifar10 --data_dir tiny   into tiny/

Where neither lies there are the digits of scikit-learn, 1,797 images of 8 × 8 pixels, and for part 7 the same in colours: ink
of any colour on a ground of any other.

Shapes: images of H × W pixels in C channels, N of them.
"""

from dataclasses import dataclass

import numpy as np
from data import load

CIFAR10_NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


@dataclass(frozen=True)
class Part:
    """Images and their classes.

    Attributes:
        x: images less the mean and divided by the deviation of the training images, float32 (H, W, C, N).
        labels: integers (N,), from 0.
    """

    x: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Images:
    """A data set.

    Attributes:
        train, val, test: its parts.
        names: of the classes.
    """

    train: Part
    val: Part
    test: Part
    names: list[str]

    @property
    def image_shape(self):
        """(H, W, C)."""
        return self.train.x.shape[:-1]


def load_images(data_dir="data/", colours=False):
    """Return the data set that lies in a folder, or else the digits.

    Args:
        data_dir: a folder.
        colours: whether images in shades of grey become images in colours, which are harder to read.
    """
    data = load(data_dir)
    names = CIFAR10_NAMES if data.name == "cifar10" else [str(label) for label in range(data.n_classes)]
    rng = np.random.RandomState(45)  # its numbers are the same in all versions of NumPy
    parts = []
    for part in (data.train, data.val, data.test):
        x = data.images(part.pixels).transpose(2, 3, 1, 0)  # (H, W, C, N)
        parts.append((in_colours(x, rng) if colours and x.shape[2] == 1 else x, part.y))
    return scaled(parts, names)


def in_colours(x, rng):
    """Return grey images (H, W, 1, N) as images (H, W, 3, N), each in ink of one colour on a ground of another, with noise."""
    ground, ink = rng.uniform(size=(2, 3, x.shape[-1]))
    images = ground + x / x.max() * (ink - ground)
    return images + 0.1 * rng.standard_normal(images.shape)


def scaled(parts, names):
    """Return the data set of three pairs of images and labels, less the mean and by the deviation of the first one."""
    x = parts[0][0]
    mean, deviation = x.mean(dtype=np.float64), x.std(dtype=np.float64)
    train, val, test = (
        Part(((x - np.float32(mean)) / np.float32(deviation)).astype(np.float32), labels) for x, labels in parts
    )
    return Images(train, val, test, names)
