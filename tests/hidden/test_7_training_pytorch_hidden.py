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
from best_epoch import assert_best_model, learnt_and_unlearnt
from data import Batches
from graded_data import check_accuracy, graded_data, share_of_points, shared_without_test_labels
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight
from metric_checks import ABSENT, NEITHER, NEVER_PREDICTED, assert_undefined_last, counts_and_f_beta
from mlp_pytorch import MLP
from returned import OF_METRICS, entry, part_of_training
from torch_cases import answers, is_close, linear_layers, share_right
from train_mlp_pytorch import confusion_matrix, confusion_matrix_to_metrics, evaluate_model, learning_rate, train
from training_cases import data_of_the_flags, digits, digits_file, real_digits, without_test_labels
from training_steps import after_epochs, are_close, mistakes, parameters_of, share_outside

from autograder.background import background, write_files
from autograder.compare import assert_close
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "digits"]  # fixtures

ONE_SAMPLE = 1 / 300  # of the validation or the test split of the digits

SMALL = {"hidden_dims": [16], "lr": 0.1, "use_batch_norm": False, "batch_size": 64, "epochs": 2, "seed": 5}


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
    """What train returns where the first epochs are the best by far on the validation split, and the last on the test split."""
    sandbox_dir(without_test_labels(digits), "data")
    folder = sandbox_dir(digits_file((digits.train.x, digits.train.y), contrary_labels, (digits.val.x, digits.val.y)))
    flags = {"hidden_dims": [32], "lr": 0.02, "use_batch_norm": False, "batch_size": 64, "epochs": 6, "seed": 3}
    return train(**flags, data_dir=folder)


@pytest.fixture(scope="module")
def best_in_between(digits, sandbox_dir):
    """What train returns where the best epoch is neither the first nor the last."""
    training, val = learnt_and_unlearnt(digits)
    flags = {"hidden_dims": [32], "lr": 0.2, "use_batch_norm": False, "batch_size": 60, "epochs": 20, "seed": 3}
    return train(**flags, data_dir=sandbox_dir(digits_file(training, val, val)))


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
        assert_close(entry(metrics, name, OF_METRICS), [1.0], f"{name} of a single class")


@number("7.2")
@weight(0.2)
def test_f_beta_weighs_recall_by_beta(rng):
    """confusion_matrix_to_metrics: f1_beta for β = 0.1, 1 and 10, as scikit-learn has it"""
    counts, f_beta = counts_and_f_beta(rng, (0.1, 1.0, 10.0))
    for beta, expected in f_beta.items():
        values = entry(confusion_matrix_to_metrics(torch.from_numpy(counts), beta=beta), "f1_beta", OF_METRICS)
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
    """evaluate_model: precision and recall over three batches"""
    # Together a matrix that is its own transpose, and no answer comes twice in a batch: how samples are counted, and
    # whether rows are targets, is the question of 7.1.
    rows = np.eye(10, dtype=np.float32)
    batches = [
        (rows[[0, 1, 2, 3, 4, 5, 6]], np.array([0, 0, 2, 3, 4, 5, 6])),
        (rows[[0, 1, 0, 7, 8, 9]], np.array([0, 1, 1, 7, 8, 9])),
        (rows[[0, 3]], np.array([0, 3])),
    ]
    metrics = evaluate_model(model_that_watches(), batches)
    for name in ("precision", "recall"):
        values = entry(metrics, name, "the result of evaluate_model")
        assert_close(values, [3 / 4, 1 / 2] + 8 * [1.0], f"{name} over three batches", rtol=1e-6)


