"""Experiments with the PyTorch MLP: how fast to learn, how large the network, what it gets wrong, what it has learnt.

Numbers and figures are kept apart. What takes long returns plain numbers, which are kept in files, so that a figure can be
drawn again without training; what draws takes numbers and returns a matplotlib Figure that shows them. A figure is for its
caller to save: nothing here shows a window, and each call makes a new figure, whatever was drawn before.

Run `python experiments.py --help` for the flags; `python experiments.py --quick` takes a few seconds. Importing this file runs
nothing: what trains stays behind `if __name__ == "__main__"`.

Shapes: S samples, C classes, M inputs, N units of the first hidden layer, K images.
"""

import argparse
import json
import os
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
from data import Batches, load
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from torch import nn
from tqdm import tqdm
from train_mlp_pytorch import confusion_matrix, learning_rate, train

SCHEDULES = ("constant", "step", "cosine", "warmup")
SIZES = ([128], [256, 128], [512, 256, 128])


def learning_rates():
    """Return a list of nine learning rates, each ten times the one before, from 0.000001 to 100."""
    # BEGIN SOLUTION 10.1 powers of ten
    return [10.0**exponent for exponent in range(-6, 3)]
    # END SOLUTION


def cached(path, settings, compute):
    """Return what compute() gives for these settings, from the file `path` if that holds it.

    The file is JSON and holds settings and result. If its settings equal `settings`, compute is not called. If there is no
    file, if it has other settings, or if it is damaged (no JSON, or JSON of something else), compute is called and the file
    is written anew, with its folder where that is missing. A file is there as a whole or not at all: when compute fails or
    is interrupted, or its result cannot be written, an earlier file stays as it was.

    Args:
        path: of the file, a string or Path.
        settings: dict of all that the result depends on; strings, numbers, bools, None, lists and dicts of them.
        compute: function without arguments; its result is made of the same, NaN and infinity included.
    """
    # BEGIN SOLUTION 10.2 json.loads the file and compare; json.dumps everything before a file beside it, os.replace
    path = Path(path)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if known["settings"] == settings:
            return known["result"]
    except (OSError, ValueError, TypeError, KeyError):
        pass  # there is no such file, or it is none of ours
    result = compute()
    text = json.dumps({"settings": settings, "result": result})
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, path)
    return result
    # END SOLUTION


def learning_rate_sweep(train, rates, **flags):
    """Train once with each learning rate; return what figures show of it, a dict that the json module can write:

    "rates": list of the learning rates, floats, in the order given.
    "val_accuracy": list of the best validation accuracy of each run, floats.
    "loss": list of lists, all training losses of each run, floats.

    A run that diverges has losses that are NaN or infinite. They are kept as they are, and the next rate follows.

    Args:
        train: called as train(lr=rate, **flags); gives what train of train_mlp_pytorch.py does, numbers of any type.
        rates: learning rates.
        flags: its other arguments, the same for each rate.
    """
    # BEGIN SOLUTION 10.2 a loop over tqdm(rates); max of the accuracies, float of each number
    results = {"rates": [], "val_accuracy": [], "loss": []}
    for rate in tqdm(rates, unit="run"):
        _, val_accuracies, _, logging_dict = train(lr=rate, **flags)
        results["rates"].append(float(rate))
        results["val_accuracy"].append(max(float(accuracy) for accuracy in val_accuracies))
        results["loss"].append([float(loss) for loss in logging_dict["loss"]])
    return results
    # END SOLUTION


def sweep_accuracy_figure(results):
    """Return a Figure of the best validation accuracy, from 0 to 1 (y), over the learning rate, on a logarithmic axis (x).

    Both axes have labels. One line, or a point for each run, shows the numbers as they are.

    Args:
        results: dict of learning_rate_sweep.
    """
    # BEGIN SOLUTION 10.3 Figure(), subplots(), semilogx; then labels
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.semilogx(results["rates"], results["val_accuracy"], marker="o")
    axes.set(xlabel="learning rate", ylabel="best validation accuracy", ylim=(0, 1), xticks=results["rates"])
    axes.grid(alpha=0.3)
    return figure
    # END SOLUTION


