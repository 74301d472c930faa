"""Part 7, metrics and training in PyTorch: rare cases, single steps, and a model whose accuracy is worked out here.

The submission trains on files that do not hold the labels of the real test images; what it says of itself is compared with
what its model does.
"""

import math
from functools import partial
from itertools import combinations

import numpy as np
import pytest
import torch
from data import Batches
from graded_data import check_accuracy, graded_data, share_of_points, shared_without_test_labels
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from metric_checks import ABSENT, NEITHER, NEVER_PREDICTED, assert_undefined_last, counts_and_f_beta
from mlp_pytorch import MLP
from torch.nn.functional import cross_entropy, softmax
from torch_cases import answers, is_close, linear_layers, scores_of, share_right
from train_mlp_pytorch import confusion_matrix, confusion_matrix_to_metrics, evaluate_model, learning_rate, train
from training_cases import data_of_the_flags, digits, digits_file, real_digits, without_test_labels

from autograder.background import background, write_files
from autograder.compare import assert_close
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "digits"]  # fixtures

ONE_SAMPLE = 1 / 300  # of the validation or the test split of the digits

SMALL = {"hidden_dims": [16], "lr": 0.1, "use_batch_norm": False, "batch_size": 64, "epochs": 2, "seed": 5}

# What goes wrong in a training step, as arguments of after_one_epoch.
WRONG_STEPS = {
    "in which the gradients of earlier batches are still there": {"zero_grad": False},
    "whose loss is the sum over the batch": {"loss": partial(cross_entropy, reduction="sum")},
    "with a softmax before the cross-entropy": {"loss": lambda scores, y: cross_entropy(softmax(scores, dim=1), y)},
    "with momentum 0.9": {"make_optimizer": partial(torch.optim.SGD, momentum=0.9)},
    "of Adam": {"make_optimizer": torch.optim.Adam},
}


@in_sandbox
def model_that_watches():
    """Return a model that repeats its input and notes in `graphs`, for each call, whether autograd keeps a graph."""
    from torch import nn

    class Watcher(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(()))
            self.graphs = []

        @property
        def device(self):
            return self.scale.device

        def forward(self, x):
            scores = self.scale * x
            self.graphs.append(scores.requires_grad)
            return scores

    return Watcher()


@in_sandbox
def forwards_in_training_mode(arguments):
    """Return how often train(**arguments) asks an MLP in training mode."""
    from mlp_pytorch import MLP
    from train_mlp_pytorch import train

    count = 0
    forward = MLP.forward

    def counted(self, *args, **kwargs):
        nonlocal count
        count += self.training
        return forward(self, *args, **kwargs)

    MLP.forward = counted
    try:
        train(**arguments)
    finally:
        MLP.forward = forward
    return count


@background(seconds=180, needs=("5.1", "5.3"))
def default_training(settings):
    """Training the PyTorch MLP with the default flags"""
    write_files(without_test_labels(real_digits()), "data")  # for a submission that trains while it is imported
    folder = shared_without_test_labels(settings)
    flags = {"hidden_dims": [128], "lr": 0.1, "use_batch_norm": False, "batch_size": 128, "epochs": 10, "seed": 42}
    return partial(train, **flags, data_dir=folder)


@pytest.fixture(scope="module")
def trained():
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
    flags = {"hidden_dims": [32], "lr": 0.02, "use_batch_norm": False, "batch_size": 64, "epochs": 6, "seed": 3}
    return train(**flags, data_dir=folder)


# 7.1 to 7.4 Metrics, evaluation and schedules


@number("7.1")
@weight(0.2)
def test_confusion_matrix_has_a_row_for_classes_that_do_not_occur():
    """confusion_matrix: five classes, of which two occur"""
    counts = confusion_matrix(torch.eye(5)[[1, 2]], torch.tensor([1, 2]))
    assert_close(counts, np.diag([0.0, 1.0, 1.0, 0.0, 0.0]), "confusion_matrix(scores, targets)")