@number("7.3")
@weight(0.2)
def test_evaluate_model_leaves_the_mode_as_it_was():
    """evaluate_model: training mode stays training mode, eval mode stays eval mode"""
    batches = [(np.eye(10, dtype=np.float32), np.arange(10))]
    for mode, training in (("training", True), ("eval", False)):
        model = model_that_watches()
        model.train(training)
        evaluate_model(model, batches)
        assert list(model.graphs), "evaluate_model does not ask the model"
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
    model = part_of_training(trained, "model")
    for x, y in Batches(withheld, 500):
        scores = answers(model, x)
        assert torch.isfinite(scores).all(), "training has diverged: the returned model answers NaN or infinity"
        right += int((scores.numpy().argmax(axis=1) == y).sum())
    accuracy = right / len(withheld)
    set_score(round(1.0 * share_of_points(accuracy, limits), 2))
    check_accuracy(accuracy, limits)


@number("7.5")
@weight(0.2)
def test_first_loss_is_that_of_guessing(trained):
    """train: the loss of the first batch, as logged, is near ln C"""
    losses = entry(part_of_training(trained, "logging_dict"), "loss", "logging_dict")
    graph = getattr(losses[0], "requires_grad", False)
    assert not graph, 'logging_dict["loss"] keeps the graph of each batch in memory: append loss.item()'
    first = float(losses[0])
    # Scores of variance 1 add a half to ln C.
    assert abs(first - math.log(10) - 0.5) < 1, f'the first entry of the log\'s "loss" is {first:.3f}; ln 10 is 2.303'


@number("7.5")
@weight(0.2)
def test_returned_model_is_in_eval_mode(best_at_first):
    """train: the returned model is ready to be used"""
    assert part_of_training(best_at_first, "model").training is False, "the returned model is in training mode"


@number("7.5")
@weight(0.2)
def test_claimed_test_accuracy_is_that_of_the_returned_model(best_at_first, digits):
    """train: test_accuracy is what the returned model reaches on the test split"""
    ours = share_right(part_of_training(best_at_first, "model"), digits.val.x, digits.val.y)
    claimed = float(part_of_training(best_at_first, "test_accuracy"))
    what = "test_accuracy, compared with what the returned model reaches on the test split,"
    assert_close(claimed, ours, what, rtol=0, atol=0.02)  # how exact it is is the question of 7.2 and 7.3


@number("7.5")
@weight(0.6)
def test_returned_model_is_the_best_on_the_validation_split(best_at_first, best_in_between, contrary_labels, digits):
    """train: the model of the best epoch is returned, not that of the last"""
    for trained, (x, y) in ((best_at_first, contrary_labels), (best_in_between, learnt_and_unlearnt(digits)[1])):
        ours = share_right(part_of_training(trained, "model"), x, y)
        accuracies = [float(accuracy) for accuracy in part_of_training(trained, "val_accuracies")]
        assert accuracies, "val_accuracies is empty"
        assert_best_model(accuracies, ours, tolerance=ONE_SAMPLE / 2)


@number("7.5")
@weight(0.2)
def test_seed_decides_the_result(digits, sandbox_dir):
    """train: the same seed gives the same model, another seed another one"""
    folder = sandbox_dir(without_test_labels(digits))
    models = (model_of(**{**SMALL, "seed": seed}, data_dir=folder) for seed in (5, 5, 6))
    first, again, other = (answers(model, digits.val.x) for model in models)
    assert_close(again, first, "the scores of a second model with the same seed")
    assert not is_close(other, first.double()), "another seed gave the same model"


@number("7.5")
@weight(0.2)
def test_hidden_dims_make_the_network(digits, sandbox_dir):
    """train: hidden_dims = [24, 20]"""
    folder = sandbox_dir(without_test_labels(digits))
    model = model_of(**{**SMALL, "hidden_dims": [24, 20], "epochs": 1}, data_dir=folder)
    linear_layers(model, [digits.n_inputs, 24, 20, 10])


