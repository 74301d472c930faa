"""Code that rolls dice, waits, reads clocks and calls libraries."""

import os
import random
import time
from datetime import date
from random import choice

import numpy as np


def roll(n=2):
    return [random.randint(1, 6) for _ in range(n)]


def is_heads():
    return random.random() < 0.5


def pick_name(names):
    return choice(names)


def pick_qualified(names):
    return random.choice(names)


def deal(cards):
    cards = list(cards)
    random.shuffle(cards)
    return cards[:2]


def guess_game(secret_range, ask):
    secret = random.randrange(secret_range)
    tries = 1
    while ask() != secret:
        tries += 1
    return tries


def timed(f):
    start = time.time()
    f()
    return time.time() - start


def wait_for(ready, most=5):
    for _ in range(most):
        if ready():
            return True
        time.sleep(1)
    return False


def stamp():
    return time.strftime("%Y-%m-%d", time.gmtime(time.time()))


def age(born, today=None):
    today = today or date.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def least_squares(X, y):
    return np.linalg.solve(X.T @ X, X.T @ y)


def norm(x):
    return np.sqrt(np.sum(x * x))


def noise(n):
    return np.random.normal(0, 1, n)


def home():
    return os.environ.get("SHOP_HOME", "/default")


def needs_key():
    return os.environ["SHOP_KEY"]


def list_texts(folder):
    return sorted(name for name in os.listdir(folder) if name.endswith(".txt"))


def exists(path):
    return os.path.exists(path)
