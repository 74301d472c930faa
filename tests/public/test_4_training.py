"""Part 4, metrics and training: cases that can be counted by hand, and a short training run."""

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from returned import OF_METRICS, assert_four_values, assert_log, entry, part_of_training
from train_mlp_numpy import confusion_matrix, confusion_matrix_to_metrics, evaluate_model, train
from training_cases import assert_model_at_work, data_of_the_flags, digits, without_test_labels

from autograder.compare import assert_close, assert_finite
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "digits"]  # fixtures

EPOCHS = 4

# Rows are targets: 5 samples of class 0 were predicted as 0, one as 1. Of classes 3 to 9 all four are right.
COUNTS = np.diag([5, 3, 8, 4, 4, 4, 4, 4, 4, 4])
COUNTS[0, 1], COUNTS[1, 0], COUNTS[1, 2], COUNTS[2, 1] = 1, 2, 1, 1


@in_sandbox
def model_that_repeats_its_input():
    """Return a model whose output for x is x."""

    class Repeater:
        def forward(self, x):
            return x

        __call__ = forward

        def clear_cache(self):
            return None

    return Repeater()


@in_sandbox
def drawn_curves():
    """Return the contents of two files that save_curves writes: for a made-up log, and for one with half the losses."""
    import tempfile
    from pathlib import Path

    from train_mlp_numpy import save_curves

    log = {"loss": [2.5, 2.0, 1.5, 1.0, 0.8, 0.7], "train_accuracy": [0.4, 0.7, 0.9], "val_accuracy": [0.5, 0.6, 0.8]}
    halved = {**log, "loss": [loss / 2 for loss in log["loss"]]}
    contents = []
    with tempfile.TemporaryDirectory() as folder:
        for logging_dict in (log, halved):
            path = Path(folder, f"curves_{len(contents)}.png")
            save_curves(logging_dict, str(path))
            contents.append(path.read_bytes())
    return contents


@pytest.fixture(scope="module")
def trained(digits, sandbox_dir):
    """What train returns for a small network; the test split it sees is the validation split."""
    folder = sandbox_dir(without_test_labels(digits), "data")
    return train(hidden_dims=[32], lr=0.1, batch_size=32, epochs=EPOCHS, seed=1, data_dir=folder)


@number("4.1")
@weight(0.8)
def test_confusion_matrix_has_targets_as_rows():
    """confusion_matrix: some samples of each of ten classes, two of them predicted wrong"""
    predicted = [0, 1, 1, 1, 2, 0, 0, *range(3, 10)]
    scores = 0.25 * np.ones((14, 10)) + 0.5 * np.eye(10)[predicted]
    targets = np.array([0, 0, 1, 1, 2, 2, 0, *range(3, 10)])
    expected = np.eye(10)
    expected[:3, :3] = [[2, 1, 0], [0, 2, 0], [1, 0, 1]]
    assert_close(confusion_matrix(scores, targets), expected, "confusion_matrix(scores, targets)")


@number("4.2")
@weight(0.4)
def test_accuracy_is_the_share_of_right_predictions():
    """confusion_matrix_to_metrics: accuracy"""
    accuracy = entry(confusion_matrix_to_metrics(COUNTS), "accuracy", OF_METRICS)
    assert_close(accuracy, 44 / 49, "accuracy", rtol=1e-6)


@number("4.2")
@weight(0.4)
def test_precision_divides_by_what_was_predicted():
    """confusion_matrix_to_metrics: precision of each class"""
    precision = entry(confusion_matrix_to_metrics(COUNTS), "precision", OF_METRICS)
    assert_close(precision, [5 / 7, 3 / 5, 8 / 9] + 7 * [1.0], "precision", rtol=1e-6)


@number("4.2")
@weight(0.4)
def test_recall_divides_by_what_was_there():
    """confusion_matrix_to_metrics: recall of each class"""
    recall = entry(confusion_matrix_to_metrics(COUNTS), "recall", OF_METRICS)
    assert_close(recall, [5 / 6, 3 / 6, 8 / 9] + 7 * [1.0], "recall", rtol=1e-6)


@number("4.2")
@weight(0.4)
def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    """confusion_matrix_to_metrics: f1_beta for β = 1"""
    f1_beta = entry(confusion_matrix_to_metrics(COUNTS), "f1_beta", OF_METRICS)
    assert_close(f1_beta, [10 / 13, 6 / 11, 8 / 9] + 7 * [1.0], "f1_beta", rtol=1e-6)


@number("4.3")
@weight(0.6)
def test_evaluate_model_counts_every_sample_once():
    """evaluate_model: accuracy where the last batch is smaller"""
    batches = [(np.eye(10)[[3, 1, 9, 0]], np.array([3, 1, 9, 0])), (np.eye(10)[[5]], np.array([9]))]
    accuracy = entry(evaluate_model(model_that_repeats_its_input(), batches), "accuracy", "the result of evaluate_model")
    what = "accuracy of four right answers in the first batch, none of one in the last"
    assert_close(accuracy, 4 / 5, what, rtol=1e-6)


@number("4.4")
@weight(0.4)
def test_train_returns_model_accuracies_and_log(trained, digits):
    """train: what it returns"""
    assert_four_values(trained)
    assert_finite(float(part_of_training(trained, "test_accuracy")), "test_accuracy")
    assert_model_at_work(part_of_training(trained, "model"), digits.val.x)
    assert_log(trained, ("train_accuracy", "val_accuracy"), batches=(len(digits.train) // 32, -(-len(digits.train) // 32)))


@number("4.4")
@weight(0.4)
def test_train_looks_at_the_validation_split_after_every_epoch(trained, digits):
    """train: one validation accuracy per epoch"""
    accuracies = [float(accuracy) for accuracy in part_of_training(trained, "val_accuracies")]
    assert len(accuracies) == EPOCHS, f"val_accuracies has {len(accuracies)} entries after {EPOCHS} epochs"
    assert all(0 <= accuracy <= 1 for accuracy in accuracies), f"val_accuracies has other numbers than fractions: {accuracies}"
    assert_model_at_work(part_of_training(trained, "model"), digits.val.x)


@number("4.4")
@weight(0.4)
def test_training_lowers_the_loss(trained, digits):
    """train: the loss of the returned model on the training split"""
    probabilities = np.array(part_of_training(trained, "model").forward(digits.train.x))
    right = probabilities[np.arange(len(digits.train)), digits.train.y]
    loss = float(-np.log(np.maximum(right, 1e-8)).mean())
    assert loss < 1.0, (
        f"the mean loss on the training split is {loss:.3f}, expected less than 1; guessing has 2.303, a trained one about 0.2"
    )


@number("4.5")
@weight(0.4)
def test_save_curves_draws_a_figure():
    """save_curves: an image file that shows the losses"""
    figure, other = drawn_curves()
    assert figure[:8] == b"\x89PNG\r\n\x1a\n", "save_curves has not written a PNG file"
    assert figure != other, "save_curves draws the same figure for other losses: it shows nothing of them"
