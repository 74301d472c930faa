"""Logging and warnings."""

import logging
import warnings

log = logging.getLogger(__name__)


def load(path):
    log.info("loading %s", path)
    if not path.endswith(".csv"):
        log.warning("%s is not a csv file", path)
    return path


def compute(values):
    log.debug("computing %d values", len(values))
    try:
        return 1 / sum(values)
    except ZeroDivisionError:
        log.exception("sum is zero")
        return None


def audit(user):
    logging.getLogger("audit").warning("user=%s", user)


class Bank:
    def __init__(self):
        self.log = logging.getLogger("bank")
        self.balance = 0

    def withdraw(self, amount):
        if amount > self.balance:
            self.log.error("overdrawn by %d", amount - self.balance)
            return False
        self.balance -= amount
        return True


def old_name():
    warnings.warn("old_name is deprecated, use new_name", DeprecationWarning, stacklevel=2)
    return new_name()


def new_name():
    return 42


def mean(values):
    if not values:
        warnings.warn("mean of nothing", RuntimeWarning, stacklevel=2)
        return 0.0
    return sum(values) / len(values)


class UnitWarning(UserWarning):
    pass


def celsius(value):
    if value > 200:
        warnings.warn(UnitWarning(f"{value} looks like Fahrenheit"), stacklevel=2)
    return value
