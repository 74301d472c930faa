"""A weather station, tested in the style of unittest."""

import random
import time
from datetime import date, datetime

import numpy as np


class Sensor:
    def read(self):
        raise RuntimeError("no hardware")

    def calibrate(self, offset=0.0):
        raise RuntimeError("no hardware")


class Station:
    def __init__(self, sensor=None, clock=time.time):
        self.sensor = sensor if sensor is not None else Sensor()
        self.clock = clock
        self.log = []

    def measure(self):
        self.log.append((self.clock(), self.sensor.read()))
        return self.sensor.read()

    def average(self, n):
        return self.measure()

    def reset(self):
        self.log.clear()

    def alarm(self, notify, limit):
        value = self.measure()
        notify("too hot", value=value)
        return value > limit

    def measure_safely(self, retries):
        try:
            return self.measure()
        except OSError:
            return None


def today_name():
    return date.today().strftime("%a")


def greeting():
    return "Good morning" if datetime.now().hour <= 12 else "Good day"


def pick():
    return ["sun", "rain"][random.randint(0, 1)]


def invert(matrix):
    return 1 / matrix


def solve(matrix, b):
    return np.linalg.inv(matrix) @ b


def plugin_name():
    import mocks_plugin

    return mocks_plugin.__name__
