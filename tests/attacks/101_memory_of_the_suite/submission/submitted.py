from right import *


def minimise(distance, problem, history):
    while True:
        history.append("x" * 100_000)
        try:
            distance([0, 0, 0])
            distance(np.zeros(10_000_000))
        except Exception:
            pass
