"""Train the PyTorch MLP with one of three optimizers, for a number of steps; run it with --help for the flags.

Shapes: S samples in a batch, M inputs, C classes. Images are (S, channels, height, width), labels are one-hot, (S, C).

What this file has for its own network serves for any other: `fit` trains whatever model it is given.
"""

import argparse

import torch
from cifar10_utils import DATA_DIR, get_cifar10
from mlp_pytorch import MLP
from torch import nn

FLAGS = None  # an argparse.Namespace or the like, set by whoever calls train
LOGGED = ("step", "train_loss", "train_accuracy", "val_accuracy", "test_loss", "test_accuracy")


def make_optimizer(name, parameters, learning_rate):
    """Return the optimizer of torch.optim called "SGD", "Adam" or "Adadelta", for these parameters.

    All but the learning rate is as PyTorch has it by default.

    Raises:
        ValueError: there is no such optimizer; the message names those that there are.
    """
    # BEGIN SOLUTION 5.1 a dict from names to classes
    optimizers = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "Adadelta": torch.optim.Adadelta}
    if name not in optimizers:
        raise ValueError(f"there is no optimizer {name!r}; choose one of {', '.join(optimizers)}")
    return optimizers[name](parameters, lr=learning_rate)
    # END SOLUTION


def accuracy(predictions, targets):
    """Return the share of samples, a float from 0 to 1, whose largest prediction is at the right class.

    Args:
        predictions: scores, a tensor (S, C).
        targets: one-hot labels, a tensor (S, C).
    """
    # BEGIN SOLUTION 5.2 argmax of both
    return (predictions.argmax(dim=1) == targets.argmax(dim=1)).float().mean().item()
    # END SOLUTION


def evaluate(model, split, batch_size=500):
    """Return loss and accuracy, two floats, of a model in eval mode over all images of a split of get_cifar10.

    Every image counts the same, also where the last batch is smaller. No gradients are kept, and the mode that the model was
    in is its mode again afterwards.

    Args:
        model: takes images, (S, channels, height, width), float32, on the device of its parameters, and returns scores.
        split: its images and labels are arrays.
        batch_size: how many images the model gets at a time.
    """
    # BEGIN SOLUTION 5.3 model.eval(), torch.no_grad(); sums over the batches, divided at the end
    device, was_training = next(model.parameters()).device, model.training
    loss = right = 0.0
    model.eval()
    with torch.no_grad():
        for start in range(0, split.num_examples, batch_size):
            x = torch.as_tensor(split.images[start : start + batch_size], dtype=torch.float32, device=device)
            y = torch.as_tensor(split.labels[start : start + batch_size], device=device)
            scores = model(x)
            loss += nn.functional.cross_entropy(scores, y.argmax(dim=1), reduction="sum").item()
            right += accuracy(scores, y) * len(x)
    model.train(was_training)
    return loss / split.num_examples, right / split.num_examples
    # END SOLUTION


def fit(model, optimizer, data, max_steps, batch_size, eval_freq):
    """Train a model on the mean cross-entropy, one batch of the training split a step; return the log.

    The model is in training mode in every step.

    Args:
        model: see evaluate.
        optimizer: of its parameters.
        data: what get_cifar10 returns.
        max_steps, batch_size: the number of steps, the number of images in each.
        eval_freq: loss and accuracy are looked at after every so many steps, and after the last one.

    Returns:
        dict of lists with an entry for each look:
            "step": the number of steps so far, such as 100, 200, 300.
            "train_loss", "train_accuracy": floats, of the batch of that step, as it was before the step.
            "val_accuracy": float, of all images of the validation split, in eval mode.
            "test_loss", "test_accuracy": floats, of all images of the test split, in eval mode.
    """
    # BEGIN SOLUTION 5.4 zero_grad, scores, loss, backward, step; nn.CrossEntropyLoss takes scores and class numbers
    device = next(model.parameters()).device
    loss_module = nn.CrossEntropyLoss()
    log: dict[str, list] = {name: [] for name in LOGGED}
    for step in range(1, max_steps + 1):
        x, y = (torch.as_tensor(array, dtype=torch.float32, device=device) for array in data.train.next_batch(batch_size))
        model.train()
        scores = model(x)  # (S, channels, height, width) → (S, C)
        loss = loss_module(scores, y.argmax(dim=1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % eval_freq == 0 or step == max_steps:
            _, val_accuracy = evaluate(model, data.validation)
            seen = (step, loss.item(), accuracy(scores, y), val_accuracy, *evaluate(model, data.test))
            for name, number in zip(LOGGED, seen, strict=True):
                log[name].append(number)
    return log
    # END SOLUTION


def train():
    """Train an MLP as FLAGS say, which are those of train in train_mlp_numpy.py and `optimizer` (see make_optimizer).

    All that is random starts from seed 42 (torch.manual_seed), so that two runs with the same flags are the same.

    Returns:
        model: the MLP after the last step.
        log: see fit.
    """
    # BEGIN SOLUTION 5.5 get_cifar10, MLP, make_optimizer, fit
    torch.manual_seed(42)
    data = get_cifar10(FLAGS.data_dir)
    n_inputs, n_classes = data.train.images[0].size, data.train.labels.shape[1]
    n_hidden = [int(units) for units in FLAGS.dnn_hidden_units.split(",") if units]
    model = MLP(n_inputs, n_hidden, n_classes, FLAGS.neg_slope)
    optimizer = make_optimizer(FLAGS.optimizer, model.parameters(), FLAGS.learning_rate)
    return model, fit(model, optimizer, data, FLAGS.max_steps, FLAGS.batch_size, FLAGS.eval_freq)
    # END SOLUTION


def flags_of_the_command_line():
    """Return an argparse.Namespace with the attributes that train asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--dnn_hidden_units", default="100", type=str, help="units of each hidden layer, with commas between")
    parser.add_argument("--learning_rate", default=2e-3, type=float, help="learning rate")
    parser.add_argument("--max_steps", default=1500, type=int, help="number of steps")
    parser.add_argument("--batch_size", default=200, type=int, help="images per step")
    parser.add_argument("--eval_freq", default=100, type=int, help="steps from one look at the accuracy to the next")
    parser.add_argument("--neg_slope", default=0.02, type=float, help="slope of the leaky ReLU below 0")
    parser.add_argument("--optimizer", default="SGD", type=str, help="SGD, Adam or Adadelta")
    parser.add_argument("--data_dir", default=DATA_DIR, type=str, help="folder of the data set")
    return parser.parse_args()


def main():
    """Train as FLAGS say, print the test accuracies and save the curves."""
    from experiments import curves_figure  # here, because training should not wait for matplotlib

    _, log = train()
    print(f"test accuracy: best {max(log['test_accuracy']):.3f}, last {log['test_accuracy'][-1]:.3f}")
    curves_figure(log).savefig("train_mlp_pytorch.png", dpi=150)
    print("curves saved in train_mlp_pytorch.png")


if __name__ == "__main__":
    FLAGS = flags_of_the_command_line()
    main()
