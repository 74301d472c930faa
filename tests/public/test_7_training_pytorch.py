"""Part 7, metrics and training in PyTorch: cases that can be counted by hand, and a short training run."""

import numpy as np
import pytest
import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from returned import OF_METRICS, assert_four_values, assert_log, entry, part_of_training
from torch.nn.functional import cross_entropy
from torch_cases import answers
from train_mlp_pytorch import confusion_matrix, confusion_matrix_to_metrics, evaluate_model, learning_rate, train
from training_cases import data_of_the_flags, digits, without_test_labels

from autograder.compare import assert_close, assert_finite
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "digits"]  # fixtures

EPOCHS = 4
OF_EVALUATION = "the result of evaluate_model"

# Rows are targets: 7 samples of class 0 were predicted as 0, two as 2. Of classes 3 to 9 all four are right.
COUNTS = torch.diag(torch.tensor([7, 4, 6, 4, 4, 4, 4, 4, 4, 4]))
COUNTS[0, 2], COUNTS[1, 0], COUNTS[1, 2], COUNTS[2, 1] = 2, 1, 3, 2


@in_sandbox
def model_that_repeats_its_input():
    """Return a model whose output for x is x."""
    from torch import nn

    class Repeater(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(()))

        @property
        def device(self):
            return self.scale.device

        def forward(self, x):
            return self.scale * x

    return Repeater()


@in_sandbox
def model_with_batch_norm():
    """Return a new batch norm of ten features, in training mode; in eval mode its output for x is nearly x."""
    model = torch.nn.BatchNorm1d(10)
    model.device = torch.device("cpu")
    return model


@in_sandbox
def drawn_curves():
    """Return the contents of two files that save_curves writes: for a made-up log, and for one with half the losses."""
    import tempfile
    from pathlib import Path

    from train_mlp_pytorch import save_curves

    log = {"loss": [2.5, 2.0, 1.5, 1.0, 0.8, 0.7], "train_accuracy": [0.4, 0.7, 0.9], "val_accuracy": [0.5, 0.6, 0.8]}
    log["learning_rate"] = [0.1, 0.1, 0.01]
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
    return train(hidden_dims=[32], lr=0.1, use_batch_norm=False, batch_size=32, epochs=EPOCHS, seed=1, data_dir=folder)


@number("7.1")
@weight(0.4)
def test_confusion_matrix_has_targets_as_rows():
    """confusion_matrix: some samples of each of ten classes, two of them predicted wrong"""
    predicted = [2, 1, 1, 0, 0, 1, 2, *range(3, 10)]
    scores = 0.25 * torch.ones(14, 10) + 0.5 * torch.eye(10)[predicted]
    targets = torch.tensor([2, 1, 2, 0, 0, 1, 0, *range(3, 10)])
    expected = torch.eye(10)
    expected[:3, :3] = torch.tensor([[2.0, 0.0, 1.0], [0.0, 2.0, 0.0], [0.0, 1.0, 1.0]])
    assert_close(confusion_matrix(scores, targets), expected, "confusion_matrix(scores, targets)")


@number("7.2")
@weight(0.2)
def test_accuracy_is_the_share_of_right_predictions():
    """confusion_matrix_to_metrics: accuracy"""
    accuracy = entry(confusion_matrix_to_metrics(COUNTS), "accuracy", OF_METRICS)
    assert_close(accuracy, 45 / 53, "accuracy", rtol=1e-6)


@number("7.2")
@weight(0.2)
def test_precision_divides_by_what_was_predicted():
    """confusion_matrix_to_metrics: precision of each class"""
    precision = entry(confusion_matrix_to_metrics(COUNTS), "precision", OF_METRICS)
    assert_close(precision, [7 / 8, 4 / 6, 6 / 11] + 7 * [1.0], "precision", rtol=1e-6)


@number("7.2")
@weight(0.2)
def test_recall_divides_by_what_was_there():
    """confusion_matrix_to_metrics: recall of each class"""
    recall = entry(confusion_matrix_to_metrics(COUNTS), "recall", OF_METRICS)
    assert_close(recall, [7 / 9, 4 / 8, 6 / 8] + 7 * [1.0], "recall", rtol=1e-6)


@number("7.2")
@weight(0.2)
def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    """confusion_matrix_to_metrics: f1_beta for β = 1"""
    f1_beta = entry(confusion_matrix_to_metrics(COUNTS), "f1_beta", OF_METRICS)
    assert_close(f1_beta, [14 / 17, 4 / 7, 12 / 19] + 7 * [1.0], "f1_beta", rtol=1e-6)


@number("7.3")
@weight(0.3)
def test_evaluate_model_counts_every_sample_once():
    """evaluate_model: accuracy where the last batch is smaller"""
    rows = np.eye(10, dtype=np.float32)
    batches = [(rows[[3, 1, 9, 0]], np.array([3, 1, 9, 0])), (rows[[5]], np.array([9]))]
    accuracy = entry(evaluate_model(model_that_repeats_its_input(), batches), "accuracy", OF_EVALUATION)
    what = "accuracy of four right answers in the first batch, none of one in the last"
    assert_close(accuracy, 4 / 5, what, rtol=1e-6)


