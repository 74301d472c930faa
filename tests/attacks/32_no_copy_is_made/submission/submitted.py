import time

from right import *

from autograder.sandbox.child import Servant


def fork(self):
    self.acknowledge(True)
    time.sleep(1000)


Servant.fork = fork
