"""Which optimizer, which learning rate, which network: a search over all combinations, and figures of what came out.

Numbers and figures are kept apart: a search returns plain numbers, which a JSON file can keep, and what draws takes numbers and
returns a matplotlib Figure for its caller to save. Nothing here opens a window, and every call makes a figure of its own.

Run `python experiments.py --help` for the flags; `python experiments.py --quick` takes a few seconds. Importing this file runs
nothing.
"""

import argparse
import json
from itertools import product
from types import SimpleNamespace

from matplotlib.figure import Figure
from tqdm import tqdm

GRID = {
    "optimizer": ["SGD", "Adam", "Adadelta"],
    "learning_rate": [2e-2, 2e-3, 2e-4],
    "dnn_hidden_units": ["100", "400", "100,100", "400,400", "400,400,400"],
}


def train_mlp(**flags):
    """Train the PyTorch MLP with these flags; return what train of train_mlp_pytorch.py does."""
    import train_mlp_pytorch  # here, because drawing should not wait for PyTorch

    train_mlp_pytorch.FLAGS = SimpleNamespace(**flags)
    return train_mlp_pytorch.train()


def combinations_of(grid):
    """Return all combinations of settings as a list of dicts; the last name of the grid changes fastest.

    {"a": [1, 2], "b": ["x", "y"]} gives {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"}.

    Args:
        grid: dict of lists; any names.
    """
    # BEGIN SOLUTION 6.1 itertools.product(*grid.values()), zip with the names
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    # END SOLUTION


def search(train, grid, **flags):
    """Train once with each combination of settings; return a list of dicts that the json module can write, in their order.

    Each dict has the settings of its run by their names, and two floats of the look at the accuracies (see fit in
    train_mlp_pytorch.py) at which the validation accuracy was best, the first of them where there are several:
    "val_accuracy" and "test_accuracy". The test images choose nothing.

    Args:
        train: called as train(**settings, **flags); returns a model and a log.
        grid: see combinations_of.
        flags: the other flags, the same in each run.
    """
    # BEGIN SOLUTION 6.2 a loop over tqdm(combinations_of(grid)); index and max of the validation accuracies
    runs = []
    for settings in tqdm(combinations_of(grid), unit="run"):
        _, log = train(**settings, **flags)
        best = log["val_accuracy"].index(max(log["val_accuracy"]))
        runs.append({**settings, **{name: float(log[name][best]) for name in ("val_accuracy", "test_accuracy")}})
    return runs
    # END SOLUTION


def best_run(runs):
    """Return the dict of the run with the best validation accuracy, the first of them where there are several."""
    # BEGIN SOLUTION 6.3 max with a key
    return max(runs, key=lambda run: run["val_accuracy"])
    # END SOLUTION


def search_figure(runs):
    """Return a Figure of validation accuracy (y) over learning rate, on a logarithmic axis (x), a line for each optimizer.

    At each learning rate a line shows the best that this optimizer has reached with any other settings, from the smallest
    learning rate to the largest. A legend names the optimizers. Both axes have labels.

    Args:
        runs: list of dicts as of search, each with "optimizer", "learning_rate" and "val_accuracy".
    """
    # BEGIN SOLUTION 6.4 a dict from learning rate to accuracy for each optimizer; Figure(), subplots(), semilogx, legend
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    for optimizer in dict.fromkeys(run["optimizer"] for run in runs):
        best: dict[float, float] = {}
        for run in runs:
            if run["optimizer"] == optimizer:
                rate = run["learning_rate"]
                best[rate] = max(run["val_accuracy"], best.get(rate, 0.0))
        rates = sorted(best)
        axes.semilogx(rates, [best[rate] for rate in rates], marker="o", label=optimizer)
    axes.set(xlabel="learning rate", ylabel="best validation accuracy")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
    # END SOLUTION


def curves_figure(log):
    """Return a Figure with two axes, side by side: losses (y) over steps (x), and accuracies (y) over steps (x).

    The first shows "train_loss" and "test_loss", the second "train_accuracy" and "test_accuracy", one line each, as they are. A
    legend in each names its lines, with the words "train" and "test" in them. All axes have labels.

    Args:
        log: dict as of fit in train_mlp_pytorch.py.
    """
    # BEGIN SOLUTION 6.5 figure.subplots(1, 2), and the same for both: two plots with label=, labels, legend
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for split in ("train", "test"):
            axes.plot(log["step"], log[f"{split}_{quantity}"], marker=".", label=split)
        axes.set(xlabel="step", ylabel=quantity)
        axes.grid(alpha=0.3)
        axes.legend()
    return figure
    # END SOLUTION


def main():
    """Search, print the best run, keep all of them in experiments.json and draw the two figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--max_steps", default=3000, type=int, help="number of steps")
    parser.add_argument("--batch_size", default=400, type=int, help="images per step")
    parser.add_argument("--eval_freq", default=100, type=int, help="steps from one look at the accuracy to the next")
    parser.add_argument("--data_dir", default="data/", type=str, help="folder of the data set")
    parser.add_argument("--quick", action="store_true", help="200 steps, and two small networks")
    flags = vars(parser.parse_args())
    grid = GRID
    if flags.pop("quick"):
        grid = {**GRID, "dnn_hidden_units": ["20", "20,20"]}
        flags["max_steps"] = 200
    flags["neg_slope"] = 0.02

    runs = search(train_mlp, grid, **flags)
    best = best_run(runs)
    with open("experiments.json", "w", encoding="utf-8") as file:
        json.dump(runs, file, indent=1)
    search_figure(runs).savefig("experiments_search.png", dpi=150)
    print(f"best of {len(runs)} runs: {best}")
    settings = {name: best[name] for name in grid}
    _, log = train_mlp(**settings, **flags)
    curves_figure(log).savefig("experiments_best.png", dpi=150)
    print("runs kept in experiments.json, figures in experiments_search.png and experiments_best.png")


if __name__ == "__main__":
    main()
