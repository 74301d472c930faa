"""Random numbers from a source that is handed in."""

import random

import numpy as np


def roll(rng, n):
    return [random.randint(1, 6) for _ in range(n)]


def shuffled(items, rng):
    rng.shuffle(items)
    return items


def sample_lines(lines, k, seed):
    return random.Random(seed).choices(lines, k=k)


def walk(rng, steps):
    return rng.choice([-1, 1], size=steps)


def split(X, y, fraction, rng):
    cut = int(len(X) * fraction)
    return X[rng.permutation(len(X))[:cut]], X[cut:], y[:cut], y[cut:]


def init_weights(shape, rng):
    return np.random.normal(0.0, np.sqrt(2 / shape[0]), size=shape)


def dropout(x, p, rng):
    mask = rng.random(x.shape) >= p
    return x * mask


def make_rng(seed):
    return np.random.default_rng()


def make_random(seed):
    return random.Random()


def legacy(seed, n):
    return np.random.default_rng(seed).random(n)


def seeded(seed, n):
    return [random.Random(seed).random() for _ in range(n)]


def estimate_pi(n, rng):
    points = rng.uniform(0, 1, size=(n, 2))
    return np.mean((points**2).sum(axis=1) <= 1)


class Bandit:
    def __init__(self, means, rng):
        self.means = means

    def pull(self, arm):
        return self.means[arm] + np.random.standard_normal()