@number("7.1")
@weight(0.1)
def test_a_single_class_has_a_matrix_and_metrics():
    """confusion_matrix and confusion_matrix_to_metrics: one class"""
    counts = confusion_matrix(torch.full((1, 1), 0.5), torch.zeros(1, dtype=torch.int64))
    assert_close(counts, [[1.0]], "confusion_matrix of a sample of the only class")
    metrics = confusion_matrix_to_metrics(torch.tensor([[1]]))
    for name in ("precision", "recall", "f1_beta"):
        assert_close(metrics[name], [1.0], f"{name} of a single class")


@number("7.2")
@weight(0.2)
def test_f_beta_weighs_recall_by_beta(rng):
    """confusion_matrix_to_metrics: f1_beta for β = 0.1, 1 and 10, as scikit-learn has it"""
    counts, f_beta = counts_and_f_beta(rng, (0.1, 1.0, 10.0))
    for beta, expected in f_beta.items():
        values = confusion_matrix_to_metrics(torch.from_numpy(counts), beta=beta)["f1_beta"]
        assert_close(values, expected, f"f1_beta for beta = {beta}", rtol=1e-5)


@number("7.2")
@weight(0.1)
def test_metrics_of_a_class_that_is_never_predicted():
    """confusion_matrix_to_metrics: a class that is never predicted"""
    metrics = confusion_matrix_to_metrics(torch.from_numpy(NEVER_PREDICTED))
    assert_undefined_last(metrics, ("precision", "f1_beta"), "never predicted")


@number("7.2")
@weight(0.1)
def test_metrics_of_a_class_without_samples():
    """confusion_matrix_to_metrics: a class of which there is no sample, predicted or not"""
    for counts, what in ((ABSENT, "without samples"), (NEITHER, "without samples that is never predicted")):
        metrics = confusion_matrix_to_metrics(torch.from_numpy(counts))
        assert_undefined_last(metrics, ("recall", "f1_beta"), what)


@number("7.3")
@weight(0.2)
def test_evaluate_model_gives_metrics_of_all_batches_together():
    """evaluate_model: precision and recall over three batches, four classes"""
    # Together a matrix that is its own transpose, and no answer comes twice in a batch: how samples are counted, and
    # whether rows are targets, is the question of 7.1.
    rows = np.eye(4, dtype=np.float32)
    batches = [
        (rows[[0, 1, 2, 3]], np.array([0, 0, 2, 3])),
        (rows[[0, 1, 0]], np.array([0, 1, 1])),
        (rows[[0, 3]], np.array([0, 3])),
    ]
    metrics = evaluate_model(model_that_watches(), batches, num_classes=4)
    for name in ("precision", "recall"):
        assert_close(metrics[name], [3 / 4, 1 / 2, 1.0, 1.0], f"{name} over three batches", rtol=1e-6)


@number("7.3")
@weight(0.2)
def test_evaluate_model_leaves_the_mode_as_it_was():
    """evaluate_model: training mode stays training mode, eval mode stays eval mode"""
    batches = [(np.eye(10, dtype=np.float32), np.arange(10))]
    for mode, training in (("training", True), ("eval", False)):
        model = model_that_watches()
        model.train(training)
        evaluate_model(model, batches)
        assert len(list(model.graphs)) == 1, "evaluate_model does not ask the model once for each batch"
        assert model.training is training, f"a model that was in {mode} mode is in the other one afterwards"


@number("7.3")
@weight(0.2)
def test_evaluate_model_keeps_no_graph():
    """evaluate_model: autograd records nothing"""
    model = model_that_watches()
    evaluate_model(model, [(np.eye(10, dtype=np.float32), np.arange(10))])
    assert list(model.graphs) == [False], "the scores of the model require gradients: each batch keeps its graph in memory"


@number("7.4")
@weight(0.2)
def test_an_unknown_schedule_is_refused():
    """learning_rate: a name that no schedule has"""
    assert_close(float(learning_rate("constant", 0.1, 0, 10)), 0.1, "the learning rate of schedule 'constant'", rtol=1e-6)
    with pytest.raises(ValueError):
        learning_rate("linear", 0.1, 0, 10)


# 7.5 Training