@number("7.5")
@weight(0.2)
def test_use_batch_norm_makes_the_network(digits, sandbox_dir):
    """train: use_batch_norm reaches the MLP"""
    folder = sandbox_dir(without_test_labels(digits))
    for use_batch_norm in (False, True):
        flags = {**SMALL, "use_batch_norm": use_batch_norm}
        model = model_of(**flags, data_dir=folder)
        # What an MLP makes of the flag is the question of 5.3. Names may differ: DataParallel puts "module." before each.
        expected = MLP(digits.n_inputs, SMALL["hidden_dims"], 10, use_batch_norm)
        found, wanted = ([tuple(values.shape) for _, values in each.named_parameters()] for each in (model, expected))
        assert found == wanted, (
            f"with use_batch_norm = {use_batch_norm} the returned model has parameters of shapes {found}, expected {wanted}"
        )


@number("7.5")
@weight(0.2)
def test_training_shuffles_the_samples(digits, contrary_labels, sandbox_dir):
    """train: the order of the training samples does not matter"""
    # The last third of the samples is labelled wrong. In shuffled batches the majority wins; without, who comes last.
    labels = digits.train.y.copy()
    labels[800:] = (labels[800:] + 1) % 10
    val = (digits.val.x, digits.val.y)
    folder = sandbox_dir(digits_file((digits.train.x, labels), val, val))
    model = model_of(**{**SMALL, "hidden_dims": [32], "batch_size": 16, "epochs": 3}, data_dir=folder)
    misled = share_right(model, *contrary_labels)
    assert misled < 0.5, f"trained on samples of which the last third is mislabelled, the model repeats that on {misled:.1%}"


@number("7.5")
@weight(0.2)
def test_every_epoch_trains_in_training_mode(digits, sandbox_dir):
    """train: after an evaluation the model goes back to training mode"""
    folder = sandbox_dir(without_test_labels(digits))
    batch_size = len(digits.train) // 3  # no batch is smaller than others, which some leave out
    flags = {**SMALL, "use_batch_norm": True, "batch_size": batch_size, "epochs": 3, "data_dir": folder}
    found = forwards_in_training_mode(flags)
    assert found >= 9, (
        f"of nine steps in three epochs, {found} were in training mode: after an evaluation in eval mode, call model.train()"
    )


@number("7.5")
@weight(0.2)
def test_each_epoch_has_the_learning_rate_of_its_schedule(digits, sandbox_dir):
    """train: the steps of each epoch, with schedule = "warmup" """
    # All six samples are the same one, so that each step is known, whichever of them are in its batch. With this schedule
    # the first epoch shows already which rate it has, and whichever epoch is the best one may be returned.
    epochs, lr = 6, 0.05
    rates = [float(learning_rate("warmup", lr, i, epochs)) for i in range(epochs)]  # are they right? See 7.4.
    assert len(set(rates)) > 1, 'learning_rate gives all epochs the same rate, with schedule = "warmup"'
    x, y = digits.train.x[[7] * 6], digits.train.y[[7] * 6]
    others = (digits.val.x[:4], digits.val.y[:4])
    folder = sandbox_dir(digits_file((x, y), others, others))
    flags = {**SMALL, "hidden_dims": [6], "batch_size": 3, "epochs": epochs, "data_dir": folder}
    start, end = (parameters_of(model_of(**{**flags, "lr": each}, schedule="warmup"), digits.n_inputs) for each in (0.0, lr))

    def may_be(steps, **changes):
        """Whether the end is that of one, two or more epochs of two steps with these rates."""
        states = after_epochs(start, x, y, [[([0, 1, 2], rate) for rate in pair] for pair in steps], **changes)
        return any(are_close(end, state) for state in states)

    right, later = [[rate, rate] for rate in rates], [*rates[1:], rates[-1]]
    # Whether the steps are those of gradient descent is the question of another test.
    if may_be(right) or any(may_be(right, **changes) for changes in mistakes().values()):
        return
    wrong = {
        "the first epoch has the rate of the second one, and so on: take the rate of this epoch before scheduler.step()": [
            [rate, rate] for rate in later
        ],
        "the second epoch has the rate of the first one, and so on": [[rate, rate] for rate in [rates[0], *rates[:-1]]],
        "the first epoch has the rate of the last one, and so on backwards": [[rate, rate] for rate in rates[::-1]],
        "all epochs have the rate lr": [[lr, lr]] * epochs,
        "the rate changes from step to step, not from epoch to epoch": [
            [(rates + rates[-1:] * epochs)[2 * epoch + step] for step in (0, 1)] for epoch in range(epochs)
        ],
    }
    for mistake, steps in wrong.items():
        assert not may_be(steps), f'with schedule = "warmup" {mistake}'
    constant = parameters_of(model_of(**{**flags, "lr": lr}, schedule="constant"), digits.n_inputs)
    assert not are_close(end, constant), 'schedule = "warmup" gives the same model as schedule = "constant"'


