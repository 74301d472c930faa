"""Part 4, metrics and training: rare cases, and a model whose accuracy is worked out here from its answers.

The submission trains on files that do not hold the labels of the real test images; what it says of itself is compared with
what its model does.
"""

from functools import partial

import numpy as np
import pytest
from best_epoch import assert_best_model, learnt_and_unlearnt
from data import Batches
from graded_data import check_accuracy, graded_data, share_of_points, shared_without_test_labels
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from layer_cases import linear_layers, linear_modules_in
from metric_checks import ABSENT, NEITHER, NEVER_PREDICTED, assert_undefined_last, counts_and_f_beta
from returned import OF_METRICS, entry, part_of_training
from train_mlp_numpy import confusion_matrix, confusion_matrix_to_metrics, evaluate_model, train
from training_cases import (
    accuracy_of,
    assert_model_at_work,
    data_of_the_flags,
    digits,
    digits_file,
    real_digits,
    without_test_labels,
)
from training_checks import along, fill_gradients, flat, train_from_the_same_start

from autograder.background import background, write_files
from autograder.compare import Mismatch, assert_close
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "digits"]  # fixtures

ONE_SAMPLE = 1 / 300  # of the validation or the test split of the digits


@in_sandbox
def model_with_scores():
    """Return a model whose output is twice its input."""

    class Doubler:
        def forward(self, x):
            return 2 * x

        __call__ = forward

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
    """What train returns where the first epochs are the best by far on the validation split, and the last on the test split."""
    sandbox_dir(without_test_labels(digits), "data")
    folder = sandbox_dir(digits_file((digits.train.x, digits.train.y), contrary_labels, (digits.val.x, digits.val.y)))
    return train(hidden_dims=[32], lr=0.02, batch_size=64, epochs=6, seed=3, data_dir=folder)


@pytest.fixture(scope="module")
def best_in_between(digits, sandbox_dir):
    """What train returns where the best epoch is neither the first nor the last."""
    training, val = learnt_and_unlearnt(digits)
    folder = sandbox_dir(digits_file(training, val, val))
    return train(hidden_dims=[32], lr=0.2, batch_size=60, epochs=20, seed=3, data_dir=folder)


# 4.1 to 4.3 Metrics


@number("4.1")
@weight(0.4)
def test_confusion_matrix_has_a_row_for_classes_that_do_not_occur():
    """confusion_matrix: ten classes, of which two occur"""
    counts = confusion_matrix(np.eye(10)[[1, 2]], np.array([1, 2]))
    expected = np.zeros((10, 10))
    expected[1, 1] = expected[2, 2] = 1
    assert_close(counts, expected, "confusion_matrix(scores, targets)")


@number("4.1")
@weight(0.2)
def test_any_number_of_classes_has_a_matrix_and_metrics():
    """confusion_matrix, confusion_matrix_to_metrics and evaluate_model: one class, three classes"""
    # All other tests have ten classes: whoever always has ten loses this one.
    for n in (1, 3):
        scores, targets, what = 0.5 * np.eye(n), np.arange(n), f"for {n} class{'es' if n > 1 else ''}"
        assert_close(confusion_matrix(scores, targets), np.eye(n), f"confusion_matrix(scores, targets) {what}")
        metrics = confusion_matrix_to_metrics(np.eye(n, dtype=np.int64))
        evaluated = evaluate_model(model_with_scores(), [(scores, targets)], num_classes=n)
        for name in ("precision", "recall", "f1_beta"):
            assert_close(entry(metrics, name, OF_METRICS), np.ones(n), f"{name} {what}", rtol=1e-6)
            found = entry(evaluated, name, "the result of evaluate_model")
            assert_close(found, np.ones(n), f"{name} of evaluate_model {what}", rtol=1e-6)


