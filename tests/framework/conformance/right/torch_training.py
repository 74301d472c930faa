"""Training loops that are given model, optimizer and loss."""

import torch
from torch import nn


def train_step(model, optimizer, loss, x, y):
    model.train()
    optimizer.zero_grad()
    value = loss(model(x), y)
    value.backward()
    optimizer.step()
    return value.item()


def train(model, loader, optimizer, loss, epochs, scheduler=None, on_epoch=None):
    history = []
    for epoch in range(epochs):
        total, n = 0.0, 0
        for x, y in loader:
            total += train_step(model, optimizer, loss, x, y) * len(x)
            n += len(x)
        if scheduler is not None:
            scheduler.step()
        history.append(total / n)
        if on_epoch is not None:
            on_epoch(epoch, history[-1])
    return history


def evaluate(model, loader):
    model.eval()
    right = n = 0
    with torch.no_grad():
        for x, y in loader:
            right += (model(x).argmax(dim=1) == y).sum().item()
            n += len(y)
    return right / n


def clip_and_step(model, optimizer, loss, x, y, most):
    optimizer.zero_grad()
    loss(model(x), y).backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), most)
    optimizer.step()
    return norm


def accumulate(model, optimizer, loss, batches):
    optimizer.zero_grad()
    for x, y in batches:
        (loss(model(x), y) / len(batches)).backward()
    optimizer.step()


def make_optimizer(model, lr):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)


def sgd_step(parameters, lr):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= lr * parameter.grad


def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = None


class Adagrad:
    def __init__(self, parameters, lr=0.1, eps=1e-10):
        self.parameters = list(parameters)
        self.lr = lr
        self.eps = eps
        self.sums = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self):
        for parameter, total in zip(self.parameters, self.sums):
            total += parameter.grad**2
            parameter -= self.lr * parameter.grad / (total.sqrt() + self.eps)

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None


class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best = float("inf")
        self.state = None
        self.waited = 0

    def __call__(self, value, model):
        if value < self.best:
            self.best = value
            self.state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.state)