def sweep_loss_figure(results):
    """Return a Figure of the training losses of each run (y) in the order in which they came (x).

    One line for each learning rate shows its losses as they are, neither smoothed nor thinned out; those that are NaN or
    infinite need not be drawn. A legend names the learning rate of each line, as in "0.001" or "lr = 1e-3". Both axes have
    labels.

    Args:
        results: dict of learning_rate_sweep.
    """
    # BEGIN SOLUTION 10.3 a plot with label= for each rate, then the legend; a logarithmic y axis shows small and large losses
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    colours = colormaps["viridis"](np.linspace(0, 0.95, len(results["rates"])))
    for rate, losses, colour in zip(results["rates"], results["loss"], colours, strict=True):
        axes.plot(range(1, len(losses) + 1), losses, color=colour, label=f"{rate:g}", linewidth=1)
    axes.set(xlabel="batch", ylabel="cross-entropy of the batch", yscale="log", ymargin=0)
    axes.set_ylim(top=min(1e3, axes.get_ylim()[1]))  # the lines of runs that diverge leave the picture
    axes.grid(alpha=0.3)
    figure.legend(title="learning rate", loc="outside right upper")
    return figure
    # END SOLUTION


def schedules_figure(lr, epochs):
    """Return a Figure of the learning rate (y) in each epoch (x) by each of SCHEDULES.

    One line for each schedule; a legend names them. Epochs count from 0 or from 1. Both axes have labels.

    Args:
        lr, epochs: of learning_rate.
    """
    # BEGIN SOLUTION 10.4 learning_rate(schedule, lr, epoch, epochs) for each epoch, a line for each schedule
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    for schedule, marker in zip(SCHEDULES, "osv^", strict=True):
        rates = [learning_rate(schedule, lr, epoch, epochs) for epoch in range(epochs)]
        axes.plot(range(1, epochs + 1), rates, marker=marker, markersize=4, label=schedule)
    axes.set(xlabel="epoch", ylabel="learning rate", ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend()
    return figure
    # END SOLUTION


def network_sizes(train, sizes, **flags):
    """Train each network without and with batch norm; return what figures show of it, a dict that the json module can write.

    Its keys name the networks: the numbers of hidden units, and batch norm where there is one, as in "256, 128" and
    "256, 128, batch norm". Each value is a dict of two lists of floats, "train_accuracy" and "val_accuracy", which hold the
    accuracy after each epoch.

    Args:
        train: called as train(hidden_dims=..., use_batch_norm=..., **flags); gives what train of train_mlp_pytorch.py does,
            numbers of any type.
        sizes: list of lists of the numbers of hidden units.
        flags: its other arguments, the same for each network.
    """
    # BEGIN SOLUTION 10.5 a loop over both, ", ".join for the names; accuracies of both kinds are in logging_dict
    networks = [(hidden_dims, use_batch_norm) for hidden_dims in sizes for use_batch_norm in (False, True)]
    results = {}
    for hidden_dims, use_batch_norm in tqdm(networks, unit="run"):
        *_, logging_dict = train(hidden_dims=hidden_dims, use_batch_norm=use_batch_norm, **flags)
        name = ", ".join([*map(str, hidden_dims), *(["batch norm"] if use_batch_norm else [])])
        results[name] = {
            split: [float(accuracy) for accuracy in logging_dict[split]] for split in ("train_accuracy", "val_accuracy")
        }
    return results
    # END SOLUTION


def accuracy_curves_figure(results, split, ylabel):
    """Return a Figure of an accuracy, from 0 to 1 (y), after each epoch (x), one line for each network.

    A legend has the names of the networks, the keys of `results`. Epochs count from 0 or from 1. Both axes have labels.

    Args:
        results: dict of network_sizes.
        split: which of its lists is shown, "train_accuracy" or "val_accuracy".
        ylabel: label of the y axis.
    """
    # BEGIN SOLUTION 10.5 like the losses of the sweep; lines of one colour for networks of one size are easy to compare
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    sizes = list(dict.fromkeys(name.removesuffix(", batch norm") for name in results))
    for name, accuracies in results.items():
        size = name.removesuffix(", batch norm")
        style = {"color": f"C{sizes.index(size)}", "linestyle": "-" if name == size else "--"}
        axes.plot(range(1, len(accuracies[split]) + 1), accuracies[split], label=name, **style)
    axes.set(xlabel="epoch", ylabel=ylabel)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(title="hidden units")
    return figure
    # END SOLUTION


def validation_curves_figure(results):
    """Return the Figure of the accuracy on the validation split; `results` is the dict of network_sizes."""
    return accuracy_curves_figure(results, "val_accuracy", "validation accuracy")


def training_curves_figure(results):
    """Return the Figure of the accuracy on the training split; `results` is the dict of network_sizes."""
    return accuracy_curves_figure(results, "train_accuracy", "training accuracy")


def confusion_matrix_figure(counts, class_names):
    """Return a Figure of a confusion matrix as an image, a row for each target and a column for each prediction.

    The colours show the counts as they are, and either a number in each cell or a colour bar says how many they stand for.
    Each row and each column has the name of its class as tick label; the x axis is labelled as that of the predictions,
    with the word "predicted", the y axis as that of the targets, with "target" or "true".

    Args:
        counts: integers (C, C), rows = target, an array or nested list.
        class_names: list of C strings.
    """
    # BEGIN SOLUTION 10.6 imshow, set_xticks and set_yticks with labels=, text in each cell
    counts = np.asarray(counts)
    figure = Figure(figsize=2 * [max(4.0, 0.45 * len(counts) + 1)], layout="constrained")
    axes = figure.subplots()
    axes.imshow(counts, cmap="Blues")
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if count > counts.max() / 2 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize="small")
    axes.set_xticks(range(len(counts)), labels=class_names)
    axes.set_yticks(range(len(counts)), labels=class_names)
    axes.set(xlabel="predicted class", ylabel="target class")
    return figure
    # END SOLUTION


