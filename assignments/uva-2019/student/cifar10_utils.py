"""CIFAR-10 in the form that this course's files ask for; where no data set lies, the digits in its place. See data.py.

Shapes: N images, C classes.

    data = get_cifar10("data/")
    x, y = data.train.next_batch(200)       # (200, 3, 32, 32) and (200, 10), of the digits (200, 1, 8, 8)
    data.test.images, data.test.labels      # all of them, also of data.train and data.validation
"""

from types import SimpleNamespace

import numpy as np
from data import DATA_DIR, Stream, load
from data import one_hot as rows_with_a_one


def get_cifar10(data_dir=DATA_DIR, one_hot=True, validation_size=None):
    """Return the data set in `data_dir` as an object with the attributes train, validation and test.

    Each is a data.Stream: next_batch(batch_size) returns images and labels; images, labels, num_examples and epochs_completed
    are attributes. Images are float32 (N, channels, height, width), pixel values from 0 to 255 (of the digits, to 16) less the
    mean image of the training split. The training split is shuffled anew in each pass, by a generator with a seed of its own,
    so always in the same way; the other two keep their order.

    Args:
        data_dir: folder of MNIST or CIFAR-10 (python data.py cifar10 puts it there).
        one_hot: whether labels are rows with a single 1, float64 (N, C), or integers, int64 (N,).
        validation_size: how many of the images for training are set aside for validation; None for as many as data.load has.

    Raises:
        data_files.DataError: see data.load.
        ValueError: validation_size leaves one of the two splits without images.
    """
    data = load(data_dir, dtype=np.float32)
    train, validation = (data.train.pixels, data.train.y), (data.val.pixels, data.val.y)
    if validation_size is not None:
        pixels, y = (np.concatenate(pair) for pair in zip(train, validation, strict=True))
        if not 0 < validation_size < len(y):
            raise ValueError(f"validation_size is {validation_size}; it must lie between 1 and {len(y) - 1}")
        train, validation = (pixels[:-validation_size], y[:-validation_size]), (pixels[-validation_size:], y[-validation_size:])
    mean = train[0].mean(axis=0, dtype=np.float64).astype(np.float32)

    def stream(pixels, y, rng=None):
        labels = rows_with_a_one(y, data.n_classes) if one_hot else y
        return Stream(data.images(pixels.astype(np.float32) - mean), labels, rng)

    return SimpleNamespace(
        train=stream(*train, np.random.default_rng(42)),
        validation=stream(*validation),
        test=stream(data.test.pixels, data.test.y),
    )
