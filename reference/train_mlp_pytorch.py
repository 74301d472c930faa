"""Train the PyTorch MLP, choose the best epoch on the validation split, report on the test split.

Shapes: S samples, C classes. Run `python train_mlp_pytorch.py --help` for the flags.
"""

import argparse
import math
from copy import deepcopy

import numpy as np
import torch
from data import Batches, load
from mlp_pytorch import MLP
from torch import nn
from tqdm import tqdm

SCHEDULES = ("constant", "step", "cosine", "warmup")


def confusion_matrix(predictions, targets):
    """Return counts, int64 (C, C): how many samples of class i (the row) were predicted as class j (the column).

    Args:
        predictions: scores or probabilities, a floating-point tensor (S, C); the largest of a row is the prediction.
        targets: labels, an integer tensor (S,). Some of the C classes may not occur among them.
    """
    # BEGIN SOLUTION 7.1 one number for each pair of classes, and torch.bincount to count them, minlength included
    n_classes = predictions.shape[1]
    pairs = targets * n_classes + predictions.argmax(dim=1)  # (S,), from 0 to C² - 1
    return torch.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
    # END SOLUTION


def confusion_matrix_to_metrics(confusion_matrix, beta=1.0):
    """Return a dict of what the counts, a tensor (C, C), rows = target, say about the predictions.

    accuracy: the share of all samples that were predicted right, one float.
    precision: of the samples predicted as class k, the share that is of class k, (C,); NaN or 0 where there are none.
    recall: of the samples of class k, the share that was predicted as class k, (C,); NaN or 0 where there are none.
    f1_beta: (1 + β²) precision · recall / (β² precision + recall), (C,); a large β asks for recall, a small one for
        precision; NaN or 0 where one of the two is missing.
    """
    # BEGIN SOLUTION 7.2 the diagonal, divided by sums over columns, rows and everything
    right = confusion_matrix.diag().double()  # (C,)
    precision = right / confusion_matrix.sum(dim=0)  # 0 / 0 is NaN: there is nothing to judge by
    recall = right / confusion_matrix.sum(dim=1)
    f1_beta = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
    accuracy = float(right.sum() / confusion_matrix.sum())
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1_beta": f1_beta}
    # END SOLUTION


def evaluate_model(model, data_loader, num_classes=10):
    """Return the metrics (see confusion_matrix_to_metrics, β = 1) of `model` on all samples of `data_loader`.

    The model answers in eval mode and without a graph for autograd. Afterwards it is in the mode in which it came.

    Args:
        model: an nn.Module that takes x and returns scores, (S, C), with a property `device`, such as MLP.
        data_loader: batches (x, y) of NumPy arrays to iterate over, such as Batches, x in the model's dtype; every sample
            counts the same, whatever its batch.
        num_classes: C, not always 10.
    """
    # BEGIN SOLUTION 7.3 model.eval() and torch.no_grad(); add up the counts of the batches; the metrics come last
    was_training = model.training
    model.eval()
    counts = torch.zeros((num_classes, num_classes), dtype=torch.int64)
    with torch.no_grad():
        for x, y in data_loader:
            scores = model(torch.as_tensor(x, device=model.device))  # (S, C)
            counts += confusion_matrix(scores.cpu(), torch.as_tensor(y))
    model.train(was_training)
    return confusion_matrix_to_metrics(counts)
    # END SOLUTION


def learning_rate(schedule, lr, epoch, epochs):
    """Return the learning rate in one epoch.

    "constant": lr.
    "step": lr where epoch < epochs / 2, a tenth of it from there on where epoch < 3 epochs / 4, a hundredth in the others.
    "cosine": lr (1 + cos(π epoch / epochs)) / 2, from lr down to nearly 0.
    "warmup": in the first n epochs, n = epochs / 5 rounded up, lr / n, 2 lr / n and so on up to lr; then
        lr (1 + cos(π (epoch - n) / (epochs - n))) / 2, which starts at lr again and goes down to nearly 0.

    Args:
        schedule: one of these names.
        lr: the largest learning rate of the run.
        epoch: which epoch it is, from 0 to epochs - 1.
        epochs: how many there are.

    Raises:
        ValueError: no schedule has this name.
    """
    # BEGIN SOLUTION 7.4 four cases and an error
    if schedule == "constant":
        return lr
    if schedule == "step":
        return lr * (1.0 if epoch < epochs / 2 else 0.1 if epoch < 3 * epochs / 4 else 0.01)
    if schedule == "cosine":
        return lr * (1 + math.cos(math.pi * epoch / epochs)) / 2
    if schedule == "warmup":
        n = math.ceil(epochs / 5)
        return lr * (epoch + 1) / n if epoch < n else learning_rate("cosine", lr, epoch - n, epochs - n)
    raise ValueError(f"there is no schedule {schedule!r}; the schedules are {', '.join(SCHEDULES)}")
    # END SOLUTION


