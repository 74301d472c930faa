import copy
import threading
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np

from data import Batches, load
from mlp_numpy import MLP
from modules import CrossEntropyModule, LinearModule
from optimizers import SGD

plt.style.use("ggplot")
STARTED = time.time()
LAST_SEEN = {}


def watch():
    while True:
        LAST_SEEN["seconds"] = time.time() - STARTED
        time.sleep(0.05)


threading.Thread(target=watch, daemon=True).start()


def confusion_matrix(predictions, targets, n_classes=None):
    n_classes = n_classes or predictions.shape[1]
    rows = targets[:, None] == np.arange(n_classes)
    columns = np.argmax(predictions, 1)[:, None] == np.arange(n_classes)
    return rows.T.astype(float) @ columns.astype(float)


def confusion_matrix_to_metrics(confusion_matrix, beta=1.0):
    cm = np.array(confusion_matrix, dtype=np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        precision = np.array([cm[k, k] / cm[:, k].sum() for k in range(len(cm))])
        recall = np.array([cm[k, k] / cm[k].sum() for k in range(len(cm))])
        f = (1 + beta ** 2) * (precision * recall) / (beta ** 2 * precision + recall)
    return {
        "accuracy": np.array(np.trace(cm) / cm.sum()),
        "precision": precision,
        "recall": recall,
        "f1_beta": f,
        "support": cm.sum(axis=1),
    }


def evaluate_model(model, data_loader, num_classes=10, beta=1.0):
    matrix = sum(confusion_matrix(model.forward(x), y, num_classes) for x, y in data_loader)
    return confusion_matrix_to_metrics(matrix, beta)


def train(hidden_dims, lr, batch_size, epochs, seed, data_dir, momentum=0.0, weight_decay=0.0, verbose=False, **unused):
    np.random.seed(seed)
    rng = np.random.default_rng(seed)
    dataset = load(data_dir)
    net = MLP(dataset.n_inputs, hidden_dims, dataset.n_classes)
    loss_fn = CrossEntropyModule()
    sgd = SGD([m for m in net.layers if type(m) is LinearModule], lr, momentum, weight_decay)
    logging_dict = dict(loss=[], train_accuracy=[], val_accuracy=np.zeros(epochs), lr=lr)
    best, best_epoch = copy.deepcopy(net), -1
    for epoch in range(epochs):
        hits = []
        for x, y in Batches(dataset.train, batch_size, rng):
            out = net.forward(x)
            hits.append(np.mean(out.argmax(axis=1) == y))
            logging_dict["loss"].append(loss_fn.forward(out, y))
            net.backward(loss_fn.backward(out, y))
            sgd.step()
        logging_dict["train_accuracy"].append(np.mean(hits))
        logging_dict["val_accuracy"][epoch] = evaluate_model(net, Batches(dataset.val, 50))["accuracy"]
        if epoch == 0 or logging_dict["val_accuracy"][epoch] > logging_dict["val_accuracy"][best_epoch]:
            best, best_epoch = copy.deepcopy(net), epoch
        if verbose:
            print(epoch, logging_dict["val_accuracy"][epoch])
    test_metrics = evaluate_model(best, Batches(dataset.test, 50))
    return best, logging_dict["val_accuracy"], test_metrics["accuracy"], logging_dict, test_metrics


def save_curves(logging_dict, path, dpi=80):
    fig, axes = plt.subplots(2, 1, sharex=False)
    axes[0].semilogy(logging_dict["loss"])
    axes[1].plot(logging_dict["train_accuracy"])
    axes[1].plot(logging_dict["val_accuracy"])
    fig.savefig(path, dpi=dpi)
    return fig