@number("7.5")
@partial_credit(1)
def test_accuracy_on_withheld_images(trained, withheld, settings, set_score=None):
    """train with the default flags: accuracy on withheld images; points from the floor, all of them from the target"""
    limits, right = settings["training"]["pytorch"], 0
    for x, y in Batches(withheld, 500):
        scores = answers(trained[0], x)
        assert torch.isfinite(scores).all(), "training has diverged: the returned model answers NaN or infinity"
        right += int((scores.numpy().argmax(axis=1) == y).sum())
    accuracy = right / len(withheld)
    set_score(round(1.0 * share_of_points(accuracy, limits), 2))
    check_accuracy(accuracy, limits)


@number("7.5")
@weight(0.2)
def test_first_loss_is_that_of_guessing(trained):
    """train: the loss of the first batch, as logged, is near ln C"""
    first = float(trained[3]["loss"][0])
    # Scores of variance 1 add a half to ln C.
    assert abs(first - math.log(10) - 0.5) < 1, f'the first entry of the log\'s "loss" is {first:.3f}; ln 10 is 2.303'


@number("7.5")
@weight(0.4)
def test_returned_model_is_in_eval_mode(best_at_first):
    """train: the returned model is ready to be used"""
    assert best_at_first[0].training is False, "the returned model is in training mode"


@number("7.5")
@weight(0.2)
def test_claimed_test_accuracy_is_that_of_the_returned_model(best_at_first, contrary_labels):
    """train: test_accuracy is what the returned model reaches on the test split"""
    ours = share_right(best_at_first[0], *contrary_labels)
    assert_close(float(best_at_first[2]), ours, "test_accuracy", rtol=0, atol=ONE_SAMPLE / 2)


@number("7.5")
@weight(0.6)
def test_returned_model_is_the_best_on_the_validation_split(best_at_first, contrary_labels):
    """train: the model of the best epoch is returned, not that of the last"""
    best = max(float(accuracy) for accuracy in best_at_first[1])
    ours = share_right(best_at_first[0], *contrary_labels)
    assert_close(ours, best, "the validation accuracy of the returned model", rtol=0, atol=ONE_SAMPLE / 2)


@number("7.5")
@weight(0.2)
def test_seed_decides_the_result(digits, sandbox_dir):
    """train: the same seed gives the same model, another seed another one"""
    folder = sandbox_dir(without_test_labels(digits))
    first, again, other = (answers(train(**{**SMALL, "seed": seed}, data_dir=folder)[0], digits.val.x) for seed in (5, 5, 6))
    assert_close(again, first, "the scores of a second model with the same seed")
    assert not is_close(other, first.double()), "another seed gave the same model"


@number("7.5")
@weight(0.2)
def test_hidden_dims_make_the_network(digits, sandbox_dir):
    """train: hidden_dims = [24, 20]"""
    folder = sandbox_dir(without_test_labels(digits))
    model = train(**{**SMALL, "hidden_dims": [24, 20], "epochs": 1}, data_dir=folder)[0]
    linear_layers(model, [digits.n_inputs, 24, 20, 10])


@number("7.5")
@weight(0.2)
def test_use_batch_norm_makes_the_network(digits, sandbox_dir):
    """train: use_batch_norm reaches the MLP"""
    folder = sandbox_dir(without_test_labels(digits))
    for use_batch_norm in (False, True):
        flags = {**SMALL, "use_batch_norm": use_batch_norm}
        model = train(**flags, data_dir=folder)[0]
        # What an MLP makes of the flag is the question of 5.3.
        expected = MLP(digits.n_inputs, SMALL["hidden_dims"], 10, use_batch_norm)
        found, wanted = ([name for name, _ in each.named_parameters()] for each in (model, expected))
        assert found == wanted, f"with use_batch_norm = {use_batch_norm} the parameters are {found}, expected {wanted}"


@number("7.5")
@weight(0.2)
def test_training_shuffles_the_samples(digits, contrary_labels, sandbox_dir):
    """train: the order of the training samples does not matter"""
    # The last third of the samples is labelled wrong. In shuffled batches the majority wins; without, who comes last.
    labels = digits.train.y.copy()
    labels[800:] = (labels[800:] + 1) % 10
    val = (digits.val.x, digits.val.y)
    folder = sandbox_dir(digits_file((digits.train.x, labels), val, val))
    model = train(**{**SMALL, "hidden_dims": [32], "batch_size": 16, "epochs": 3}, data_dir=folder)[0]
    misled = share_right(model, *contrary_labels)
    assert misled < 0.5, f"trained on samples of which the last third is mislabelled, the model repeats that on {misled:.1%}"


