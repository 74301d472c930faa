"""Part 6, the optimizer search: numbers of runs that are made up, and figures of numbers that are given."""

from itertools import product

import numpy as np
from experiments import best_run, combinations_of, curves_figure, search, search_figure
from figure_cases import GRID, OPTIMIZERS, RATES, STEPS, best_of, made_up_log, made_up_runs, made_up_training, own_pyplot
from gradescope_utils.autograder_utils.decorators import number, weight
from training_cases import data_of_the_flags

from autograder.compare import assert_close, assert_same
from autograder.figures import assert_curve, assert_curves

__all__ = ["data_of_the_flags", "own_pyplot"]  # fixtures


@number("6.1")
@weight(0.5)
def test_all_combinations_come_once_and_in_order():
    """combinations_of: two lists, the last name fastest"""
    found = combinations_of({"optimizer": ["SGD", "Adam"], "learning_rate": [0.1, 0.2, 0.3]})
    expected = [{"optimizer": name, "learning_rate": rate} for name in ("SGD", "Adam") for rate in (0.1, 0.2, 0.3)]
    assert_same(len(found), 6, "the number of combinations of two and three values")
    for i, (combination, wanted) in enumerate(zip(found, expected, strict=True)):
        for name, value in wanted.items():
            assert_same(combination[name], value, f'combinations_of(...)[{i}]["{name}"]')


@number("6.2")
@weight(1)
def test_search_trains_once_with_each_combination(rng):
    """search: the arguments of each run"""
    train = made_up_training([made_up_log(rng) for _ in range(18)])
    search(train, GRID, max_steps=400, data_dir="data/")
    expected = list(product(*GRID.values()))
    calls = [dict(call) for call in train.calls]
    assert_same(len(calls), 18, "the number of runs for three optimizers, three learning rates and two networks")
    for i, (call, wanted) in enumerate(zip(calls, expected, strict=True)):
        flags = dict(zip(GRID, wanted, strict=True)) | {"max_steps": 400, "data_dir": "data/"}
        for name, value in flags.items():
            assert name in call, f"run {i} is made without {name}"
            assert_same(call[name], value, f"{name} of run {i}")


@number("6.2")
@weight(1)
def test_search_keeps_the_best_validation_accuracy_of_each_run(rng):
    """search: val_accuracy and settings of each run"""
    logs = [made_up_log(rng) for _ in range(18)]
    runs = search(made_up_training(logs), GRID, max_steps=400)
    assert_same(len(runs), 18, "the number of dicts for 18 runs")
    for i, (run, log, wanted) in enumerate(zip(runs, logs, product(*GRID.values()), strict=True)):
        assert_close(run["val_accuracy"], max(log["val_accuracy"]), f'runs[{i}]["val_accuracy"]')
        for name, value in zip(GRID, wanted, strict=True):
            assert_same(run[name], value, f'runs[{i}]["{name}"]')


@number("6.3")
@weight(1)
def test_the_best_run_is_the_best_on_the_validation_split(rng):
    """best_run: by validation accuracy, not by test accuracy"""
    runs = made_up_runs(rng)
    best = int(np.argmax([run["val_accuracy"] for run in runs]))
    runs[(best + 4) % 18]["test_accuracy"] = 1.5
    found = best_run(runs)
    assert_close(found["val_accuracy"], runs[best]["val_accuracy"], 'best_run(runs)["val_accuracy"]')
    assert_same(found["optimizer"], runs[best]["optimizer"], 'best_run(runs)["optimizer"]')


@number("6.4")
@weight(1.5)
def test_the_search_figure_has_a_line_for_each_optimizer(rng):
    """search_figure: the best validation accuracy of each optimizer at each learning rate"""
    runs = made_up_runs(rng)
    expected = {optimizer: best_of(runs, optimizer) for optimizer in OPTIMIZERS}
    assert_curves(search_figure(runs), expected, x=RATES, what="optimizer")


@number("6.5")
@weight(1.5)
def test_the_curves_show_losses_and_accuracies(rng):
    """curves_figure: two losses and two accuracies over the steps"""
    log = made_up_log(rng)
    figure = curves_figure(log)
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        assert_curve(figure, log[name], x=STEPS, what=f'log["{name}"]')