@number("4.2")
@weight(0.4)
def test_f_beta_weighs_recall_by_beta(rng):
    """confusion_matrix_to_metrics: f1_beta for β = 0.1, 1 and 10, as scikit-learn has it"""
    counts, f_beta = counts_and_f_beta(rng, (0.1, 1.0, 10.0))
    for beta, expected in f_beta.items():
        found = entry(confusion_matrix_to_metrics(counts, beta=beta), "f1_beta", OF_METRICS)
        assert_close(found, expected, f"f1_beta for beta = {beta}", rtol=1e-6)


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
    """evaluate_model: precision and recall over three batches"""
    # Together a matrix that is its own transpose, and no answer comes twice in a batch: how samples are counted, and
    # whether rows are targets, is the question of 4.1.
    batches = [
        (np.eye(10)[[0, 1, 2, 3, *range(4, 10)]], np.array([0, 0, 2, 3, *range(4, 10)])),
        (np.eye(10)[[0, 1, 0]], np.array([0, 1, 1])),
        (np.eye(10)[[0, 3]], np.array([0, 3])),
    ]
    metrics = evaluate_model(model_with_scores(), batches, num_classes=10)
    for name in ("precision", "recall"):
        found = entry(metrics, name, "the result of evaluate_model")
        assert_close(found, [3 / 4, 1 / 2] + 8 * [1.0], f"{name} over three batches", rtol=1e-6)


# 4.4 Training


@number("4.4")
@partial_credit(2.4)
def test_accuracy_on_withheld_images(trained, withheld, settings, set_score=None):
    """train with the default flags: accuracy on withheld images; points from the floor, all of them from the target"""
    limits, right = settings["training"]["numpy"], 0
    model = part_of_training(trained, "model")
    for x, y in Batches(withheld, 500):
        outputs = np.array(model.forward(x))
        assert outputs.shape == (len(x), 10), f"model.forward(x) has shape {outputs.shape}, expected {(len(x), 10)}"
        assert np.isfinite(outputs).all(), "training has diverged: the returned model answers NaN or infinity"
        right += int((outputs.argmax(axis=1) == y).sum())
    accuracy = right / len(withheld)
    set_score(round(2.4 * share_of_points(accuracy, limits), 2))
    check_accuracy(accuracy, limits)


@number("4.4")
@weight(0.4)
def test_claimed_test_accuracy_is_that_of_the_returned_model(best_at_first, digits):
    """train: test_accuracy is what the returned model reaches on the test split"""
    model = part_of_training(best_at_first, "model")
    assert_model_at_work(model, digits.val.x)
    ours = accuracy_of(model, digits.val.x, digits.val.y)
    claimed = part_of_training(best_at_first, "test_accuracy")
    what = "test_accuracy, compared with what the returned model reaches on the test split,"
    assert_close(claimed, ours, what, rtol=0, atol=0.02)  # how exact it is is the question of 4.2 and 4.3


@number("4.4")
@weight(0.8)
def test_returned_model_is_the_best_on_the_validation_split(best_at_first, best_in_between, contrary_labels, digits):
    """train: the model of the best epoch is returned, not that of the last"""
    for trained, (x, y) in ((best_at_first, contrary_labels), (best_in_between, learnt_and_unlearnt(digits)[1])):
        model = part_of_training(trained, "model")
        assert_model_at_work(model, x)
        ours = accuracy_of(model, x, y)
        accuracies = [float(accuracy) for accuracy in part_of_training(trained, "val_accuracies")]
        assert accuracies, "val_accuracies is empty"
        assert_best_model(accuracies, ours, tolerance=ONE_SAMPLE / 2)


