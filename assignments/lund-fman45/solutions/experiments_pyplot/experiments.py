import math
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
from network import evaluate


def classify(net, x, batch_size=100):
    answers = []
    n = x.shape[3]
    for i in range(math.ceil(n / batch_size)):
        batch = x[:, :, :, i * batch_size:min((i + 1) * batch_size, n)]
        z, _ = evaluate(net, batch, [0] * batch.shape[3], evaluate_gradient=False)
        answers += [int(np.argmax(column)) for column in z[-2].T]
    return np.array(answers)


def kernels_figure(net):
    first = [layer for layer in net["layers"] if layer["type"] == "convolution"][0]
    kernels = first["params"]["weights"]
    n = kernels.shape[3]
    fig = plt.figure()
    for k in range(n):
        plt.subplot(math.ceil(n / 4), 4, k + 1)
        kernel = kernels[:, :, :, k]
        if kernel.shape[2] == 1:
            plt.imshow(kernel.squeeze(axis=2), cmap="gray")
        else:
            low, high = kernel.min(), kernel.max()
            plt.imshow(np.round(255 * (kernel - low) / (high - low)).astype(np.uint8))
        plt.xticks([])
        plt.yticks([])
    return fig


def misclassified_figure(x, labels, predicted, names):
    mistakes = [n for n in range(len(labels)) if labels[n] != predicted[n]]
    fig = plt.figure(figsize=(6, 6))
    for place, n in enumerate(mistakes[-9:]):
        ax = fig.add_subplot(3, 3, place + 1)
        image = x[:, :, :, n]
        if image.shape[2] == 1:
            ax.imshow(image[:, :, 0], cmap=plt.cm.gray, interpolation="nearest")
        else:
            ax.imshow((image - np.min(image)) / (np.max(image) - np.min(image)))
        ax.set_title(f"{names[predicted[n]]} (is: {names[labels[n]]})")
        ax.axis("off")
    return fig


def confusion_matrix(labels, predicted, n_classes):
    pairs = Counter(zip(labels.tolist(), predicted.tolist()))
    return np.array([[pairs[row, column] for column in range(n_classes)] for row in range(n_classes)])


def confusion_matrix_figure(counts, names):
    fig, ax = plt.subplots()
    n = len(names)
    mesh = ax.pcolormesh(np.arange(n + 1) - 0.5, np.arange(n + 1) - 0.5, np.array(counts), cmap="viridis")
    ax.invert_yaxis()
    plt.colorbar(mesh)
    plt.xticks(range(n), names, rotation=90)
    plt.yticks(range(n), names)
    plt.xlabel("Predicted")
    plt.ylabel("True label")
    return fig


def precision_and_recall(counts):
    with np.errstate(all="ignore"):
        precision = np.diag(counts) / np.sum(counts, axis=0)
        recall = np.diag(counts) / np.sum(counts, axis=1)
    return [precision, recall]


def parameters_per_layer(net):
    rows, total = [], 0
    for layer in net["layers"]:
        n = 0
        if layer["type"] in ("convolution", "fully_connected"):
            n = layer["params"]["weights"].size + layer["params"]["biases"].size
        rows.append([layer["type"], n])
        total += n
    rows.append(["total", total])
    return rows


def curves_figure(record):
    fig, ax = plt.subplots()
    ax.set_xlabel("iteration")
    ax.set_ylabel("loss")
    ax.plot(range(len(record["loss"])), record["loss"], color="grey", label="loss")
    other = ax.twinx()
    other.set_xlabel("iteration")
    other.set_ylabel("accuracy")
    other.plot(range(len(record["accuracy"])), record["accuracy"], "b-", label="training accuracy")
    other.scatter(record["validation_iterations"], record["validation_accuracy"], label="validation accuracy")
    fig.legend()
    return fig
