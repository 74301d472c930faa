"""Training of the ConvNet with a loop of its own, which takes nothing from train_mlp_pytorch.py."""

import argparse

import torch
from cifar10_utils import get_cifar10
from convnet_pytorch import ConvNet
from torch import nn, optim

LEARNING_RATE_DEFAULT = 1e-4
BATCH_SIZE_DEFAULT = 32
MAX_STEPS_DEFAULT = 5000
EVAL_FREQ_DEFAULT = 500
OPTIMIZER_DEFAULT = "Adam"

FLAGS = None


def accuracy(predictions, targets):
    return (predictions.argmax(dim=1) == targets).float().mean()


def look(model, split, device):
    model.eval()
    losses, right, n = 0.0, 0.0, 0
    with torch.no_grad():
        for i in range(0, split.num_examples, 100):
            x = torch.tensor(split.images[i : i + 100]).to(device)
            t = torch.tensor(split.labels[i : i + 100]).argmax(dim=1).to(device)
            out = model(x)
            losses += float(nn.CrossEntropyLoss(reduction="sum")(out, t))
            right += float((out.argmax(dim=1) == t).sum())
            n += len(x)
    model.train()
    return losses / n, right / n


def train():
    torch.manual_seed(42)
    name = FLAGS.device
    device = torch.device("cuda" if name == "cuda" or (name == "auto" and torch.cuda.is_available()) else "cpu")
    data = get_cifar10(data_dir=FLAGS.data_dir)
    model = ConvNet(data.train.images.shape[1], data.train.labels.shape[1]).to(device)
    optimizer = getattr(optim, FLAGS.optimizer)(model.parameters(), lr=FLAGS.learning_rate)
    log = {"step": [], "train_loss": [], "train_accuracy": [], "val_accuracy": [], "test_loss": [], "test_accuracy": []}
    for step in range(1, FLAGS.max_steps + 1):
        x, t = data.train.next_batch(FLAGS.batch_size)
        x, t = torch.tensor(x, device=device), torch.tensor(t.argmax(axis=1), device=device)
        optimizer.zero_grad()
        out = model(x)
        loss = nn.functional.cross_entropy(out, t)
        loss.backward()
        optimizer.step()
        if step % FLAGS.eval_freq == 0 or step == FLAGS.max_steps:
            log["step"].append(step)
            log["train_loss"].append(float(loss))
            log["train_accuracy"].append(float(accuracy(out, t)))
            log["val_accuracy"].append(look(model, data.validation, device)[1])
            test_loss, test_accuracy = look(model, data.test, device)
            log["test_loss"].append(test_loss)
            log["test_accuracy"].append(test_accuracy)
            print(step, test_accuracy)
    return model, log


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning_rate", type=float, default=LEARNING_RATE_DEFAULT)
    parser.add_argument("--max_steps", type=int, default=MAX_STEPS_DEFAULT)
    parser.add_argument("--batch_size", type=int, default=BATCH_SIZE_DEFAULT)
    parser.add_argument("--eval_freq", type=int, default=EVAL_FREQ_DEFAULT)
    parser.add_argument("--optimizer", type=str, default=OPTIMIZER_DEFAULT)
    parser.add_argument("--data_dir", type=str, default="data/")
    parser.add_argument("--device", type=str, default="auto")
    FLAGS, unparsed = parser.parse_known_args()
    train()
