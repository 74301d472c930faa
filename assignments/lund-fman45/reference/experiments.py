"""What a trained network has learnt: its predictions, its mistakes, its kernels and its size, as numbers and as figures.

Figures are for their caller to save: nothing here shows a window, and each call makes a new Figure, whatever was drawn before.
`python experiments.py` trains a network and does all of this with it; importing this file runs nothing.

Shapes: images of H × W pixels in C channels, N of them, (H, W, C, N); K kernels (h, w, C, K); c classes.
"""

import argparse
from pathlib import Path

import numpy as np
from baselines import MNIST_OPTIONS, mnist_network
from images import load_images
from matplotlib.figure import Figure
from network import evaluate


def classify(net, x, batch_size=100):
    """Return the class with the largest score for each image, integers (N,), a NumPy array.

    The images go through the network in batches of at most batch_size, so that many of them do not need much memory.

    Args:
        net: a network as network.py describes it.
        x: images, (H, W, C, N).
    """
    # BEGIN SOLUTION 6.1 the scores are what evaluate returns before the loss; labels are needed for the loss only: take zeros
    predicted = []
    for start in range(0, x.shape[-1], batch_size):
        batch = x[..., start : start + batch_size]
        unknown = np.zeros(batch.shape[-1], dtype=np.int64)
        scores = evaluate(net, batch, unknown, evaluate_gradient=False)[0][-2]  # (c, at most batch_size)
        predicted.append(scores.argmax(axis=0))
    return np.concatenate(predicted)
    # END SOLUTION


def kernels_figure(net):
    """Return a Figure of the kernels of the first convolution, each in axes of its own, in their order, in rows of four.

    A kernel for one channel is shown in shades of grey, one for three channels in colours. Each has its own scale: its smallest
    number is black, or in colours 0, its largest white, or 1.

    Args:
        net: a network as network.py describes it.
    """
    # BEGIN SOLUTION 6.2 subplots, four in a row; imshow of (w - w.min()) / (w.max() - w.min()), cmap="gray" for one channel
    kernels = next(layer["params"]["weights"] for layer in net["layers"] if layer["type"] == "convolution")  # (h, w, C, K)
    figure, grid = image_grid(kernels.shape[-1], columns=4)
    for k, axes in enumerate(grid):
        kernel = kernels[..., k]
        shown = (kernel - kernel.min()) / (np.ptp(kernel) or 1.0)
        axes.imshow(shown if shown.shape[2] == 3 else shown[..., 0], cmap="gray")
    return figure
    # END SOLUTION


def misclassified_figure(x, labels, predicted, names):
    """Return a Figure of nine images that are misclassified, or of all where there are fewer, each in axes of its own.

    The title of each names first the predicted class, then the actual one, as in "predicted 3, actual 5".

    Args:
        x: images, (H, W, 1, N) in shades of grey or (H, W, 3, N) in colours, of any scale: the smallest number of an image is
            shown as black, or in colours as 0, its largest as white, or 1.
        labels: their classes, integers (N,).
        predicted: what a network takes them for, integers (N,).
        names: of the classes, strings.
    """
    # BEGIN SOLUTION 6.3 np.flatnonzero of what differs, the first nine; a title with names[predicted] and names[labels]
    wrong = np.flatnonzero(predicted != labels)[:9]
    figure, grid = image_grid(len(wrong), columns=3)
    for place, axes in zip(wrong, grid, strict=True):
        image = x[..., place]
        shown = (image - image.min()) / (np.ptp(image) or 1.0)
        axes.imshow(shown if shown.shape[2] == 3 else shown[..., 0], cmap="gray")
        axes.set_title(f"predicted {names[predicted[place]]},\nactual {names[labels[place]]}", fontsize="small")
    return figure
    # END SOLUTION


def confusion_matrix(labels, predicted, n_classes):
    """Return how often each class was taken for which, integers (c, c): actual classes are rows, predicted ones columns.

    Args:
        labels, predicted: integers (N,), NumPy arrays.
        n_classes: c, whether all of them occur or not.
    """
    # BEGIN SOLUTION 6.4 zeros, and np.add.at with two arrays of indices
    counts = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(counts, (labels, predicted), 1)
    return counts
    # END SOLUTION


def confusion_matrix_figure(counts, names):
    """Return a Figure of a confusion matrix as an image, a row for each actual class and a column for each predicted one.

    The colours show the counts as they are, and either a number in each cell or a colour bar says how many they stand for. Each
    row and each column has the name of its class as tick label; the label of the x axis has the word "predicted" in it, that of
    the y axis "actual" or "true".

    Args:
        counts: integers (c, c), as `confusion_matrix` returns them.
        names: of the classes, strings.
    """
    # BEGIN SOLUTION 6.5 imshow, set_xticks and set_yticks with labels=, text in each cell
    figure = Figure(figsize=(5.5, 5.5), layout="constrained")
    axes = figure.subplots()
    axes.imshow(counts, cmap="Blues")
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if count > np.max(counts) / 2 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize="small")
    axes.set_xticks(range(len(names)), labels=names)
    axes.set_yticks(range(len(names)), labels=names)
    axes.set(xlabel="predicted class", ylabel="actual class")
    return figure
    # END SOLUTION


