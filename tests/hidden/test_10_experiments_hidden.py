"""Part 10, experiments: what may go wrong with files and runs, and what makes a figure readable."""

import numpy as np
import torch
from experiments import (
    cached,
    confusion_matrix_figure,
    first_layer_figure,
    learning_rate_sweep,
    misclassified,
    network_sizes,
    parameters_per_layer,
    schedules_figure,
    sweep_accuracy_figure,
    sweep_loss_figure,
    training_curves_figure,
    validation_curves_figure,
)
from figure_cases import (
    SIZES,
    epochs_from_0_or_1,
    made_up_training,
    own_pyplot,
    size_results,
    sweep_outcomes,
    sweep_results,
)
from gradescope_utils.autograder_utils.decorators import number, weight
from training_cases import data_of_the_flags

from autograder.compare import assert_close, assert_same
from autograder.figures import (
    assert_cell_values,
    assert_curve,
    assert_image,
    assert_labelled,
    assert_legend,
    assert_no_curve,
    assert_tick_labels,
    axis_label,
    curves,
    images,
    legend_texts,
    level_of_zero,
)
from autograder.standins import in_sandbox

__all__ = ["data_of_the_flags", "own_pyplot"]  # fixtures

DAMAGED = ["", '{"settings": {"epochs"', "[1, 2]", '"text"', "null", "{}", "\x00\ufffd"]


@in_sandbox
def requests(file_name, all_settings, damage=None):
    """Ask `cached` for a new number with each of these settings; return the answers.

    Args:
        damage: list of what is written into the file before each request but the first.
    """
    import tempfile
    from pathlib import Path

    answers = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, file_name)
        for i, settings in enumerate(all_settings):
            if i and damage:
                path.write_text(damage[i - 1], encoding="utf-8")
            answers.append(cached(str(path), settings, lambda i=i: [i, i + 0.5]))
    return answers


@in_sandbox
def file_before_and_after_failures():
    """Return what is in a file of `cached`, and what is in it after two runs with other settings have failed."""
    import contextlib
    import tempfile
    from pathlib import Path

    def interrupted():
        raise KeyboardInterrupt

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.json")
        cached(path, {"epochs": 1}, lambda: ["first"])
        before = path.read_bytes()
        for epochs, compute in ((2, interrupted), (3, lambda: [1.0, {2.0}])):  # a set is nothing that JSON has
            with contextlib.suppress(KeyboardInterrupt, TypeError):
                cached(path, {"epochs": epochs}, compute)
        return before, path.read_bytes() if path.exists() else b""


@in_sandbox
def training_with_other_numbers():
    """Return a training function whose numbers are NumPy scalars, arrays and tensors."""
    import numpy as np

    def train(hidden_dims, lr, use_batch_norm, batch_size, epochs, seed, data_dir, device="auto", schedule="constant"):
        accuracies, losses = [np.float32(0.25), torch.tensor(0.75), 0.5], np.float32([2.0, 1.5])
        return None, accuracies, 0.5, {"loss": losses, "train_accuracy": accuracies, "val_accuracy": accuracies}

    return train


@in_sandbox
def as_json(results):
    """Return what the json module writes."""
    import json

    return json.dumps(results)


@in_sandbox
def model_with_blocks():
    """Return a network with a layer that has parameters of its own and another layer inside."""
    nn = torch.nn

    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(7))
            self.inner = nn.Linear(5, 7, bias=False)

    model = nn.Module()
    model.block = Scaled()
    model.rest = nn.Sequential(nn.BatchNorm1d(7), nn.ReLU(), nn.Linear(7, 3))
    return model


# 10.2 The numbers of a sweep and their file


@number("10.2")
@weight(0.25)
def test_other_settings_are_computed_again():
    """cached: other settings, as many other numbers, call compute"""
    settings = [{"epochs": 3, "rates": [0.1, 1.0]}, {"epochs": 4, "rates": [0.1, 1.0]}, {"epochs": 4, "rates": [0.1, 2.0]}]
    for i, answer in enumerate(requests("run.json", settings)):
        assert_close(answer, [i, i + 0.5], "the result, after a run with other settings,")


@number("10.2")
@weight(0.25)
def test_a_damaged_file_is_computed_again():
    """cached: an empty file, half a file, JSON of something else"""
    answers = requests("run.json", [{"epochs": 3}] * (1 + len(DAMAGED)), DAMAGED)
    for i, answer in enumerate(answers):
        assert_close(answer, [i, i + 0.5], "the result, with a damaged file,")


