import os
import socket

from right import *

from autograder.sandbox.child import SOCKET_FD, Servant
from autograder.sandbox.connection import Connection


def fork(self):
    self.acknowledge(True)
    _, (new_socket, _), _, _ = socket.recv_fds(self.connection.socket, 1, 2)
    os.dup2(new_socket, SOCKET_FD)
    self.connection = Connection(self.connection.socket)
    self.acknowledge(True)


Servant.fork = fork
