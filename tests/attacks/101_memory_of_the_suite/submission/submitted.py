from right import *


def minimise(distance, problem, history):
    while True:
        history.append("x" * 1_000)  # more would be too much for one message before the time is over
        try:
            distance([0, 0, 0])
            distance(np.zeros(10_000_000))
        except Exception:
            pass
