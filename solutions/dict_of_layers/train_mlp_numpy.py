import argparse
import copy
import os

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import data
from mlp_numpy import MLP
from modules import CrossEntropyModule
from optimizers import SGD


def confusion_matrix(predictions, targets):
    C = predictions.shape[-1]
    guesses = np.argmax(predictions, axis=-1)
    return np.bincount(C * targets + guesses, minlength=C * C).reshape(C, C)


def safe_divide(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


def confusion_matrix_to_metrics(confusion_matrix, beta=1.0):
    tp = np.diagonal(confusion_matrix)
    fp = confusion_matrix.sum(0) - tp
    fn = confusion_matrix.sum(1) - tp
    b2 = beta * beta
    return {
        "accuracy": np.trace(confusion_matrix) / np.sum(confusion_matrix),
        "precision": safe_divide(tp, tp + fp),
        "recall": safe_divide(tp, tp + fn),
        "f1_beta": safe_divide((1 + b2) * tp, (1 + b2) * tp + b2 * fn + fp),
    }


def evaluate_model(model, data_loader, num_classes=10):
    outputs, labels = [], []
    for x, y in data_loader:
        outputs.append(model.forward(x))
        labels.append(y)
    outputs, labels = np.concatenate(outputs), np.concatenate(labels)
    assert outputs.shape[1] == num_classes
    return confusion_matrix_to_metrics(confusion_matrix(outputs, labels))


def train(hidden_dims, lr, batch_size, epochs, seed, data_dir):
    np.random.seed(seed)
    dataset = data.load(data_dir=data_dir)
    rng = np.random.default_rng(seed + 1000)
    loaders = {
        "train": data.Batches(dataset.train, batch_size, rng),
        "validation": data.Batches(dataset.val, batch_size),
        "test": data.Batches(dataset.test, batch_size),
    }
    model = MLP(dataset.n_inputs, hidden_dims, dataset.n_classes)
    criterion = CrossEntropyModule()
    optimizer = SGD([m for name, m in model.net.items() if name.startswith("linear")], lr)

    val_accuracies, log = [], {"loss": [], "train_accuracy": [], "val_accuracy": []}
    best = None
    for epoch in range(epochs):
        for x, y in loaders["train"]:
            out = model.forward(x)
            log["loss"].append(criterion.forward(out, y))
            model.backward(criterion.backward(out, y))
            optimizer.step()
        val_accuracies.append(evaluate_model(model, loaders["validation"])["accuracy"])
        log["val_accuracy"].append(val_accuracies[-1])
        log["train_accuracy"].append(evaluate_model(model, loaders["train"])["accuracy"])
        if best is None or val_accuracies[-1] > best[0]:
            best = (val_accuracies[-1], copy.deepcopy(model))
    test_accuracy = evaluate_model(best[1], loaders["test"])["accuracy"]
    return best[1], val_accuracies, test_accuracy, log


def save_curves(logging_dict, path):
    plt.figure()
    plt.subplot(121)
    plt.plot(logging_dict["loss"])
    plt.title("loss")
    plt.subplot(122)
    plt.plot(logging_dict["train_accuracy"], "b-")
    plt.plot(logging_dict["val_accuracy"], "r--")
    plt.title("accuracy")
    plt.savefig(os.path.abspath(path))
    plt.show()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--hidden_dims", default=[128], type=int, nargs="+")
    p.add_argument("--lr", default=0.1, type=float)
    p.add_argument("--batch_size", default=128, type=int)
    p.add_argument("--epochs", default=10, type=int)
    p.add_argument("--seed", default=42, type=int)
    p.add_argument("--data_dir", default="data/", type=str)
    save_curves(train(**vars(p.parse_args()))[3], "curves.png")