@number("7.5")
@weight(0.4)
def test_a_step_follows_the_gradient_of_the_mean_loss(digits, sandbox_dir):
    """train: one epoch of four samples in two batches, parameter by parameter"""
    chosen = [np.flatnonzero(digits.train.y == label)[place] for label, place in ((0, 0), (3, 0), (3, 1), (8, 0))]
    splits = {"training": (digits.train.x[chosen], digits.train.y[chosen])}
    splits |= {
        name: (digits.val.x[rows], digits.val.y[rows]) for name, rows in (("validation", slice(4)), ("test", slice(4, 8)))
    }
    x, y = splits["training"]
    flags = {**SMALL, "hidden_dims": [6], "batch_size": 2, "epochs": 1, "data_dir": sandbox_dir(digits_file(*splits.values()))}
    # With a learning rate of zero, train returns what the same seed starts from.
    start, end = (parameters_of(model_of(**{**flags, "lr": lr}), digits.n_inputs) for lr in (0.0, 0.5))

    def may_be(**changes):
        """Whether this is the end; the four samples can be put in two batches in six ways."""
        pairs = (list(pair) for pair in combinations(range(4), 2))
        orders = ([(pair, 0.5), ([i for i in range(4) if i not in pair], 0.5)] for pair in pairs)
        return any(are_close(end, after_epochs(start, x, y, [order], **changes)[0]) for order in orders)

    if may_be():
        return
    for mistake, changes in mistakes().items():
        assert not may_be(**changes), f"the steps are those of a training {mistake}"
    change = end[0][0] - start[0][0]
    for name in ("validation", "test"):
        assert not (share_outside(change, x) > 0.01 > share_outside(change, x, splits[name][0])), (
            f"the steps go along the gradients of images of the {name} split, too: train on the training split alone"
        )
    raise AssertionError("the steps are not those of gradient descent on the mean cross-entropy of each batch")


@number("7.5")
@weight(0.2)
def test_scores_that_lie_far_apart_give_a_step(digits, sandbox_dir):
    """train: a step where the softmax of the scores is exactly 0 for all classes but one"""
    # Pixels that are black in nearly all images are white in this one: standardised, they are numbers of thousands. It comes
    # once with each label.
    pixels = np.rint(digits.train.mean)
    pixels[np.argsort(digits.train.deviation)[:4]] = 255
    x = np.repeat((pixels - digits.train.mean)[None] / digits.train.deviation, 10, axis=0)
    folder = sandbox_dir(digits_file((x, np.arange(10)), (x, np.arange(10)), (x, np.arange(10))))
    flags = {**SMALL, "batch_size": 10, "data_dir": folder}
    start, end = (parameters_of(model_of(**{**flags, "lr": lr}), digits.n_inputs) for lr in (0.0, 0.1))
    where = "after steps from scores that lie far apart, the parameters are"
    advice = "take the cross-entropy from the scores, by nn.CrossEntropyLoss or log_softmax, not by the log of a softmax"
    for W, _ in end:
        assert torch.isfinite(W).all(), f"{where} NaN or infinite: {advice}"
    assert not are_close(end, start), f"{where} what they were before: {advice}"


def model_of(**flags):
    """Return the model that train returns."""
    return part_of_training(train(**flags), "model")
