"""What the suites share about results with several parts: looking one up, or saying what came in its place."""

from autograder.compare import Mismatch, assert_close
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


def assert_log(trained, per_epoch, batches):
    """Check that logging_dict has the loss of each batch, and one number for each epoch under the names `per_epoch`.

    How many epochs there were is what val_accuracies says: whether that is right is the question of another test.

    Args:
        batches: how many there may be in an epoch; some leave out the last one, where it is smaller.
    """
    log, accuracies = part_of_training(trained, "logging_dict"), part_of_training(trained, "val_accuracies")
    epochs, losses = len(accuracies), len(entry(log, "loss", "logging_dict"))
    assert losses in [epochs * count for count in batches], (
        f'logging_dict["loss"] has {losses} entries after {epochs} epochs of {max(batches)} batches, expected one a batch'
    )
    for name in per_epoch:
        found = len(entry(log, name, "logging_dict"))
        assert found == epochs, f'logging_dict["{name}"] has {found} entries, and val_accuracies {epochs}: one for each epoch'
    logged = [float(accuracy) for accuracy in log["val_accuracy"]]
    assert_close(logged, [float(accuracy) for accuracy in accuracies], 'logging_dict["val_accuracy"]')


def came(trained):
    if isinstance(trained, (tuple, list)):
        return f"{len(trained)} value{'' if len(trained) == 1 else 's'}"
    return "None" if trained is None else f"a value of type {type_name(trained)}"
