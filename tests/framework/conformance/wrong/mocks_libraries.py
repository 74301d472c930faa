"""Code that rolls dice, waits, reads clocks and calls libraries."""

import os
import random
import time
from datetime import date
from random import choice

import numpy as np


def roll(n=2):
    return [random.randint(0, 5) for _ in range(n)]


def is_heads():
    return random.random() <= 0.5


def pick_name(names):
    return names[0]


def pick_qualified(names):
    return choice(names[:1])


def deal(cards):
    random.shuffle(cards)
    return cards[:2]


def guess_game(secret_range, ask):
    secret = random.randrange(secret_range)
    tries = 0
    while ask() != secret:
        tries += 1
    return tries


def timed(f):
    start = time.time()
    f()
    return start - time.time()


def wait_for(ready, most=5):
    for _ in range(most):
        time.sleep(1)
        if ready():
            return True
    return False


def stamp():
    return time.strftime("%Y-%m-%d", time.gmtime(0))


def age(born, today=None):
    today = today or date.today()
    return today.year - born.year


def least_squares(X, y):
    return np.linalg.inv(X.T @ X) @ X.T @ y


def norm(x):
    return np.linalg.norm(x)


def noise(n):
    return np.array([random.gauss(0, 1) for _ in range(n)])


def home():
    return os.environ.get("HOME", "/default")


def needs_key():
    return os.environ.get("SHOP_KEY", "")


def list_texts(folder):
    return [name for name in os.listdir(folder)]


def exists(path):
    try:
        open(path).close()
    except OSError:
        return False
    return True
