"""Random numbers from a source that is handed in."""

import random

import numpy as np


def roll(rng, n):
    return [rng.randint(1, 6) for _ in range(n)]


def shuffled(items, rng):
    items = list(items)
    rng.shuffle(items)
    return items


def sample_lines(lines, k, seed):
    return random.Random(seed).sample(lines, k)


def walk(rng, steps):
    return np.cumsum(rng.choice([-1, 1], size=steps))


def split(X, y, fraction, rng):
    order = rng.permutation(len(X))
    cut = int(len(X) * fraction)
    return X[order[:cut]], X[order[cut:]], y[order[:cut]], y[order[cut:]]


def init_weights(shape, rng):
    return rng.normal(0.0, np.sqrt(2 / shape[0]), size=shape)


def dropout(x, p, rng):
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p)


def make_rng(seed):
    return np.random.default_rng(seed)


def make_random(seed):
    return random.Random(seed)


def legacy(seed, n):
    np.random.seed(seed)
    return np.random.rand(n)


def seeded(seed, n):
    random.seed(seed)
    return [random.random() for _ in range(n)]


def estimate_pi(n, rng):
    points = rng.uniform(-1, 1, size=(n, 2))
    return 4 * np.mean((points**2).sum(axis=1) <= 1)


class Bandit:
    def __init__(self, means, rng):
        self.means = means
        self.rng = rng

    def pull(self, arm):
        return self.means[arm] + self.rng.standard_normal()
