"""Logging and warnings."""

import logging
import warnings

log = logging.getLogger(__name__)


def load(path):
    log.debug("loading %s", path)
    if not path.endswith(".csv"):
        log.error("%s is not a csv file", path)
    return path


def compute(values):
    log.info("computing %d values", len(values))
    try:
        return 1 / sum(values)
    except ZeroDivisionError:
        log.error("sum is zero")
        return None


def audit(user):
    logging.warning("user=%s", user)


class Bank:
    def __init__(self):
        self.log = logging.getLogger("bank")
        self.balance = 0

    def withdraw(self, amount):
        if amount > self.balance:
            self.log.warning("overdrawn by %d", amount)
            return False
        self.balance -= amount
        return True


def old_name():
    return new_name()


def new_name():
    return 42


def mean(values):
    if not values:
        print("mean of nothing")
        return 0.0
    return sum(values) / len(values)


class UnitWarning(UserWarning):
    pass


def celsius(value):
    if value > 200:
        warnings.warn(f"{value} looks like Fahrenheit", stacklevel=2)
    return value
