# Generated from reference/hw3_sol.py by "autograder build skeleton"; the tasks are the TODOs.
"""A multi-layer perceptron of the modules in hw3_lib.py, and its training by gradient descent in batches.

Shapes: N samples, D = 784 pixels of an image, C = 10 classes, E epochs.

Only the first weights are drawn at random, and nothing is shuffled: the same seed gives the same numbers in every run.
Importing this file trains nothing. To train a network, run

    python make_data.py      once: writes training_data_student/train.csv and test.csv
    python hw3_sol.py        trains the network of 5.6 (a) and prints its accuracies
"""

import numpy as np
from hw3_lib import CrossEntropyLoss, GradientDescentOptimizer, Linear, Sigmoid

SEED = 10701


def init_linear_params(in_size, out_size):
    """Return first weights, (in_size, out_size), and biases, (1, out_size), uniform within 1 / sqrt(out_size) of zero.

    They are drawn from NumPy's global generator, weights before biases.
    """
    bound = 1 / np.sqrt(out_size)
    weights = np.random.uniform(-bound, bound, (in_size, out_size))
    biases = np.random.uniform(-bound, bound, (1, out_size))
    return weights, biases


class MultiLayerPerceptron:
    """Modules in a row, each feeding the next.

    Args:
        layers: list of the modules, first to last; the last one gives scores, which no softmax has been applied to.
    """

    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        """Return scores, (N, C), for x, (N, D)."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, criterion):
        """Fill the gradients of all layers with those of the loss that `criterion` has worked out last."""
        dloss = criterion.backward()
        for layer in reversed(self.layers):
            dloss = layer.backward(dloss)


def define_network(size_hidden, size_input=784, size_output=10, seed=SEED):
    """Return a MultiLayerPerceptron of three modules: Linear, Sigmoid, Linear.

    After np.random.seed(seed), init_linear_params draws the parameters of the first Linear and then those of the second.

    Args:
        size_hidden: number of hidden units.
        size_input, size_output: D and C.
        seed: of the first parameters.
    """
    np.random.seed(seed)
    # TODO 5.7: each Linear gets what init_linear_params returns for its sizes; modules are made in their order
    raise NotImplementedError("TODO 5.7: define_network")


def train_network(model, dataset, num_epoch, learning_rate, batch_size, seed=SEED):
    """Train `model` as it stands, by gradient descent in batches, and return what came of it after each epoch.

    An epoch goes once through the training samples in the order in which they lie there. Batches are slices of batch_size
    rows; the last one is smaller where the samples run out. Each batch takes one step: forward, loss, backward, step.
    At the end of each epoch, losses and accuracies are worked out anew on all samples, with the model as it is then.

    Args:
        model: a MultiLayerPerceptron, which is changed.
        dataset: dict of train_x, (N, D), train_y, integers (N,), test_x and test_y; left as it is.
        num_epoch: E, at least 1.
        learning_rate: see GradientDescentOptimizer.
        batch_size: samples in a step.
        seed: of NumPy's global generator, for whoever draws random numbers in training; here nobody does.

    Returns:
        A dict of
        train_loss, test_loss: lists of E floats, the mean cross-entropy of all samples after each epoch.
        train_accuracy, test_accuracy: lists of E floats, the share of samples whose largest score is at their label.
        yhat_train, yhat_test: lists of N labels, the classes that the model predicts in the end.
    """
    np.random.seed(seed)
    # TODO 5.7: one loop over epochs and one over slices; then two more passes, over all samples of each split
    raise NotImplementedError("TODO 5.7: train_network")


def load_data(folder="training_data_student"):
    """Return the data set that train_network takes, read from train.csv and test.csv in `folder`."""
    from data_files import read_csv  # here, because training on other data should not wait for it

    train_x, train_y = read_csv(f"{folder}/train.csv")
    test_x, test_y = read_csv(f"{folder}/test.csv")
    return {"train_x": train_x, "train_y": train_y, "test_x": test_x, "test_y": test_y}


def main():
    """Train the network of 5.6 (a) and print its accuracies; change it for (b) to (e)."""
    model = define_network(256)
    # For (c) to (e): np.random.seed(SEED), then MultiLayerPerceptron([Linear(init_linear_params(784, 256)), ReLU(), ...])
    result = train_network(model, load_data(), num_epoch=50, learning_rate=0.01, batch_size=50)
    for epoch, accuracies in enumerate(zip(result["train_accuracy"], result["test_accuracy"], strict=True), start=1):
        print("epoch {:2}: training accuracy {:.4f}, test accuracy {:.4f}".format(epoch, *accuracies))


if __name__ == "__main__":
    main()
