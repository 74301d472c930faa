"""Part 10, experiments: numbers of runs that are made up, and figures of numbers that are given."""

import numpy as np
import torch
from experiments import (
    cached,
    confusion_matrix_figure,
    first_layer_figure,
    learning_rate_sweep,
    learning_rates,
    misclassified,
    misclassified_figure,
    network_sizes,
    parameters_per_layer,
    schedules_figure,
    sweep_accuracy_figure,
    sweep_loss_figure,
    validation_curves_figure,
)
from figure_cases import (
    RATES,
    SIZES,
    epochs_from_0_or_1,
    made_up_training,
    own_pyplot,
    size_results,
    sweep_outcomes,
    sweep_results,
)
from gradescope_utils.autograder_utils.decorators import number, weight
from train_mlp_pytorch import learning_rate
from training_cases import data_of_the_flags

from autograder.compare import assert_close, assert_same
from autograder.figures import (
    assert_curve,
    assert_curves,
    assert_image,
    assert_labelled,
    assert_legend,
    assert_scale,
    curves,
    images,
    numbers_in,
    title,
)
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "own_pyplot"]  # fixtures

FLAGS = {"hidden_dims": [16], "use_batch_norm": False, "batch_size": 32, "epochs": 4, "seed": 7, "data_dir": "data/"}


@in_sandbox
def two_requests(settings, result):
    """Ask `cached` twice for a result; return both answers, and how often it was computed."""
    import tempfile
    from pathlib import Path

    calls = []

    def compute():
        calls.append(1)
        return result

    with tempfile.TemporaryDirectory() as folder:
        answers = [cached(Path(folder, "numbers", "run.json"), settings, compute) for _ in range(2)]
    return answers[0], answers[1], len(calls)


@in_sandbox
def model_with_two_layers():
    """Return a network 20 → 40 → 10 with batch norm."""
    nn = torch.nn
    return nn.Sequential(nn.Linear(20, 40), nn.BatchNorm1d(40), nn.ReLU(), nn.Linear(40, 10))


# 10.1 and 10.2 The numbers of a sweep


@number("10.1")
@weight(0.5)
def test_learning_rates_are_nine_powers_of_ten():
    """learning_rates: from 0.000001 to 100"""
    rates = [float(rate) for rate in learning_rates()]
    assert len(rates) == 9, f"learning_rates returns {len(rates)} numbers, expected 9"
    assert_close(np.log10(rates), np.arange(-6.0, 3.0), "log10 of the learning rates", atol=1e-6)


@number("10.2")
@weight(0.25)
def test_sweep_takes_the_best_accuracy_of_each_run(rng):
    """learning_rate_sweep: the best validation accuracy for each learning rate"""
    outcomes = sweep_outcomes(rng)
    best = [max(outcome["val_accuracy"]) for outcome in outcomes]
    results = learning_rate_sweep(made_up_training(outcomes), RATES, **FLAGS)
    assert_close(results["rates"], RATES, 'results["rates"]')
    assert_close(results["val_accuracy"], best, 'results["val_accuracy"]')


@number("10.2")
@weight(0.25)
def test_sweep_keeps_all_losses_of_each_run(rng):
    """learning_rate_sweep: all training losses for each learning rate"""
    outcomes = sweep_outcomes(rng)
    results = learning_rate_sweep(made_up_training(outcomes), RATES, **FLAGS)
    for i, outcome in enumerate(outcomes):
        assert_close(results["loss"][i], outcome["loss"], f'results["loss"][{i}], of the learning rate {RATES[i]:g}')


@number("10.2")
@weight(0.25)
def test_the_same_numbers_are_computed_once():
    """cached: a second call with the same settings reads the file"""
    settings = {"rates": [0.1, 1.0], "epochs": 3, "use_batch_norm": False, "data_set": "digits"}
    first, second, calls = two_requests(settings, {"loss": [[1.5, 0.25], [2.0, float("nan")]], "name": "run"})
    assert calls == 1, f"compute was called {calls} times in two calls with the same settings, expected once"
    for answer in (first, second):
        assert_same(answer["name"], "run", 'result["name"]')
        assert_close(answer["loss"], [[1.5, 0.25], [2.0, np.nan]], 'result["loss"]')


