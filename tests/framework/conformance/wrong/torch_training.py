"""Training loops that are given model, optimizer and loss."""

import torch
from torch import nn


def train_step(model, optimizer, loss, x, y):
    value = loss(model(x), y)
    value.backward()
    optimizer.step()
    return value.item()


def train(model, loader, optimizer, loss, epochs, scheduler=None, on_epoch=None):
    history = []
    for epoch in range(epochs):
        for x, y in loader:
            value = train_step(model, optimizer, loss, x, y)
            if scheduler is not None:
                scheduler.step()
        history.append(value)
        if on_epoch is not None:
            on_epoch(epoch, value)
    return history


def evaluate(model, loader):
    right = n = 0
    for x, y in loader:
        right += (model(x).argmax(dim=1) == y).sum().item()
        n += len(y)
    return right


def clip_and_step(model, optimizer, loss, x, y, most):
    optimizer.zero_grad()
    loss(model(x), y).backward()
    optimizer.step()
    return nn.utils.clip_grad_norm_(model.parameters(), most)


def accumulate(model, optimizer, loss, batches):
    for x, y in batches:
        optimizer.zero_grad()
        loss(model(x), y).backward()
    optimizer.step()


def make_optimizer(model, lr):
    return torch.optim.SGD(model.parameters(), lr=lr)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.1)


def sgd_step(parameters, lr):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter = parameter - lr * parameter.grad


def zero_grad(parameters):
    for parameter in parameters:
        parameter.requires_grad_(False)


class Adagrad:
    def __init__(self, parameters, lr=0.1, eps=1e-10):
        self.parameters = parameters
        self.lr = lr
        self.eps = eps

    @torch.no_grad()
    def step(self):
        for parameter in self.parameters:
            parameter -= self.lr * parameter.grad / (parameter.grad.abs() + self.eps)

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
            self.state = model.state_dict()
        else:
            self.waited += 1
        return self.waited > self.patience

    def restore(self, model):
        model.load_state_dict(self.state)
