from right import *  # noqa: F403


def minimise(distance, problem, history):
    while True:
        distance([0, 0, 0])