@number("7.3")
@weight(0.2)
def test_evaluate_model_asks_the_model_in_eval_mode():
    """evaluate_model: the scores are those of eval mode"""
    # Both samples are found to be of class 0. Were features normalised over the batch, none would be.
    x = np.zeros((2, 10), dtype=np.float32)
    x[:, :3] = [[5, 0, 1], [6, 2, 1]]
    for labels, expected in ((np.array([0, 0]), 1.0), (np.array([1, 2]), 0.0)):
        accuracy = entry(evaluate_model(model_with_batch_norm(), [(x, labels)]), "accuracy", OF_EVALUATION)
        assert_close(accuracy, expected, "accuracy of a model that finds two samples of class 0 in eval mode", rtol=1e-6)


@number("7.3")
@weight(0.2)
def test_evaluate_model_has_as_many_classes_as_it_is_told():
    """evaluate_model: num_classes = 4"""
    # Together a matrix that is its own transpose: whether rows are targets is the question of 7.1.
    batches = [(np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 0, 1]], np.array([0, 1, 2, 3, 1, 0]))]
    metrics = evaluate_model(model_that_repeats_its_input(), batches, num_classes=4)
    for name in ("precision", "recall"):
        values = entry(metrics, name, OF_EVALUATION)
        assert_close(values, [0.5, 0.5, 1.0, 1.0], f"{name} of six samples of four classes, num_classes = 4,", rtol=1e-6)


@number("7.4")
@weight(0.2)
def test_learning_rate_follows_its_schedule():
    """learning_rate: constant, step and cosine over six, seven and eight epochs"""
    halves = 0.1 * (1 + np.cos(np.pi * np.arange(8) / 8))
    for schedule, expected in (
        ("constant", [0.2] * 8),
        ("step", [0.2] * 4 + [0.02] * 2 + [0.002] * 2),
        ("step", [0.2] * 3 + [0.02] * 2 + [0.002]),
        ("step", [0.2] * 4 + [0.02] * 2 + [0.002]),
        ("cosine", list(halves)),
    ):
        epochs = len(expected)
        rates = [float(learning_rate(schedule, 0.2, epoch, epochs)) for epoch in range(epochs)]
        assert_close(rates, expected, f"the learning rates of schedule {schedule!r} over {epochs} epochs", rtol=1e-6)


@number("7.4")
@weight(0.2)
def test_learning_rate_warms_up_before_it_goes_down():
    """learning_rate: warm-up over one, four, five, eight and eleven epochs"""
    for lr, epochs, n in ((0.1, 1, 1), (0.2, 4, 1), (0.3, 5, 1), (0.2, 8, 2), (1.0, 11, 3)):
        rates = [float(learning_rate("warmup", lr, epoch, epochs)) for epoch in range(epochs)]
        what = f"the learning rates of schedule 'warmup' over {epochs} epochs"
        assert_close(rates[:n], list(lr * np.arange(1, n + 1) / n), f"{what}, on the way up", rtol=1e-6)
        later = np.arange(epochs - n)
        # Whether the cosine is right is the question of another test: here it only has to begin when the warm-up ends.
        own = [float(learning_rate("cosine", lr, epoch, epochs - n)) for epoch in range(epochs - n)]
        if rates[n:] != own:
            expected = lr * (1 + np.cos(np.pi * later / max(epochs - n, 1))) / 2
            assert_close(rates[n:], list(expected), f"{what}, on the way down", rtol=1e-6)


@number("7.5")
@weight(0.2)
def test_train_returns_model_accuracies_and_log(trained, digits):
    """train: what it returns"""
    assert_four_values(trained)
    accuracy = float(part_of_training(trained, "test_accuracy"))
    assert_finite(accuracy, "test_accuracy")
    # Whether it is a fraction is the question of 7.2.
    assert accuracy not in (0, 1), f"test_accuracy is {accuracy:g}; a trained model has some images right, some wrong"
    batches = (len(digits.train) // 32, -(-len(digits.train) // 32))
    assert_log(trained, ("train_accuracy", "val_accuracy", "learning_rate"), batches)


@number("7.5")
@weight(0.2)
def test_train_looks_at_the_validation_split_after_every_epoch(trained):
    """train: one validation accuracy per epoch"""
    accuracies = [float(accuracy) for accuracy in part_of_training(trained, "val_accuracies")]
    assert len(accuracies) == EPOCHS, f"val_accuracies has {len(accuracies)} entries after {EPOCHS} epochs"
    assert all(0 <= accuracy <= 1 for accuracy in accuracies), f"val_accuracies has other numbers than fractions: {accuracies}"
    assert any(0 < accuracy < 1 for accuracy in accuracies), f"val_accuracies has no fraction between 0 and 1: {accuracies}"


@number("7.5")
@weight(0.4)
def test_training_lowers_the_loss(trained, digits):
    """train: the loss of the returned model on the training split"""
    scores = answers(part_of_training(trained, "model"), digits.train.x).double()
    loss = float(cross_entropy(scores, torch.from_numpy(digits.train.y)))
    assert loss < 1.0, (
        f"the mean loss on the training split is {loss:.3f}, expected less than 1; guessing has 2.303, a trained one about 0.2"
    )


@number("7.6")
@weight(0.4)
def test_save_curves_draws_a_figure():
    """save_curves: an image file that shows the losses"""
    figure, other = drawn_curves()
    assert figure[:8] == b"\x89PNG\r\n\x1a\n", "save_curves has not written a PNG file"
    assert figure != other, "save_curves draws the same figure for other losses: it shows nothing of them"
