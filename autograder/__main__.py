"""`python -m autograder`, the same as the command `autograder`."""

import signal
from typing import NoReturn


def command() -> NoReturn:
    """Run the command and end with it. Until it can say so itself, Ctrl-C ends it without a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from autograder.sandbox.loading import loading

    with loading():
        from autograder.commands.launch import command

    command()


if __name__ == "__main__":
    command()