def precision_and_recall(counts):
    """Return two arrays, (c,) each: the precision and the recall of each class, from 0 to 1.

    Precision is the share of right ones among what was predicted as a class, recall that among what is of a class. Where there
    is nothing to take a share of, it is 0 or NaN, without a warning.

    Args:
        counts: integers (c, c), as `confusion_matrix` returns them.
    """
    # BEGIN SOLUTION 6.6 the diagonal over the sums of columns, and over those of rows; np.maximum(sums, 1) never divides by 0
    right = np.diag(counts)
    return right / np.maximum(counts.sum(axis=0), 1), right / np.maximum(counts.sum(axis=1), 1)
    # END SOLUTION


def parameters_per_layer(net):
    """Return a list of pairs (type, number of parameters), one for each layer in order, and last ("total", their sum).

    Layers without parameters are there with 0; the size of the input layer is no parameter. The numbers are integers.

    Args:
        net: a network as network.py describes it.
    """
    # BEGIN SOLUTION 6.7 the sizes of weights and biases
    counts = []
    for layer in net["layers"]:
        trained = layer["params"].values() if "weights" in layer.get("params", {}) else []
        counts.append((layer["type"], sum(int(np.size(values)) for values in trained)))
    return [*counts, ("total", sum(count for _, count in counts))]
    # END SOLUTION


def curves_figure(record):
    """Return a Figure with two axes: the loss in each iteration in one, the accuracies in the other.

    Accuracies are two lines, in training and in validation, which a legend names so. Iterations count from 0. All axes have
    labels.

    Args:
        record: a dict of lists: "loss" and "accuracy", a number for each iteration, and "validation_iterations" with
            "validation_accuracy", the iterations after which there was a validation, and what it gave.
    """
    # BEGIN SOLUTION 6.8 two subplots; plot with label=, set xlabel and ylabel, legend
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    losses, accuracies = figure.subplots(1, 2)
    losses.plot(record["loss"])
    losses.set(xlabel="iteration", ylabel="loss")
    accuracies.plot(record["accuracy"], label="training")
    accuracies.plot(record["validation_iterations"], record["validation_accuracy"], label="validation")
    accuracies.set(xlabel="iteration", ylabel="accuracy")
    accuracies.legend()
    return figure
    # END SOLUTION


def image_grid(n, columns):
    """Return a Figure, and a list of n axes in it without ticks, in rows of so many."""
    rows = max(1, -(-n // columns))
    figure = Figure(figsize=(1.5 * columns, 1.7 * rows), layout="constrained")
    grid = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in grid:
        axes.set_axis_off()
    return figure, grid[:n]


def report(net, record, images, folder):
    """Print the numbers of a trained network, and save its figures in a folder.

    Args:
        net, record: as `training` returns them.
        images: a data set of images.py; its test images are classified.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    test, names = images.test, images.names
    predicted = classify(net, test.x)
    counts = confusion_matrix(test.labels, predicted, len(names))
    curves_figure(record).savefig(folder / "curves.png", dpi=150)
    kernels_figure(net).savefig(folder / "kernels.png", dpi=150)
    misclassified_figure(test.x, test.labels, predicted, names).savefig(folder / "misclassified.png", dpi=150)
    confusion_matrix_figure(counts, names).savefig(folder / "confusion_matrix.png", dpi=150)
    for name, precision, recall in zip(names, *precision_and_recall(counts), strict=True):
        print(f"{name:>10}: precision {precision:.3f}, recall {recall:.3f}")
    for layer, count in parameters_per_layer(net):
        print(f"{layer:>15}: {count:6d} parameters")
    print(f"test accuracy {np.mean(predicted == test.labels):.4f}")


def main():
    from training import training  # here, so that the figures can do without it

    parser = argparse.ArgumentParser(description="Train a network on MNIST, or on the digits, and look at what it has learnt.")
    parser.add_argument("--data_dir", default="data/", help="where data.py has put the data set")
    parser.add_argument("--iterations", type=int, default=MNIST_OPTIONS["iterations"], help="of the training")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers")
    parser.add_argument("--out", default="figures", help="folder for the figures")
    flags = parser.parse_args()
    images = load_images(flags.data_dir)
    net = mnist_network(np.random.default_rng(flags.seed), images.image_shape, len(images.names))
    opts = {**MNIST_OPTIONS, "iterations": flags.iterations, "seed": flags.seed}
    net, _, record = training(net, images.train.x, images.train.labels, images.val.x, images.val.labels, opts)
    report(net, record, images, flags.out)


if __name__ == "__main__":
    main()
