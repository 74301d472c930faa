"""Train the NumPy MLP on handwritten digits, choose the best epoch on the validation split, report on the test split.

Shapes: S samples, C classes. Run `python train_mlp_numpy.py --help` for the flags.
"""

import argparse
from copy import deepcopy

import numpy as np
from data import Batches, load
from mlp_numpy import MLP
from modules import CrossEntropyModule, LinearModule
from optimizers import SGD
from tqdm import tqdm


def confusion_matrix(predictions, targets):
    """Return counts, (C, C): how many samples of class i (the row) were predicted as class j (the column).

    Args:
        predictions: scores or probabilities, float (S, C); the largest of a row is the prediction.
        targets: labels, int (S,). Some of the C classes may not occur among them.
    """
    # BEGIN SOLUTION 4.1 a square of zeros and one count per sample; np.add.at counts repeated places, += does not
    n_classes = predictions.shape[1]
    counts = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(counts, (targets, predictions.argmax(axis=1)), 1)
    return counts
    # END SOLUTION


def confusion_matrix_to_metrics(confusion_matrix, beta=1.0):
    """Return a dict of what the counts, (C, C), rows = target, say about the predictions.

    accuracy: the share of all samples that were predicted right, one float.
    precision: of the samples predicted as class k, the share that is of class k, (C,); NaN or 0 where there are none.
    recall: of the samples of class k, the share that was predicted as class k, (C,); NaN or 0 where there are none.
    f1_beta: (1 + β²) precision · recall / (β² precision + recall), (C,); a large β asks for recall, a small one for
        precision; NaN or 0 where one of the two is missing.
    """
    # BEGIN SOLUTION 4.2 the diagonal, divided by sums over columns, rows and everything
    right = np.diag(confusion_matrix)  # (C,)
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 is NaN: there is nothing to judge by
        precision = right / confusion_matrix.sum(axis=0)
        recall = right / confusion_matrix.sum(axis=1)
        f1_beta = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
    accuracy = right.sum() / confusion_matrix.sum()
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1_beta": f1_beta}
    # END SOLUTION


def evaluate_model(model, data_loader, num_classes=10):
    """Return the metrics (see confusion_matrix_to_metrics, β = 1) of `model` on all samples of `data_loader`.

    Args:
        model: anything whose forward(x) returns scores or probabilities, (S, C).
        data_loader: batches (x, y) to iterate over, such as Batches; every sample counts the same, whatever its batch.
        num_classes: C.
    """
    # BEGIN SOLUTION 4.3 add up the counts of the batches; the metrics come last
    counts = np.zeros((num_classes, num_classes), dtype=np.int64)
    for x, y in data_loader:
        counts += confusion_matrix(model.forward(x), y)
    return confusion_matrix_to_metrics(counts)
    # END SOLUTION


def train(hidden_dims, lr, batch_size, epochs, seed, data_dir):
    """Train an MLP by stochastic gradient descent; the same seed gives the same result.

    Each epoch goes once through the training split, in newly shuffled batches, and then looks at the validation split. A
    step goes against the gradient of the batch's mean cross-entropy, which no other split has a part in.

    Args:
        hidden_dims: list of the numbers of units in the hidden layers.
        lr: learning rate.
        batch_size: samples per step.
        epochs: passes through the training split.
        seed: of everything that is random, the initial parameters and the order of the samples.
        data_dir: folder of the data set (see data.load).

    Returns:
        model: the MLP as it was after the epoch with the best validation accuracy.
        val_accuracies: list of the validation accuracy, from 0 to 1, after each epoch.
        test_accuracy: float, the accuracy of `model` on the test split, which nothing else has looked at.
        logging_dict: dict of the lists that save_curves draws: "loss", the training loss of each batch, and
            "train_accuracy" and "val_accuracy", one entry per epoch.
    """
    # BEGIN SOLUTION 4.4 forward, loss, backward, step; after each epoch deepcopy the model if it is the best so far
    np.random.seed(seed)  # the layers draw their parameters from NumPy's global generator
    digits = load(data_dir)
    train_batches = Batches(digits.train, batch_size, rng=np.random.default_rng(seed))
    model = MLP(digits.n_inputs, hidden_dims, digits.n_classes)
    loss_module = CrossEntropyModule()
    optimizer = SGD([layer for layer in model.layers if isinstance(layer, LinearModule)], lr)

    def accuracy(model, split):
        return float(evaluate_model(model, Batches(split, 128), digits.n_classes)["accuracy"])

    logging_dict: dict[str, list[float]] = {"loss": [], "train_accuracy": [], "val_accuracy": []}
    best_model, best_accuracy = model, -1.0
    progress = tqdm(range(epochs), unit="epoch")
    for _ in progress:
        for x, y in train_batches:
            probabilities = model.forward(x)  # (S, C)
            logging_dict["loss"].append(float(loss_module.forward(probabilities, y)))
            model.backward(loss_module.backward(probabilities, y))
            optimizer.step()
        model.clear_cache()
        logging_dict["train_accuracy"].append(accuracy(model, digits.train))
        logging_dict["val_accuracy"].append(accuracy(model, digits.val))
        if logging_dict["val_accuracy"][-1] > best_accuracy:
            best_model, best_accuracy = deepcopy(model), logging_dict["val_accuracy"][-1]
        progress.set_postfix(val_accuracy=f"{best_accuracy:.3f}")
    return best_model, logging_dict["val_accuracy"], accuracy(best_model, digits.test), logging_dict
    # END SOLUTION


def save_curves(logging_dict, path):
    """Draw the loss and the two accuracies in `logging_dict` (see train) as curves, into the PNG file `path`."""
    # BEGIN SOLUTION 4.5 two axes with labels, fig.savefig(path); the lists are of different length
    import matplotlib.pyplot as plt  # here, because training and evaluating should not wait for it

    loss = logging_dict["loss"]
    epochs = len(logging_dict["val_accuracy"])
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    left.plot(epochs * np.arange(1, len(loss) + 1) / len(loss), loss)
    left.set(xlabel="epoch", ylabel="cross-entropy of the batch", title="Training loss")
    right.plot(range(1, epochs + 1), logging_dict["train_accuracy"], marker=".", label="training")
    right.plot(range(1, epochs + 1), logging_dict["val_accuracy"], marker=".", label="validation")
    right.set(xlabel="epoch", ylabel="accuracy", title="Accuracy after each epoch")
    right.legend()
    figure.savefig(path, dpi=150)
    plt.close(figure)
    # END SOLUTION


def main():
    """Train with the flags of the command line, print the accuracies and save the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--hidden_dims", default=[128], type=int, nargs="*", help="units of each hidden layer")
    parser.add_argument("--lr", default=0.1, type=float, help="learning rate")
    parser.add_argument("--batch_size", default=128, type=int, help="samples per step")
    parser.add_argument("--epochs", default=10, type=int, help="passes through the training split")
    parser.add_argument("--seed", default=42, type=int, help="seed of the parameters and of the order of the samples")
    parser.add_argument("--data_dir", default="data/", type=str, help="folder of the data set")
    flags = vars(parser.parse_args())

    _, val_accuracies, test_accuracy, logging_dict = train(**flags)
    print(f"best validation accuracy {max(val_accuracies):.3f}, test accuracy {test_accuracy:.3f}")
    save_curves(logging_dict, "train_mlp_numpy.png")
    print("loss and accuracy curves saved in train_mlp_numpy.png")


if __name__ == "__main__":
    main()
