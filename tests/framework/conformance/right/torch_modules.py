"""Modules, written and returned."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, n_in=4, n_hidden=8, n_out=3):
        super().__init__()
        self.fc1 = nn.Linear(n_in, n_hidden)
        self.fc2 = nn.Linear(n_hidden, n_out)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        return self.fc2(self.dropout(torch.relu(self.fc1(x))))


class Scale(nn.Module):
    """Multiply by a parameter."""

    def __init__(self, n):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n))
        self.register_buffer("calls", torch.tensor(0))

    def forward(self, x):
        self.calls += 1
        return x * self.weight


class Residual(nn.Module):
    """x + f(x) for any module f."""

    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return x + self.f(x)


class Stack(nn.Module):
    def __init__(self, make, depth):
        super().__init__()
        self.layers = nn.ModuleList([make() for _ in range(depth)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def mlp(*sizes, activation=nn.ReLU):
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers[:-1])


def count_parameters(model, trainable=True):
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable)


def freeze(model, prefix=""):
    for name, parameter in model.named_parameters():
        if name.startswith(prefix):
            parameter.requires_grad_(False)


def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.constant_(module.weight, 0.5)
        nn.init.zeros_(module.bias)


def copy_weights(source, target):
    target.load_state_dict(source.state_dict())


def ema_update(average, model, decay):
    with torch.no_grad():
        for a, p in zip(average.parameters(), model.parameters()):
            a.mul_(decay).add_(p, alpha=1 - decay)


def activations(model, x):
    """Return the outputs of all ReLU layers, by hooks."""
    kept, handles = [], []
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            handles.append(module.register_forward_hook(lambda module, args, output: kept.append(output)))
    model(x)
    for handle in handles:
        handle.remove()
    return kept


def replace_head(model, n_classes):
    model.fc = nn.Linear(model.fc.in_features, n_classes)
    return model


def layer_names(model):
    return [type(module).__name__ for module in model.children()]


def predict(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        result = model(x).argmax(dim=-1)
    model.train(was_training)
    return result


def save(model, path):
    torch.save(model.state_dict(), path)


def load(model, path):
    model.load_state_dict(torch.load(path, weights_only=True))
    return model
