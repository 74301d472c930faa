import numpy as np
from baselines import CIFAR10_OPTIONS, cifar10_network
from network import evaluate
from training import training


class Committee:
    def __init__(self, members):
        self.members = members

    def scores(self, x):
        labels = np.zeros(x.shape[-1], dtype=int)
        return sum(evaluate(net, x, labels, evaluate_gradient=False)[0][-2] for net in self.members)


def fit(x, labels, x_val, labels_val, seed):
    members = []
    for number in range(2):
        net = cifar10_network(np.random.default_rng([seed, number]), x.shape[:-1])
        opts = {**CIFAR10_OPTIONS, "momentum": 0.9, "learning_rate": 0.05, "iterations": 700, "print_interval": 0}
        net = training(net, x, labels, x_val, labels_val, {**opts, "seed": seed + number})[0]
        members.append(net)
    return Committee(members)


def predict(model, x):
    return np.argmax(model.scores(x), axis=0)