@number("4.4")
@weight(0.4)
def test_training_looks_at_the_training_split_alone(digits, contrary_labels, sandbox_dir):
    """train: images of the validation and the test split are not trained on"""
    # Few images with right labels, and many in the other two splits with wrong ones: only there could the latter be learnt.
    folder = sandbox_dir(digits_file((digits.train.x[:128], digits.train.y[:128]), contrary_labels, contrary_labels))
    trained = train(hidden_dims=[16], lr=0.1, batch_size=16, epochs=4, seed=8, data_dir=folder)
    model = part_of_training(trained, "model")
    assert_model_at_work(model, digits.val.x)
    learnt = accuracy_of(model, *contrary_labels)
    assert learnt < 0.4, "the model knows labels that only the validation and the test split have: do not train on these"


@number("4.4")
@weight(0.4)
def test_a_step_goes_along_the_gradient_of_the_loss(digits, sandbox_dir):
    """train: steps on batches of all samples"""
    x, y = digits.train.x[:60], digits.train.y[:60]
    folder = sandbox_dir(digits_file((x, y), (x, y), (x, y)))  # so that it does not matter here who trains on all of them
    flags = {"hidden_dims": [16], "batch_size": 60, "epochs": 2, "seed": 4, "data_dir": folder}
    models = [part_of_training(train_from_the_same_start(lr=lr, **flags), "model") for lr in (1e-12, 1e-4)]
    layers, stepped = (list(linear_modules_in(model)) for model in models)  # of whatever widths
    assert layers, "no LinearModule objects were found in the returned MLP"
    step = flat(stepped, "params") - flat(layers, "params")
    assert np.abs(step).max() > 1e-9, "after steps with learning rate 0.0001 the parameters are where they started"
    # Whether the layers' gradients are right is the question of parts 1 and 3.
    found = []
    for fused in (False, True):
        fill_gradients(models[0], x, y, fused)
        found.append(along(step, flat(layers, "grads")))
    if not found[0]:
        text = "a step does not go along the gradient that CrossEntropyModule.backward and MLP.backward of yours give"
        twice = (
            "; what goes back through the softmax is its own result, p - t: MLP.backward takes the gradient for probabilities"
        )
        raise Mismatch("value", "a step of train", text + (twice if found[1] else ""))


@number("4.4")
@weight(0.4)
def test_seed_decides_the_result(digits, sandbox_dir):
    """train: the same seed gives the same model, another seed another one"""
    folder = sandbox_dir(without_test_labels(digits))
    first, again, other = (
        np.array(part_of_training(trained, "model").forward(digits.val.x))
        for trained in (
            train(hidden_dims=[16], lr=0.1, batch_size=64, epochs=2, seed=seed, data_dir=folder) for seed in (5, 5, 6)
        )
    )
    assert_close(again, first, "the output of a second model with the same seed")
    assert not np.array_equal(other, first), "another seed gave the same model"


@number("4.4")
@weight(0.4)
def test_hidden_dims_make_the_network(digits, sandbox_dir):
    """train: hidden_dims = [20, 20]"""
    folder = sandbox_dir(without_test_labels(digits))
    trained = train(hidden_dims=[20, 20], lr=0.1, batch_size=128, epochs=1, seed=7, data_dir=folder)
    linear_layers(part_of_training(trained, "model"), [64, 20, 20, 10])


@number("4.4")
@weight(0.4)
def test_training_shuffles_the_samples(digits, contrary_labels, sandbox_dir):
    """train: the order of the training samples does not matter"""
    # The last third of the samples is labelled wrong. In shuffled batches the majority wins; without, who comes last.
    labels = digits.train.y.copy()
    labels[800:] = (labels[800:] + 1) % 10
    val = (digits.val.x, digits.val.y)
    folder = sandbox_dir(digits_file((digits.train.x, labels), val, val))
    trained = train(hidden_dims=[32], lr=0.1, batch_size=16, epochs=3, seed=2, data_dir=folder)
    model = part_of_training(trained, "model")
    assert_model_at_work(model, digits.val.x)
    misled = accuracy_of(model, *contrary_labels)
    assert misled < 0.5, f"trained on samples of which the last third is mislabelled, the model repeats that on {misled:.1%}"