@number("7.5")
@weight(0.2)
def test_every_epoch_trains_in_training_mode(digits, sandbox_dir):
    """train: after an evaluation the model goes back to training mode"""
    folder = sandbox_dir(without_test_labels(digits))
    flags = {**SMALL, "use_batch_norm": True, "batch_size": 300, "epochs": 3, "data_dir": folder}
    steps = 3 * math.ceil(len(digits.train) / 300)
    found = forwards_in_training_mode(flags)
    assert found >= steps, f"of {steps} steps in three epochs, {found} were in training mode"


@number("7.5")
@weight(0.2)
def test_schedule_changes_the_training(digits, sandbox_dir):
    """train: with schedule = "step" the second of two epochs makes smaller steps"""
    folder = sandbox_dir(without_test_labels(digits))
    constant, step = (answers(train(**SMALL, schedule=name, data_dir=folder)[0], digits.val.x) for name in ("constant", "step"))
    assert not is_close(step, constant.double()), 'schedule = "step" gives the same model as schedule = "constant"'


@number("7.5")
@weight(0.4)
def test_a_step_follows_the_gradient_of_the_mean_loss(digits, sandbox_dir):
    """train: one epoch of four samples in two batches, parameter by parameter"""
    chosen = [np.flatnonzero(digits.train.y == label)[place] for label, place in ((0, 0), (3, 0), (3, 1), (8, 0))]
    val = (digits.val.x, digits.val.y)
    x, y = digits.train.x[chosen], digits.train.y[chosen]
    widths = [digits.n_inputs, 6, 10]
    flags = {**SMALL, "hidden_dims": [6], "batch_size": 2, "epochs": 1, "data_dir": sandbox_dir(digits_file((x, y), val, val))}
    # With a learning rate of zero, train returns what the same seed starts from.
    start, end = (parameters_of(train(**{**flags, "lr": lr})[0], widths) for lr in (0.0, 0.5))

    def ends(**changes):
        """All that may come out: the four samples can be put in two batches in six ways."""
        for first in combinations(range(4), 2):
            batches = [list(first), [i for i in range(4) if i not in first]]
            yield after_one_epoch(start, x, y, batches, lr=0.5, **changes)

    if not any(is_close(end, expected) for expected in ends()):
        for mistake, changes in WRONG_STEPS.items():
            assert not any(is_close(end, wrong) for wrong in ends(**changes)), f"the steps are those of a training {mistake}"
        raise AssertionError("the steps are not those of gradient descent on the mean cross-entropy of each batch")


def parameters_of(model, widths):
    """Return weights and biases of the linear layers in a row of numbers, float64."""
    layers = linear_layers(model, widths)
    return torch.cat([value.detach().double().flatten() for layer in layers for value in (layer.weight, layer.bias)])


def after_one_epoch(start, x, y, batches, lr, loss=cross_entropy, make_optimizer=torch.optim.SGD, zero_grad=True):
    """Return what parameters_of gives after a step for each batch, a list of rows of x, (S, M), and y, (S,)."""
    M, C = x.shape[1], 10
    N = (len(start) - C) // (M + 1 + C)
    sizes = [(N, M), (N,), (C, N), (C,)]
    parts = torch.split(start, [math.prod(size) for size in sizes])
    W1, b1, W2, b2 = leaves = [part.reshape(size).clone().requires_grad_() for part, size in zip(parts, sizes, strict=True)]
    optimizer = make_optimizer(leaves, lr=lr)
    for batch in batches:
        if zero_grad:
            optimizer.zero_grad()
        loss(scores_of([(W1, b1), (W2, b2)], torch.from_numpy(x[batch])), torch.from_numpy(y[batch])).backward()
        optimizer.step()
    return torch.cat([leaf.detach().flatten() for leaf in leaves])