# 10.3 to 10.5 Curves


@number("10.3")
@weight(0.5)
def test_the_accuracy_figure_shows_the_accuracies(rng):
    """sweep_accuracy_figure: the accuracy over the learning rate"""
    results = sweep_results(rng)
    figure = sweep_accuracy_figure(results)
    assert_curve(figure, results["val_accuracy"], x=RATES, what="the best accuracy of each learning rate")


@number("10.3")
@weight(0.25)
def test_the_learning_rates_have_a_logarithmic_axis(rng):
    """sweep_accuracy_figure: the scale of the x axis"""
    shown = curves(sweep_accuracy_figure(sweep_results(rng)))
    assert shown, "the figure shows no line and no points"
    axes = next((curve.axes for curve in shown if curve.axes.get_xscale() == "log"), shown[0].axes)
    assert_scale(axes, "x", "log", "on a linear one, learning rates from 1e-6 to 1e2 cannot be told apart")


@number("10.3")
@weight(0.5)
def test_the_loss_figure_has_a_line_for_each_learning_rate(rng):
    """sweep_loss_figure: a line for each learning rate, labelled with it"""
    results = sweep_results(rng)
    assert_curves(sweep_loss_figure(results), dict(zip(RATES, results["loss"], strict=True)), what="learning rate")


@number("10.3")
@weight(0.25)
def test_the_axes_of_the_sweep_have_labels(rng):
    """sweep_accuracy_figure, sweep_loss_figure: labels of the axes"""
    results = sweep_results(rng)
    assert_labelled(sweep_accuracy_figure(results), "sweep_accuracy_figure")
    assert_labelled(sweep_loss_figure(results), "sweep_loss_figure")


@number("10.3")
@weight(0.25)
def test_the_losses_of_the_sweep_have_a_legend(rng):
    """sweep_loss_figure: a legend that names each learning rate"""
    assert_legend(sweep_loss_figure(sweep_results(rng)), RATES, "sweep_loss_figure")


@number("10.4")
@weight(0.5)
def test_the_schedules_figure_has_a_line_for_each_schedule():
    """schedules_figure: the learning rate in each epoch, a line for each schedule"""
    figure = schedules_figure(0.3, 7)
    # Whether these numbers are right is the question of 7.4.
    expected = {
        schedule: [float(learning_rate(schedule, 0.3, epoch, 7)) for epoch in range(7)]
        for schedule in ("constant", "step", "cosine", "warmup")
    }
    assert_curves(figure, expected, x=epochs_from_0_or_1(7), what="schedule")


@number("10.5")
@weight(0.5)
def test_network_sizes_are_compared_with_and_without_batch_norm(rng):
    """network_sizes: names and accuracies of six networks"""
    outcomes, expected = [], size_results(rng)
    for name, accuracies in expected.items():
        numbers = [int(part) for part in name.split(", ") if part.isdigit()]
        where = {"hidden_dims": numbers, "use_batch_norm": "batch norm" in name}
        outcomes.append({"where": where, **accuracies, "loss": [1.0, 0.5]})
    flags = {"lr": 0.1, "batch_size": 32, "epochs": 7, "seed": 7, "data_dir": "data/"}
    results = network_sizes(made_up_training(outcomes), SIZES, **flags)
    assert sorted(results) == sorted(expected), f"the networks are called {sorted(results)}, expected {sorted(expected)}"
    for name, accuracies in expected.items():
        for split, values in accuracies.items():
            assert_close(results[name][split], values, f'results["{name}"]["{split}"]')


@number("10.5")
@weight(0.25)
def test_the_validation_figure_has_a_line_for_each_network(rng):
    """validation_curves_figure: a line for each network, labelled with its name"""
    results = size_results(rng)
    expected = {name: accuracies["val_accuracy"] for name, accuracies in results.items()}
    assert_curves(validation_curves_figure(results), expected, x=epochs_from_0_or_1(7), what="network")


