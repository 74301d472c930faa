"""Part 4, metrics and training: rare cases, and a model whose accuracy is worked out here from its answers.

The submission trains on files that do not hold the labels of the real test images; what it says of itself is compared with
what its model does.
"""

from functools import partial

import numpy as np
import pytest
from data import Batches
from graded_data import check_accuracy, graded_data, share_of_points, shared_without_test_labels
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from layer_cases import linear_layers
from metric_checks import ABSENT, NEITHER, NEVER_PREDICTED, assert_undefined_last, counts_and_f_beta
from train_mlp_numpy import confusion_matrix, confusion_matrix_to_metrics, evaluate_model, train
from training_cases import accuracy_of, data_of_the_flags, digits, digits_file, real_digits, without_test_labels

from autograder.background import background, write_files
from autograder.compare import assert_close
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "digits"]  # fixtures

ONE_SAMPLE = 1 / 300  # of the validation or the test split of the digits


@in_sandbox
def model_with_scores():
    """Return a model whose output is twice its input."""

    class Doubler:
        def forward(self, x):
            return 2 * x

        def clear_cache(self):
            return None

    return Doubler()


@background(seconds=180)
def default_training(settings):
    """Training the NumPy MLP with the default flags"""
    write_files(without_test_labels(real_digits()), "data")  # for a submission that trains while it is imported
    folder = shared_without_test_labels(settings)
    return partial(train, hidden_dims=[128], lr=0.1, batch_size=128, epochs=10, seed=42, data_dir=folder)


@pytest.fixture(scope="module")
def trained():
    """What train returns with the default flags; the test split it sees is the validation split."""
    return default_training.result()


@pytest.fixture(scope="module")
def withheld(settings):
    """The test split of the data set that the run with the default flags trains on."""
    return graded_data(settings).test


@pytest.fixture(scope="module")
def contrary_labels(digits):
    """Validation samples with labels that are all wrong: the better a network gets, the fewer of them it meets."""
    return digits.val.x, (digits.val.y + 1) % 10


@pytest.fixture(scope="module")
def best_at_first(digits, contrary_labels, sandbox_dir):
    """What train returns where the first epochs are the best by far on the validation and on the test split."""
    sandbox_dir(without_test_labels(digits), "data")
    folder = sandbox_dir(digits_file((digits.train.x, digits.train.y), contrary_labels, contrary_labels))
    return train(hidden_dims=[32], lr=0.02, batch_size=64, epochs=6, seed=3, data_dir=folder)


# 4.1 to 4.3 Metrics


@number("4.1")
@weight(0.4)
def test_confusion_matrix_has_a_row_for_classes_that_do_not_occur():
    """confusion_matrix: five classes, of which two occur"""
    counts = confusion_matrix(np.eye(5)[[1, 2]], np.array([1, 2]))
    assert_close(counts, np.diag([0.0, 1.0, 1.0, 0.0, 0.0]), "confusion_matrix(scores, targets)")


@number("4.1")
@weight(0.2)
def test_a_single_class_has_a_matrix_and_metrics():
    """confusion_matrix and confusion_matrix_to_metrics: one class"""
    counts = confusion_matrix(np.full((1, 1), 0.5), np.zeros(1, dtype=np.int64))
    assert_close(counts, [[1.0]], "confusion_matrix of a sample of the only class")
    metrics = confusion_matrix_to_metrics(np.array([[1]]))
    for name in ("precision", "recall", "f1_beta"):
        assert_close(metrics[name], [1.0], f"{name} of a single class")


@number("4.2")
@weight(0.4)
def test_f_beta_weighs_recall_by_beta(rng):
    """confusion_matrix_to_metrics: f1_beta for β = 0.1, 1 and 10, as scikit-learn has it"""
    counts, f_beta = counts_and_f_beta(rng, (0.1, 1.0, 10.0))
    for beta, expected in f_beta.items():
        assert_close(confusion_matrix_to_metrics(counts, beta=beta)["f1_beta"], expected, f"f1_beta for beta = {beta}")


@number("4.2")
@weight(0.2)
def test_metrics_of_a_class_that_is_never_predicted():
    """confusion_matrix_to_metrics: a class that is never predicted"""
    metrics = confusion_matrix_to_metrics(NEVER_PREDICTED)
    assert_undefined_last(metrics, ("precision", "f1_beta"), "never predicted")