@number("10.2")
@weight(0.25)
def test_a_failed_run_leaves_the_file_as_it_was():
    """cached: interrupted, or with a result that cannot be written"""
    before, after = file_before_and_after_failures()
    assert before == after, "after a run that failed, the file of the run before it is lost or damaged"


@number("10.2")
@weight(0.25)
def test_a_run_that_diverges_does_not_end_the_sweep(rng):
    """learning_rate_sweep: losses that are NaN or infinite"""
    outcomes = sweep_outcomes(rng, rates=[0.1, 100.0, 1.0])
    outcomes[1]["loss"] = [2.5, 1e30, float("inf"), float("nan"), float("nan")]
    flags = {"hidden_dims": [16], "use_batch_norm": False, "batch_size": 32, "epochs": 4, "seed": 7, "data_dir": "data/"}
    results = learning_rate_sweep(made_up_training(outcomes), [0.1, 100.0, 1.0], **flags)
    assert len(results["loss"]) == 3, f"the sweep has losses of {len(results['loss'])} runs, expected 3"
    assert np.isnan(float(results["loss"][1][-1])), "the last loss of a run that diverges is NaN, and not kept as that"


@number("10.2")
@weight(0.25)
def test_a_sweep_passes_its_flags_and_returns_plain_numbers(rng):
    """learning_rate_sweep: flags reach train, and the json module can write the result"""
    flags = {"hidden_dims": [24, 8], "use_batch_norm": True, "batch_size": 50, "epochs": 4, "seed": 3, "data_dir": "images/"}
    train = made_up_training(sweep_outcomes(rng, rates=[0.5, 0.2]))
    learning_rate_sweep(train, [0.5, 0.2], **flags)
    calls = list(train.calls)
    assert len(calls) == 2, f"train was called {len(calls)} times for two learning rates"
    for call in calls:
        wrong = [name for name, value in flags.items() if call[name] != value]
        assert not wrong, f"train was called with another {' and '.join(wrong)} than the sweep was given"
    as_json(learning_rate_sweep(training_with_other_numbers(), list(np.float32([0.5, 0.2])), **flags))


# 10.3 to 10.5 Curves


@number("10.3")
@weight(0.25)
def test_each_call_makes_a_figure_of_its_own(rng):
    """sweep_accuracy_figure, sweep_loss_figure: called twice with other numbers"""
    results = [sweep_results(rng) for _ in range(2)]
    accuracies, losses = ([each["val_accuracy"] for each in results], [each["loss"][0] for each in results])
    for draw, numbers in ((sweep_accuracy_figure, accuracies), (sweep_loss_figure, losses)):
        first, second = (draw(each) for each in results)
        assert curves(first), "the figure shows no line and no points"
        assert_no_curve(second, numbers[0], "the numbers of an earlier call")
        assert_no_curve(first, numbers[1], "the numbers of a later call")


@number("10.4")
@weight(0.25)
def test_the_axes_of_the_schedules_have_labels():
    """schedules_figure: labels of the axes"""
    assert_labelled(schedules_figure(0.1, 10), "schedules_figure")


@number("10.4")
@weight(0.25)
def test_the_schedules_have_a_legend():
    """schedules_figure: a legend that names each schedule"""
    assert_legend(schedules_figure(0.1, 10), ["constant", "step", "cosine", "warmup"], "schedules_figure")


@number("10.5")
@weight(0.25)
def test_network_sizes_pass_their_flags_and_return_plain_numbers(rng):
    """network_sizes: flags reach train, and the json module can write the result"""
    flags = {"lr": 0.3, "batch_size": 50, "epochs": 4, "seed": 3, "data_dir": "images/"}
    train = made_up_training(sweep_outcomes(rng, rates=[0.3]))
    network_sizes(train, SIZES, **flags)
    calls = list(train.calls)
    assert calls, "network_sizes did not call train"
    for call in calls:
        wrong = [name for name, value in flags.items() if call[name] != value]
        assert not wrong, f"train was called with another {' and '.join(wrong)} than network_sizes was given"
    as_json(network_sizes(training_with_other_numbers(), [[4], [4, 3]], **flags))


