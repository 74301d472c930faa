"""Training with one-hot labels as the targets of the loss, and tensors on the way into the log."""

import argparse

import numpy as np
import torch
from cifar10_utils import get_cifar10
from mlp_pytorch import MLP

FLAGS = None


def make_optimizer(name, parameters, learning_rate):
    if name == "SGD":
        return torch.optim.SGD(parameters, learning_rate)
    if name == "Adam":
        return torch.optim.Adam(parameters, learning_rate)
    if name == "Adadelta":
        return torch.optim.Adadelta(parameters, learning_rate)
    raise ValueError("no such optimizer: take SGD, Adam or Adadelta, not " + str(name))


def accuracy(predictions, targets):
    right = (predictions.max(1)[1] == targets.max(1)[1]).sum()
    return right.item() / predictions.size(0)


@torch.no_grad()
def evaluate(model, split, batch_size=500):
    mode = model.training
    model.eval()
    device = next(model.parameters()).device
    outputs = []
    for x in np.array_split(split.images, max(1, split.num_examples // batch_size)):
        outputs.append(model(torch.from_numpy(x).float().to(device)).cpu())
    scores, targets = torch.cat(outputs), torch.from_numpy(split.labels)
    model.train(mode)
    return float(torch.nn.CrossEntropyLoss()(scores, targets.argmax(1))), accuracy(scores, targets)


def fit(model, optimizer, data, max_steps, batch_size, eval_freq):
    device = next(model.parameters()).device
    criterion = torch.nn.CrossEntropyLoss()
    log = {name: [] for name in ("step", "train_loss", "train_accuracy", "val_accuracy", "test_loss", "test_accuracy")}
    for step in range(max_steps):
        model.train()
        x, y = data.train.next_batch(batch_size)
        x, y = torch.from_numpy(x).to(device), torch.from_numpy(y).to(device)
        out = model(x)
        loss = criterion(out, y.to(out.dtype))
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        if (step + 1) % eval_freq == 0 or step == max_steps - 1:
            log["step"].append(step + 1)
            log["train_loss"].append(loss.item())
            log["train_accuracy"].append(accuracy(out, y))
            log["val_accuracy"].append(evaluate(model, data.validation)[1])
            for name, value in zip(("test_loss", "test_accuracy"), evaluate(model, data.test), strict=True):
                log[name].append(value)
    return log


def train():
    np.random.seed(42)
    torch.manual_seed(42)
    data = get_cifar10(FLAGS.data_dir)
    hidden = [int(n) for n in FLAGS.dnn_hidden_units.split(",")] if FLAGS.dnn_hidden_units else []
    model = MLP(int(np.prod(data.train.images.shape[1:])), hidden, data.train.labels.shape[1], FLAGS.neg_slope)
    optimizer = make_optimizer(FLAGS.optimizer, list(model.parameters()), FLAGS.learning_rate)
    return [model, fit(model, optimizer, data, FLAGS.max_steps, FLAGS.batch_size, FLAGS.eval_freq)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--dnn_hidden_units", type=str, default="100")
    parser.add_argument("--learning_rate", type=float, default=2e-3)
    parser.add_argument("--max_steps", type=int, default=1500)
    parser.add_argument("--batch_size", type=int, default=200)
    parser.add_argument("--eval_freq", type=int, default=100)
    parser.add_argument("--neg_slope", type=float, default=0.02)
    parser.add_argument("--optimizer", type=str, default="Adam")
    parser.add_argument("--data_dir", type=str, default="data/")
    FLAGS = parser.parse_args()
    print(train()[1])
