"""What the suites share about results with several parts: looking one up, or saying what came in its place."""

from autograder.compare import Mismatch
from autograder.compare.plain import type_name

OF_METRICS = "the result of confusion_matrix_to_metrics"
OF_TRAIN = ("model", "val_accuracies", "test_accuracy", "logging_dict")


def entry(mapping, key, what):
    """Return mapping[key].

    Raises:
        Mismatch: there is none; the message names the keys there are, or the type of `mapping` where it is no dict.
    """
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError, ValueError):
        pass  # raised outside of here, or the message would end with this exception as its cause
    raise Mismatch("type", what, f'{what} {described(mapping)}, expected a dict with the key "{key}"')


def described(mapping):
    if mapping is None:
        return "is None"
    if type(mapping) is not dict:
        return f"is of type {type_name(mapping)}"
    keys = ", ".join(f'"{key}"' for key in mapping if type(key) is str)
    return f"has the keys {keys}" if keys else "is an empty dict" if not mapping else "has other keys"


def part_of_training(trained, name):
    """Return one of the four things that train returns, in this order: see OF_TRAIN. More than these do not matter.

    A dict of them does here; that it is none is what assert_four_values asks.

    Raises:
        Mismatch: train has returned something else, or less.
    """
    place = OF_TRAIN.index(name)
    if isinstance(trained, (tuple, list)) and len(trained) > place:
        return trained[place]
    if type(trained) is dict and (name in trained or place in trained):
        return trained[name if name in trained else place]
    raise Mismatch("type", "train", f"train returned {came(trained)}, expected four: {', '.join(OF_TRAIN)}")


def assert_four_values(trained):
    """Check that train has returned a tuple or list of the four things in OF_TRAIN, or more.

    Raises:
        Mismatch: it is something else.
    """
    if not isinstance(trained, (tuple, list)) or len(trained) < len(OF_TRAIN):
        raise Mismatch("type", "train", f"train returned {came(trained)}, expected four: {', '.join(OF_TRAIN)}")


def came(trained):
    if isinstance(trained, (tuple, list)):
        return f"{len(trained)} value{'' if len(trained) == 1 else 's'}"
    return "None" if trained is None else f"a value of type {type_name(trained)}"