def misclassified(probabilities, targets, n):
    """Return the places of at most n samples that are predicted wrongly, integers (n,), the most confident mistake first.

    The prediction is the class with the largest probability, and that probability is the confidence. Where there are fewer
    than n mistakes, all are returned.

    Args:
        probabilities: floats (S, C), a NumPy array.
        targets: labels, integers (S,), a NumPy array.
        n: how many are asked for.
    """
    # BEGIN SOLUTION 10.7 np.flatnonzero of the mistakes, np.argsort of their confidence
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != targets)
    confidence = probabilities[wrong].max(axis=1)
    return wrong[np.argsort(-confidence)[:n]]
    # END SOLUTION


def image_grid(n):
    """Return a Figure, and a list of n axes in it without ticks, in rows of up to eight."""
    columns = min(n, 8)
    rows = -(-n // columns)
    figure = Figure(figsize=(1.2 * columns, 1.5 * rows), layout="constrained")
    grid = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in grid:
        axes.set_axis_off()
    return figure, grid[:n]


def misclassified_figure(images, predicted, targets):
    """Return a Figure of K images, each in axes of its own with a title that names first the predicted class, then the target.

    An example of a title is "predicted 3, target 5".

    Args:
        images: grey values (K, height, width), or colours (K, 3, height, width), a NumPy array of integers. Colours go from 0
            to 255. Grey values do so in MNIST; in the digits they end at 16, which on a scale to 255 is nearly black.
        predicted, targets: integers (K,), lists or NumPy arrays.
    """
    # BEGIN SOLUTION 10.7 a grid of axes; imshow wants colours last
    figure, grid = image_grid(len(images))
    for axes, image, prediction, target in zip(grid, images, predicted, targets, strict=True):
        axes.imshow(np.moveaxis(image, 0, -1) if image.ndim == 3 else image, cmap="gray")
        axes.set_title(f"predicted {prediction},\ntarget {target}", fontsize="small")
    return figure
    # END SOLUTION


def first_layer_figure(weight, image_shape, n):
    """Return a Figure of the first n rows of a weight matrix as images, each in axes of its own, in their order.

    Grey values: one colour scale from -a to a, a the largest absolute value in these rows, so that 0 has the same colour
    in all images. Colours: 0 becomes a medium grey, 0.5, and ±a become 1 and 0.

    Args:
        weight: floats (N, M), a NumPy array.
        image_shape: (height, width), or (3, height, width) for colours; the product is M.
        n: how many rows.
    """
    # BEGIN SOLUTION 10.8 reshape each row; imshow with vmin=-a and vmax=a, colours last and 0.5 + w / (2 a)
    weight = weight[:n]
    largest = np.abs(weight).max() or 1.0
    figure, grid = image_grid(len(weight))
    for axes, row in zip(grid, weight, strict=True):
        image = row.reshape(image_shape)
        if image.ndim == 3:
            axes.imshow(0.5 + np.moveaxis(image, 0, -1) / (2 * largest))
        else:
            shown = axes.imshow(image, cmap="RdBu", vmin=-largest, vmax=largest)
    if len(image_shape) == 2:
        figure.colorbar(shown, ax=grid, label="weight")
    return figure
    # END SOLUTION


def parameters_per_layer(model):
    """Return a list of pairs (name, number of parameters), one for each layer that has some, and last ("total", their sum).

    The layers come in the order and with the names of model.named_modules(); one whose parameters all belong to layers
    inside of it does not count. Weights, biases, and the scale and shift of batch norm are parameters, running statistics
    are not.

    Args:
        model: an nn.Module.
    """
    # BEGIN SOLUTION 10.9 module.parameters(recurse=False) are a layer's own
    counts = []
    for name, module in model.named_modules():
        own = sum(parameter.numel() for parameter in module.parameters(recurse=False))
        if own:
            counts.append((name, own))
    return [*counts, ("total", sum(own for _, own in counts))]
    # END SOLUTION


# The command, and what it needs of data and trained networks


def remembered(cache_dir, **flags):
    """Return what train(**flags) does, from `cache_dir` where this run has been made before; None takes the model's place.

    A run that was finished before Ctrl-C is not made again, whichever experiment asks for it.
    """

    def compute():
        _, val_accuracies, test_accuracy, logging_dict = train(**flags)
        return [None, val_accuracies, test_accuracy, logging_dict]

    network = "_".join(map(str, flags["hidden_dims"])) + ("_batch_norm" if flags["use_batch_norm"] else "")
    settings = {**flags, "data_set": load(flags["data_dir"]).name}
    return cached(Path(cache_dir, f"{network}_lr_{flags['lr']:g}.json"), settings, compute)


def answers_and_weights(cache_dir, n_rows, **flags):
    """Train a network, unless `cache_dir` has its numbers; return a dict of what it answers and what it consists of.

    "probabilities": of the test split, (S, C). "weight": the first rows of its first layer, (at most n_rows, M).
    "parameters": see parameters_per_layer.
    """
    data = load(flags["data_dir"], dtype=np.float32)

    def compute():
        model = train(**flags)[0]
        with torch.no_grad():
            scores = [model(torch.as_tensor(x, device=model.device)) for x, _ in Batches(data.test, 500)]
        first = next(module for module in model.modules() if isinstance(module, nn.Linear))
        return {
            "probabilities": torch.softmax(torch.cat(scores), dim=1).tolist(),
            "weight": first.weight[:n_rows].tolist(),
            "parameters": parameters_per_layer(model),
        }

    return cached(Path(cache_dir, "network.json"), {**flags, "data_set": data.name, "n_rows": n_rows}, compute)


def sweep(flags, cache_dir, save):
    """Compare nine learning rates."""
    others = {name: value for name, value in flags.items() if name != "lr"}
    results = learning_rate_sweep(partial(remembered, cache_dir), learning_rates(), **others)
    save(sweep_accuracy_figure(results), "sweep_accuracy")
    save(sweep_loss_figure(results), "sweep_loss")
    accuracy, rate = max(zip(results["val_accuracy"], results["rates"], strict=True))
    print(f"best validation accuracy {accuracy:.3f}, with learning rate {rate:g}")


def schedules(flags, cache_dir, save):
    """Draw the learning rate of each schedule."""
    save(schedules_figure(flags["lr"], flags["epochs"]), "schedules")


def sizes(flags, cache_dir, save):
    """Compare three networks, without and with batch norm."""
    others = {name: value for name, value in flags.items() if name not in ("hidden_dims", "use_batch_norm")}
    results = network_sizes(partial(remembered, cache_dir), SIZES, **others)
    save(validation_curves_figure(results), "validation_curves")
    save(training_curves_figure(results), "training_curves")
    for name, accuracies in results.items():
        print(f"{name}: best validation accuracy {max(accuracies['val_accuracy']):.3f}")


def network(flags, cache_dir, save):
    """Look at one network: its confusion matrix, mistakes, first layer and numbers of parameters."""
    data = load(flags["data_dir"])
    found = answers_and_weights(cache_dir, n_rows=32, **flags)
    probabilities, targets = np.array(found["probabilities"]), data.test.y
    counts = confusion_matrix(torch.from_numpy(probabilities), torch.from_numpy(targets))
    save(confusion_matrix_figure(counts.tolist(), [str(label) for label in range(data.n_classes)]), "confusion_matrix")
    wrong = misclassified(probabilities, targets, n=16)
    if len(wrong):
        images = data.test.pixels[wrong].reshape(-1, *data.image_shape)
        save(misclassified_figure(images, probabilities[wrong].argmax(axis=1), targets[wrong]), "misclassified")
    save(first_layer_figure(np.array(found["weight"]), data.image_shape, n=32), "first_layer")
    for name, count in found["parameters"]:
        print(f"{name}: {count:,} parameters")


EXPERIMENTS = {"sweep": sweep, "schedules": schedules, "sizes": sizes, "network": network}


def main():
    """Carry out the experiments that the command line names; the second time they are drawn from what is kept."""
    parser = argparse.ArgumentParser(description=main.__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help=f"{', '.join(EXPERIMENTS)}; without any, all")
    parser.add_argument("--epochs", default=20, type=int, help="passes through the training split")
    parser.add_argument("--quick", action="store_true", help="two epochs, to see whether everything works")
    parser.add_argument("--seed", default=42, type=int, help="seed of the parameters and of the order of the samples")
    parser.add_argument("--data_dir", default="data/", type=str, help="folder of the data set")
    parser.add_argument("--cache_dir", default="cache/", type=str, help="folder in which numbers of finished runs are kept")
    parser.add_argument("--out_dir", default="figures/", type=str, help="folder for the figures")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.experiments if name not in EXPERIMENTS]
    if unknown:
        parser.error(f"there is no experiment {unknown[0]!r}; the experiments are {', '.join(EXPERIMENTS)}")

    def save(figure, name):
        path = Path(arguments.out_dir, f"{name}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        print(f"saved {path}")

    flags = {"hidden_dims": [128], "lr": 0.1, "use_batch_norm": False, "batch_size": 128}
    flags |= {"epochs": 2 if arguments.quick else arguments.epochs, "seed": arguments.seed, "data_dir": arguments.data_dir}
    try:
        for name in arguments.experiments or EXPERIMENTS:
            EXPERIMENTS[name](flags, arguments.cache_dir, save)
    except KeyboardInterrupt:
        sys.exit(f"\nstopped; the runs that were finished are kept in {arguments.cache_dir}")


if __name__ == "__main__":
    main()
