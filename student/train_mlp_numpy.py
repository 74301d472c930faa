# Generated from reference/train_mlp_numpy.py by "autograder build skeleton"; the tasks are the TODOs.
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
    # TODO 4.1: a square of zeros and one count per sample; np.add.at counts repeated places, += does not
    raise NotImplementedError("TODO 4.1: confusion_matrix")


def confusion_matrix_to_metrics(confusion_matrix, beta=1.0):
    """Return a dict of what the counts, (C, C), rows = target, say about the predictions.

    accuracy: the share of all samples that were predicted right, one float.
    precision: of the samples predicted as class k, the share that is of class k, (C,); NaN or 0 where there are none.
    recall: of the samples of class k, the share that was predicted as class k, (C,); NaN or 0 where there are none.
    f1_beta: (1 + β²) precision · recall / (β² precision + recall), (C,); a large β asks for recall, a small one for
        precision; NaN or 0 where one of the two is missing.
    """
    # TODO 4.2: the diagonal, divided by sums over columns, rows and everything
    raise NotImplementedError("TODO 4.2: confusion_matrix_to_metrics")


def evaluate_model(model, data_loader, num_classes=10):
    """Return the metrics (see confusion_matrix_to_metrics, β = 1) of `model` on all samples of `data_loader`.

    Args:
        model: anything whose forward(x) returns scores or probabilities, (S, C).
        data_loader: batches (x, y) to iterate over, such as Batches; every sample counts the same, whatever its batch.
        num_classes: C.
    """
    # TODO 4.3: add up the counts of the batches; the metrics come last
    raise NotImplementedError("TODO 4.3: evaluate_model")


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
    # TODO 4.4: forward, loss, backward, step; after each epoch deepcopy the model if it is the best so far
    raise NotImplementedError("TODO 4.4: train")


def save_curves(logging_dict, path):
    """Draw the loss and the two accuracies in `logging_dict` (see train) as curves, into the PNG file `path`."""
    # TODO 4.5: two axes with labels, fig.savefig(path); the lists are of different length
    raise NotImplementedError("TODO 4.5: save_curves")


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
