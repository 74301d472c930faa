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
        value = self.sensor.read()
        self.log.append((self.clock(), value))
        return value

    def average(self, n):
        return sum(self.measure() for _ in range(n)) / n

    def reset(self):
        self.sensor.calibrate(offset=1.5)
        self.log.clear()

    def alarm(self, notify, limit):
        value = self.measure()
        if value > limit:
            notify("too hot", value=value)
            return True
        return False

    def measure_safely(self, retries):
        for _ in range(retries):
            try:
                return self.measure()
            except OSError:
                time.sleep(0.5)
        return None


def today_name():
    return date.today().strftime("%A")


def greeting():
    return "Good morning" if datetime.now().hour < 12 else "Good day"


def pick():
    return random.choice(["sun", "rain"])


def invert(matrix):
    return np.linalg.inv(matrix)


def solve(matrix, b):
    return np.linalg.solve(matrix, b)


def plugin_name():
    import mocks_plugin

    return mocks_plugin.NAME