@number("4.2")
@weight(0.2)
def test_metrics_of_a_class_without_samples():
    """confusion_matrix_to_metrics: a class of which there is no sample, predicted or not"""
    for counts, what in ((ABSENT, "without samples"), (NEITHER, "without samples that is never predicted")):
        assert_undefined_last(confusion_matrix_to_metrics(counts), ("recall", "f1_beta"), what)


@number("4.3")
@weight(0.4)
def test_evaluate_model_gives_metrics_of_all_batches_together():
    """evaluate_model: precision and recall over three batches, four classes"""
    # Together a matrix that is its own transpose, and no answer comes twice in a batch: how samples are counted, and
    # whether rows are targets, is the question of 4.1.
    batches = [
        (np.eye(4)[[0, 1, 2, 3]], np.array([0, 0, 2, 3])),
        (np.eye(4)[[0, 1, 0]], np.array([0, 1, 1])),
        (np.eye(4)[[0, 3]], np.array([0, 3])),
    ]
    metrics = evaluate_model(model_with_scores(), batches, num_classes=4)
    for name in ("precision", "recall"):
        assert_close(metrics[name], [3 / 4, 1 / 2, 1.0, 1.0], f"{name} over three batches")


# 4.4 Training


@number("4.4")
@partial_credit(2.4)
def test_accuracy_on_withheld_images(trained, withheld, settings, set_score=None):
    """train with the default flags: accuracy on withheld images; points from the floor, all of them from the target"""
    limits, right = settings["training"]["numpy"], 0
    for x, y in Batches(withheld, 500):
        outputs = np.array(trained[0].forward(x))
        assert outputs.shape == (len(x), 10), f"model.forward(x) has shape {outputs.shape}, expected {(len(x), 10)}"
        assert np.isfinite(outputs).all(), "training has diverged: the returned model answers NaN or infinity"
        right += int((outputs.argmax(axis=1) == y).sum())
    accuracy = right / len(withheld)
    set_score(round(2.4 * share_of_points(accuracy, limits), 2))
    check_accuracy(accuracy, limits)


@number("4.4")
@weight(0.4)
def test_claimed_test_accuracy_is_that_of_the_returned_model(best_at_first, contrary_labels):
    """train: test_accuracy is what the returned model reaches on the test split"""
    ours = accuracy_of(best_at_first[0], *contrary_labels)
    assert_close(best_at_first[2], ours, "test_accuracy", rtol=0, atol=ONE_SAMPLE / 2)


@number("4.4")
@weight(1.2)
def test_returned_model_is_the_best_on_the_validation_split(best_at_first, contrary_labels):
    """train: the model of the best epoch is returned, not that of the last"""
    best = max(float(accuracy) for accuracy in best_at_first[1])
    ours = accuracy_of(best_at_first[0], *contrary_labels)
    assert_close(ours, best, "the validation accuracy of the returned model", rtol=0, atol=ONE_SAMPLE / 2)


@number("4.4")
@weight(0.4)
def test_seed_decides_the_result(digits, sandbox_dir):
    """train: the same seed gives the same model, another seed another one"""
    folder = sandbox_dir(without_test_labels(digits))
    first, again, other = (
        np.array(train(hidden_dims=[16], lr=0.1, batch_size=64, epochs=2, seed=seed, data_dir=folder)[0].forward(digits.val.x))
        for seed in (5, 5, 6)
    )
    assert_close(again, first, "the output of a second model with the same seed")
    assert not np.array_equal(other, first), "another seed gave the same model"


@number("4.4")
@weight(0.4)
def test_hidden_dims_make_the_network(digits, sandbox_dir):
    """train: hidden_dims = [20, 20]"""
    folder = sandbox_dir(without_test_labels(digits))
    model = train(hidden_dims=[20, 20], lr=0.1, batch_size=128, epochs=1, seed=7, data_dir=folder)[0]
    linear_layers(model, [64, 20, 20, 10])


@number("4.4")
@weight(0.4)
def test_training_shuffles_the_samples(digits, contrary_labels, sandbox_dir):
    """train: the order of the training samples does not matter"""
    # The last third of the samples is labelled wrong. In shuffled batches the majority wins; without, who comes last.
    labels = digits.train.y.copy()
    labels[800:] = (labels[800:] + 1) % 10
    val = (digits.val.x, digits.val.y)
    folder = sandbox_dir(digits_file((digits.train.x, labels), val, val))
    model = train(hidden_dims=[32], lr=0.1, batch_size=16, epochs=3, seed=2, data_dir=folder)[0]
    misled = accuracy_of(model, *contrary_labels)
    assert misled < 0.5, f"trained on samples of which the last third is mislabelled, the model repeats that on {misled:.1%}"
