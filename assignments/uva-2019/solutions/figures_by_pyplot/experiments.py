"""The search with nested loops, and figures by pyplot, with titles, markers and a legend of the whole figure."""

import itertools
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np


def train_mlp(**flags):
    import train_mlp_pytorch

    train_mlp_pytorch.FLAGS = SimpleNamespace(**flags)
    return train_mlp_pytorch.train()


def combinations_of(grid):
    names = list(grid)
    found = []
    for values in itertools.product(*(grid[name] for name in names)):
        found.append({name: value for name, value in zip(names, values)})
    return found


def search(train, grid, **flags):
    results = []
    for settings in combinations_of(grid):
        print("training with", settings)
        _, log = train(**{**flags, **settings})
        best = int(np.argmax(log["val_accuracy"]))
        run = dict(settings)
        run["val_accuracy"] = float(log["val_accuracy"][best])
        run["test_accuracy"] = float(log["test_accuracy"][best])
        run["best_step"] = int(log["step"][best])
        results.append(run)
    return results


def best_run(runs):
    accuracies = np.array([run["val_accuracy"] for run in runs])
    return runs[accuracies.argmax()]


def search_figure(runs):
    fig, ax = plt.subplots()
    for optimizer in sorted({run["optimizer"] for run in runs}):
        own = [run for run in runs if run["optimizer"] == optimizer]
        rates = sorted({run["learning_rate"] for run in own})
        best = [max(run["val_accuracy"] for run in own if run["learning_rate"] == rate) for rate in rates]
        ax.plot(rates, best, "o--", label=f"optimizer {optimizer}")
    ax.set_xscale("log")
    ax.set_title("Optimizer search")
    ax.set_xlabel("learning rate")
    ax.set_ylabel("accuracy on the validation split")
    fig.legend()
    return fig


def curves_figure(log):
    fig = plt.figure(figsize=(8, 6))
    for i, quantity in enumerate(("loss", "accuracy")):
        ax = fig.add_subplot(2, 1, i + 1)
        ax.plot(log["step"], log[f"train_{quantity}"], color="tab:blue", label=f"{quantity}, train")
        ax.plot(log["step"], log[f"test_{quantity}"], color="tab:orange", label=f"{quantity}, test")
        ax.set_xlabel("steps")
        ax.set_ylabel(quantity.capitalize())
        ax.legend(loc="best")
    fig.tight_layout()
    return fig