@number("10.5")
@weight(0.25)
def test_the_training_figure_shows_the_training_accuracy(rng):
    """training_curves_figure: a line for each network"""
    results = size_results(rng)
    figure = training_curves_figure(results)
    for name, accuracies in results.items():
        assert_no_curve(figure, accuracies["val_accuracy"], f"the validation accuracy of network {name}")
        # Which label belongs to it is the question of the validation figure.
        assert_curve(figure, accuracies["train_accuracy"], x=epochs_from_0_or_1(7), what=f"the training accuracy of {name}")


@number("10.5")
@weight(0.25)
def test_the_network_figures_have_labels_and_a_legend(rng):
    """validation_curves_figure, training_curves_figure: labels of the axes, a legend"""
    six = size_results(rng)
    for results in (six, {"128": six["128"]}):
        for figure in (validation_curves_figure(results), training_curves_figure(results)):
            assert_labelled(figure)
            assert legend_texts(figure), "the figure has no legend"


# 10.6 to 10.9 Inside a network


@number("10.6")
@weight(0.25)
def test_the_classes_stand_at_rows_and_columns(rng):
    """confusion_matrix_figure: tick labels"""
    names = ["cat", "dog", "owl", "ant"]
    figure = confusion_matrix_figure(rng.permutation(16).reshape(4, 4).tolist(), names)
    assert images(figure), "the figure shows no image"
    for axis in ("x", "y"):
        assert_tick_labels(images(figure)[0], axis, names)


@number("10.6")
@weight(0.25)
def test_the_confusion_matrix_says_what_it_shows(rng):
    """confusion_matrix_figure: labels of the axes; numbers in the cells or a colour bar"""
    counts = rng.permutation(16).reshape(4, 4)
    figure = confusion_matrix_figure(counts.tolist(), ["cat", "dog", "owl", "ant"])
    assert images(figure), "the figure shows no image"
    image = images(figure)[0]
    for axis, words in (("x", ("predicted",)), ("y", ("target", "true"))):
        label = axis_label(image.axes, axis)
        asked = " or ".join(f'"{word}"' for word in words)
        assert any(word in label.lower() for word in words), (
            f'the {axis} axis has the label "{label}", without the word {asked}'
        )
    assert_cell_values(image, image.values)


@number("10.7")
@weight(0.25)
def test_misclassified_returns_mistakes_only(rng):
    """misclassified: fewer mistakes than asked for, and none"""
    probabilities = rng.dirichlet([1.0] * 3, size=12)
    targets = probabilities.argmax(axis=1)
    assert len(misclassified(probabilities, targets, 4)) == 0, "without any mistake, misclassified returns some"
    wrong = [2, 7, 10]
    targets[wrong] = (targets[wrong] + 1) % 3
    found = sorted(int(place) for place in misclassified(probabilities, targets, 8))
    assert_same(found, [2, 7, 10], "what misclassified finds, with three mistakes for n = 8,")


@number("10.8")
@weight(0.25)
def test_weights_of_zero_are_in_the_middle_of_the_colours(rng):
    """first_layer_figure: the colour scale, for grey values and for colours"""
    weights = rng.normal(size=(6, 48)) + 0.5
    weights[2, 5], weights[5, 0] = -5.0, 9.0  # the largest of those shown is negative
    for shape in ((6, 8), (3, 4, 4)):
        figure = first_layer_figure(weights, shape, 4)
        for row in weights[:4]:
            pixels = row.reshape(shape)
            pixels = np.moveaxis(pixels, 0, -1) if len(shape) == 3 else pixels
            image = assert_image(figure, pixels, f"a row as an image of shape {shape}", scaled=True)
            level = level_of_zero(image, pixels)
            assert abs(level - 0.5) < 0.01, f"weights of 0 lie at {level:.2f} of the colour scale, expected 0.5, the middle"
            if pixels.min() == -5:
                end = image.level(image.values.flat[pixels.argmin()])
                assert min(abs(end), abs(end - 1)) < 0.01, f"the largest weight lies at {end:.2f} of the scale, expected 0 or 1"


@number("10.9")
@weight(0.25)
def test_the_total_counts_every_parameter_once():
    """parameters_per_layer: layers inside of layers, and the total"""
    counts = [(name, int(count)) for name, count in parameters_per_layer(model_with_blocks())]
    assert counts, "the list is empty"
    assert counts[-1] == ("total", 7 + 35 + 14 + 24), f"the last pair is {counts[-1]}, which is not the total"
    assert [name for name, _ in counts[:-1]] == ["block", "block.inner", "rest.0", "rest.2"], (
        "the names are not those asked for"
    )
