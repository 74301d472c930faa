"""Part 6, the optimizer search: what else runs may come to, and what makes a figure readable."""

import json

import numpy as np
from experiments import best_run, combinations_of, curves_figure, search, search_figure
from figure_cases import GRID, OPTIMIZERS, RATES, STEPS, best_of, made_up_log, made_up_runs, made_up_training, own_pyplot
from gradescope_utils.autograder_utils.decorators import number, weight
from training_cases import data_of_the_flags

from autograder.compare import assert_close, assert_same
from autograder.figures import assert_curve, assert_labelled, assert_legend, assert_no_curve, assert_scale
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "own_pyplot"]  # fixtures


@in_sandbox
def as_json(logs, grid):
    """Return what json.dumps makes of a search, and why it cannot where it cannot; losses are NumPy's numbers here."""

    def train(**flags):
        log = logs[len(calls)]
        calls.append(flags)
        return object(), {name: [np.float64(number) for number in numbers] for name, numbers in log.items()}

    calls = []
    runs = search(train, grid)
    try:
        return json.dumps(runs)
    except TypeError as error:
        return f"cannot: {error}"


@number("6.1")
@weight(0.5)
def test_combinations_of_one_and_of_three_lists():
    """combinations_of: any names, and as many as there are"""
    assert_same([run["a"] for run in combinations_of({"a": [3, 1, 2]})], [3, 1, 2], 'the values of "a"')
    found = combinations_of({"a": [1, 2], "b": ["x"], "c": [True, False]})
    expected = [(1, "x", True), (1, "x", False), (2, "x", True), (2, "x", False)]
    assert_same([(run["a"], run["b"], run["c"]) for run in found], expected, "the values of three names")


@number("6.2")
@weight(1)
def test_test_accuracy_is_that_of_the_best_look(rng):
    """search: test_accuracy where the validation accuracy is best, not the best or the last one"""
    logs = [made_up_log(rng) for _ in range(18)]
    logs[3]["val_accuracy"][1:3] = [0.96, 0.96]  # the first of the two counts
    for i, (run, log) in enumerate(zip(search(made_up_training(logs), GRID), logs, strict=True)):
        best = int(np.argmax(log["val_accuracy"]))
        assert_close(run["test_accuracy"], log["test_accuracy"][best], f'runs[{i}]["test_accuracy"]')


@number("6.2")
@weight(0.5)
def test_runs_can_be_kept_in_a_json_file(rng):
    """search: json.dumps of what it returns, where the log has NumPy's numbers"""
    logs, grid = [made_up_log(rng) for _ in range(2)], {"optimizer": ["SGD", "Adam"]}
    text = as_json(logs, grid)
    assert not text.startswith("cannot"), f"json.dumps of the runs fails; {text}"
    runs = json.loads(text)
    assert_same([run["optimizer"] for run in runs], ["SGD", "Adam"], "the optimizers in the file")
    assert_close([run["val_accuracy"] for run in runs], [max(log["val_accuracy"]) for log in logs], "val_accuracy in the file")


@number("6.3")
@weight(0.5)
def test_the_first_of_equal_runs_is_the_best(rng):
    """best_run: two runs with the same validation accuracy"""
    runs = made_up_runs(rng)
    runs[5]["val_accuracy"] = runs[11]["val_accuracy"] = 0.999
    assert_close(best_run(runs)["test_accuracy"], runs[5]["test_accuracy"], 'best_run(runs)["test_accuracy"]')


@number("6.4")
@weight(0.5)
def test_learning_rates_are_on_a_logarithmic_axis(rng):
    """search_figure: the scale of the x axis"""
    runs = made_up_runs(rng)
    axes = assert_curve(search_figure(runs), best_of(runs, "Adam"), what="the best accuracies of Adam")
    assert_scale(axes, "x", "log", "learning rates from 0.0002 to 0.02 cannot be told apart on a linear one")


@number("6.4")
@weight(0.5)
def test_the_search_figure_has_labels_and_a_legend(rng):
    """search_figure: labels of both axes, and a legend that names each optimizer"""
    runs = made_up_runs(rng)
    figure = search_figure(runs)
    assert_curve(figure, best_of(runs, "SGD"), what="the best accuracies of SGD")
    assert_labelled(figure, "search_figure")
    assert_legend(figure, OPTIMIZERS, "search_figure")


@number("6.4")
@weight(0.5)
def test_the_search_figure_shows_what_there_is(rng):
    """search_figure: two optimizers, one of them with a single learning rate, in the last run or in the first"""
    runs = [run for run in made_up_runs(rng) if run["optimizer"] == "SGD"]
    lonely = {"optimizer": "RMSprop", "learning_rate": RATES[1], "val_accuracy": 0.321, "test_accuracy": 0.5}
    for figure in (search_figure([*runs, lonely]), search_figure([lonely, *runs])):
        assert_curve(figure, best_of(runs, "SGD"), x=RATES, label="SGD", what="the best accuracies of SGD")
        assert_curve(figure, [0.321], x=[RATES[1]], label="RMSprop", what="the best accuracies of RMSprop")


@number("6.5")
@weight(0.5)
def test_losses_and_accuracies_have_axes_of_their_own(rng):
    """curves_figure: two axes, the losses in one and the accuracies in the other"""
    log = made_up_log(rng)
    figure = curves_figure(log)
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    places = [assert_curve(figure, log[name], what=f'log["{name}"]') for name in names]
    assert places[0] is places[1], "the two losses are in different axes"
    assert places[2] is places[3], "the two accuracies are in different axes"
    assert places[0] is not places[2], "losses and accuracies are in the same axes, but their scales differ"


@number("6.5")
@weight(0.5)
def test_the_curves_have_labels_and_legends(rng):
    """curves_figure: labels of all axes; train and test are told apart"""
    log = made_up_log(rng)
    figure = curves_figure(log)
    for quantity in ("loss", "accuracy"):
        for split in ("train", "test"):
            axes = assert_curve(figure, log[f"{split}_{quantity}"], label=split, what=f'log["{split}_{quantity}"]')
        assert_legend(axes, ["train", "test"], f"the {quantity}")
    assert_labelled(figure, "curves_figure")


@number("6.5")
@weight(0.5)
def test_every_call_makes_a_new_figure(rng):
    """curves_figure and search_figure: nothing of an earlier call is in the next figure"""
    logs, runs = [made_up_log(rng) for _ in range(2)], [made_up_runs(rng) for _ in range(2)]
    curves_figure(logs[0])
    search_figure(runs[0])
    second, third = curves_figure(logs[1]), search_figure(runs[1])
    assert_curve(second, logs[1]["test_loss"], x=STEPS, what='log["test_loss"]')
    assert_no_curve(second, logs[0]["test_loss"], "the numbers of an earlier call")
    assert_curve(third, best_of(runs[1], "SGD"), x=RATES, what="the best accuracies of SGD")
    assert_no_curve(third, best_of(runs[0], "SGD"), "the numbers of an earlier call")