def choose_device(device):
    """Return the torch.device called `device`; "auto" is the GPU where there is one.

    Raises:
        ValueError: it is "cuda", and PyTorch finds no GPU.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("there is no GPU that this PyTorch can use; choose the device auto or cpu")
    return torch.device(device)


def train(hidden_dims, lr, use_batch_norm, batch_size, epochs, seed, data_dir, device="auto", schedule="constant"):
    """Train an MLP by plain stochastic gradient descent on the mean cross-entropy; the same seed gives the same result.

    Each epoch goes once through the training split, in newly shuffled batches, and then looks at the validation split. No
    other split has a part in the steps. The loss is finite for scores of any size.

    Args:
        hidden_dims: list of the numbers of units in the hidden layers.
        lr: the largest learning rate (see learning_rate).
        use_batch_norm: whether hidden layers are normalised.
        batch_size: samples per step.
        epochs: passes through the training split.
        seed: of everything that is random, the initial parameters and the order of the samples.
        data_dir: folder of the data set (see data.load).
        device: "auto", "cpu" or "cuda" (see choose_device).
        schedule: how the learning rate changes: epoch 0 has learning_rate(schedule, lr, 0, epochs), and so on.

    Returns:
        model: the MLP as it was after the epoch with the best validation accuracy, in eval mode.
        val_accuracies: list of the validation accuracy, from 0 to 1, after each epoch.
        test_accuracy: float, the accuracy of `model` on the test split, which nothing else has looked at.
        logging_dict: dict of the lists of floats that save_curves draws: "loss", the training loss of each batch, and
            "train_accuracy", "val_accuracy" and "learning_rate", one entry per epoch.
    """
    # BEGIN SOLUTION 7.5 zero_grad, forward, loss, backward, step; after each epoch deepcopy the model if it is the best so far
    torch.manual_seed(seed)
    data = load(data_dir, dtype=np.float32)
    train_batches = Batches(data.train, batch_size, rng=np.random.default_rng(seed))
    model = MLP(data.n_inputs, hidden_dims, data.n_classes, use_batch_norm).to(choose_device(device))
    loss_module = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr)

    def accuracy(model, split):
        return float(evaluate_model(model, Batches(split, 128), data.n_classes)["accuracy"])

    logging_dict: dict[str, list[float]] = {"loss": [], "train_accuracy": [], "val_accuracy": [], "learning_rate": []}
    best_model, best_accuracy = model, -1.0
    progress = tqdm(range(epochs), unit="epoch")
    for epoch in progress:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(schedule, lr, epoch, epochs)
        model.train()
        for x, y in train_batches:
            scores = model(torch.as_tensor(x, device=model.device))  # (S, C)
            loss = loss_module(scores, torch.as_tensor(y, device=model.device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            logging_dict["loss"].append(loss.item())
        logging_dict["train_accuracy"].append(accuracy(model, data.train))
        logging_dict["val_accuracy"].append(accuracy(model, data.val))
        logging_dict["learning_rate"].append(optimizer.param_groups[0]["lr"])
        if logging_dict["val_accuracy"][-1] > best_accuracy:
            best_model, best_accuracy = deepcopy(model), logging_dict["val_accuracy"][-1]
        progress.set_postfix(val_accuracy=f"{best_accuracy:.3f}")
    return best_model.eval(), logging_dict["val_accuracy"], accuracy(best_model, data.test), logging_dict
    # END SOLUTION


def save_curves(logging_dict, path):
    """Draw the loss, the two accuracies and the learning rate in `logging_dict` (see train) into the PNG file `path`."""
    # BEGIN SOLUTION 7.6 three axes with labels, fig.savefig(path); the lists are of different length
    import matplotlib.pyplot as plt  # here, because training and evaluating should not wait for it

    loss = logging_dict["loss"]
    epochs = len(logging_dict["val_accuracy"])
    after_epoch = range(1, epochs + 1)
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.5), layout="constrained")
    left.plot(epochs * np.arange(1, len(loss) + 1) / len(loss), loss)
    left.set(xlabel="epoch", ylabel="cross-entropy of the batch", title="Training loss")
    middle.plot(after_epoch, logging_dict["train_accuracy"], marker=".", label="training")
    middle.plot(after_epoch, logging_dict["val_accuracy"], marker=".", label="validation")
    middle.set(xlabel="epoch", ylabel="accuracy", title="Accuracy after each epoch")
    middle.legend()
    right.plot(after_epoch, logging_dict["learning_rate"], marker=".")
    right.set(xlabel="epoch", ylabel="learning rate", title="Learning rate in each epoch", ylim=(0, None))
    figure.savefig(path, dpi=150)
    plt.close(figure)
    # END SOLUTION


def main():
    """Train with the flags of the command line, print the accuracies and save the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--hidden_dims", default=[128], type=int, nargs="*", help="units of each hidden layer")
    parser.add_argument("--lr", default=0.1, type=float, help="learning rate")
    parser.add_argument("--use_batch_norm", action="store_true", help="batch norm before each ReLU")
    parser.add_argument("--batch_size", default=128, type=int, help="samples per step")
    parser.add_argument("--epochs", default=10, type=int, help="passes through the training split")
    parser.add_argument("--seed", default=42, type=int, help="seed of the parameters and of the order of the samples")
    parser.add_argument("--data_dir", default="data/", type=str, help="folder of the data set")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"], help="where to train")
    parser.add_argument("--schedule", default="constant", choices=SCHEDULES, help="learning rate from epoch to epoch")
    flags = vars(parser.parse_args())

    _, val_accuracies, test_accuracy, logging_dict = train(**flags)
    print(f"best validation accuracy {max(val_accuracies):.3f}, test accuracy {test_accuracy:.3f}")
    save_curves(logging_dict, "train_mlp_pytorch.png")
    print("loss, accuracy and learning-rate curves saved in train_mlp_pytorch.png")


if __name__ == "__main__":
    main()