# 10.6 to 10.9 Inside a network


@number("10.6")
@weight(0.5)
def test_the_confusion_matrix_is_shown_with_targets_as_rows(rng):
    """confusion_matrix_figure: the colours show the counts"""
    counts = rng.permutation(16).reshape(4, 4)
    assert_image(confusion_matrix_figure(counts.tolist(), ["cat", "dog", "owl", "ant"]), counts, "the counts")


@number("10.7")
@weight(0.25)
def test_misclassified_finds_the_most_confident_mistakes(rng):
    """misclassified: places of mistakes, most confident first"""
    probabilities = rng.dirichlet([0.5] * 4, size=40)
    targets = rng.integers(4, size=40)
    mistakes = [i for i in range(40) if probabilities[i].argmax() != targets[i]]
    mistakes.sort(key=lambda i: -probabilities[i].max())
    assert_same(misclassified(probabilities, targets, 6), np.array(mistakes[:6]), "misclassified(probabilities, targets, 6)")


@number("10.7")
@weight(0.25)
def test_the_misclassified_images_are_shown(rng):
    """misclassified_figure: grey images, also digits, whose values end at 16, and images in colour"""
    grey, colour = rng.integers(256, size=(5, 6, 4)), rng.integers(256, size=(3, 3, 4, 5))
    figure = misclassified_figure(grey, [1, 2, 3, 4, 5], [6, 7, 8, 9, 0])
    for i in range(5):
        assert_image(figure, grey[i], f"grey image {i}", scaled=True)
    figure = misclassified_figure(colour, [1, 2, 3], [6, 7, 8])
    for i in range(3):
        assert_image(figure, np.moveaxis(colour[i], 0, -1), f"colour image {i}", scaled=True)
    digits = rng.integers(17, size=(2, 8, 8))
    figure = misclassified_figure(digits, [1, 2], [6, 7])
    for i in range(2):
        image = assert_image(figure, digits[i], f"image {i}, of grey values from 0 to 16,", scaled=True)
        dark, light = sorted(image.level(value) for value in (image.values.min(), image.values.max()))
        assert light - dark > 0.5, (
            f"grey values from 0 to 16, those of the digits, are shown in {light - dark:.0%} of the grey scale and can hardly "
            "be told apart: take the ends of the scale, vmin and vmax, from the images"
        )


@number("10.7")
@weight(0.25)
def test_titles_name_the_prediction_and_the_target(rng):
    """misclassified_figure: titles"""
    pixels, predicted, targets = rng.integers(256, size=(4, 5, 5)), [3, 8, 1, 0], [5, 6, 7, 2]
    figure = misclassified_figure(pixels, predicted, targets)
    for i in range(4):
        text = title(assert_image(figure, pixels[i], "one of the images", scaled=True).axes)
        found = numbers_in(text)
        assert len(found) >= 2, f"the title {text!r} does not name two classes"
        assert found[:2] != [targets[i], predicted[i]], f"the title {text!r} names the target first, expected the prediction"
        assert found[:2] == [predicted[i], targets[i]], f"the title {text!r} is not that of this image"


@number("10.8")
@weight(0.25)
def test_rows_of_the_first_layer_are_shown_as_images(rng):
    """first_layer_figure: five of eight rows, images of 3 × 4 pixels"""
    weights = rng.normal(size=(8, 12))
    figure = first_layer_figure(weights, (3, 4), 5)
    for i in range(5):
        assert_image(figure, weights[i].reshape(3, 4), f"row {i}", scaled=True)
    assert len(images(figure)) == 5, f"the figure has {len(images(figure))} images, expected 5"


@number("10.9")
@weight(0.25)
def test_parameters_of_linear_layers_and_batch_norm_are_counted():
    """parameters_per_layer: 20 → 40 with batch norm → 10"""
    counts = dict(pair for pair in parameters_per_layer(model_with_two_layers()) if pair[0] != "total")
    expected = {"0": 20 * 40 + 40, "1": 2 * 40, "3": 40 * 10 + 10}
    assert counts == expected, f"the layers and their numbers of parameters are {counts}, expected {expected}"
