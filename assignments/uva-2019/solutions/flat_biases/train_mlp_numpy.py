"""Training that prints every look, with numbers of NumPy in the log, and a third value returned."""

import argparse

import numpy as np
from cifar10_utils import get_cifar10
from mlp_numpy import MLP
from modules import CrossEntropyModule, LinearModule

DNN_HIDDEN_UNITS_DEFAULT = "100"
LEARNING_RATE_DEFAULT = 2e-3
MAX_STEPS_DEFAULT = 1500
BATCH_SIZE_DEFAULT = 200
EVAL_FREQ_DEFAULT = 100
NEG_SLOPE_DEFAULT = 0.02

FLAGS = None


def accuracy(predictions, targets):
    right = np.argmax(predictions, axis=1) == np.argmax(targets, axis=1)
    return np.sum(right) / len(right)


def train():
    np.random.seed(42)
    units = [] if FLAGS.dnn_hidden_units == "" else [int(unit) for unit in FLAGS.dnn_hidden_units.split(",")]
    cifar10 = get_cifar10(FLAGS.data_dir)
    x_test, y_test = cifar10.test.images.reshape(cifar10.test.num_examples, -1), cifar10.test.labels
    x_val, y_val = cifar10.validation.images.reshape(cifar10.validation.num_examples, -1), cifar10.validation.labels
    net, loss = MLP(x_test.shape[1], units, y_test.shape[1], FLAGS.neg_slope), CrossEntropyModule()
    log = {"step": [], "train_loss": [], "train_accuracy": [], "val_accuracy": [], "test_loss": [], "test_accuracy": []}
    for step in range(FLAGS.max_steps):
        x, y = cifar10.train.next_batch(FLAGS.batch_size)
        out = net.forward(x.reshape(x.shape[0], -1))
        batch_loss = loss.forward(out, y)
        net.backward(loss.backward(out, y))
        for module in net.modules.values():
            if isinstance(module, LinearModule):
                module.params["weight"] = module.params["weight"] - FLAGS.learning_rate * module.grads["weight"]
                module.params["bias"] = module.params["bias"] - FLAGS.learning_rate * module.grads["bias"]
        if (step + 1) % FLAGS.eval_freq == 0 or step + 1 == FLAGS.max_steps:
            log["step"].append(step + 1)
            log["train_loss"].append(np.float64(batch_loss))
            log["train_accuracy"].append(accuracy(out, y))
            log["val_accuracy"].append(accuracy(net.forward(x_val), y_val))
            test_out = net.forward(x_test)
            log["test_loss"].append(loss.forward(test_out, y_test))
            log["test_accuracy"].append(accuracy(test_out, y_test))
            print(f"step {step + 1}: loss {batch_loss:.3f}, test accuracy {log['test_accuracy'][-1]:.3f}")
    return net, log, log["test_accuracy"][-1]


def print_flags():
    for key, value in vars(FLAGS).items():
        print(f"{key} : {value}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--dnn_hidden_units", type=str, default=DNN_HIDDEN_UNITS_DEFAULT)
    parser.add_argument("--learning_rate", type=float, default=LEARNING_RATE_DEFAULT)
    parser.add_argument("--max_steps", type=int, default=MAX_STEPS_DEFAULT)
    parser.add_argument("--batch_size", type=int, default=BATCH_SIZE_DEFAULT)
    parser.add_argument("--eval_freq", type=int, default=EVAL_FREQ_DEFAULT)
    parser.add_argument("--neg_slope", type=float, default=NEG_SLOPE_DEFAULT)
    parser.add_argument("--data_dir", type=str, default="data/")
    FLAGS, unparsed = parser.parse_known_args()
    print_flags()
    train()
