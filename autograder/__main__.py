"""`python -m autograder`, the same as the command `autograder`."""

import sys

from autograder.launch import command

sys.exit(command())
