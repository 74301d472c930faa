"""Fingerprints of code by winnowing, for all texts of a class at once.

Each run of `GRAM` tokens has a hash; of each `WINDOW` hashes in a row the smallest is a fingerprint (Schleimer, Wilkerson and
Aiken, SIGMOD 2003). So any `GRAM + WINDOW - 1` tokens that two texts share give both an equal fingerprint, wherever they stand,
and about 2 of `WINDOW + 1` hashes are kept.

Shapes: T tokens of all texts, F fingerprints.
"""

import numpy as np

GRAM = 16  # tokens: a line and a half, so that `return x @ W.T + b` alone is no sign
WINDOW = 6
assert WINDOW <= GRAM, "a window would reach from one segment into the next"

NONE = np.uint64(2**64 - 1)  # in place of a hash, where the segment ends before GRAM tokens
FACTOR = 0x9E3779B97F4A7C15
POWERS = np.array([pow(FACTOR, GRAM - 1 - place, 2**64) for place in range(GRAM)], dtype=np.uint64)


def winnow(codes: np.ndarray, segment: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the fingerprints start, int64 (F,) in rising order, and their values, uint64 (F,).

    They depend on the tokens of their segment only: not on the segments beside it, and not on the order of the texts.

    Args:
        codes: uint64 (T,), a number for each token.
        segment: int64 (T,), the number of the segment that it belongs to, in rising order. No run reaches across.
    """
    if len(codes) < GRAM:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    hashes = hashes_of(codes, segment)
    count = len(hashes)
    padded = np.concatenate([hashes, np.full(WINDOW - 1, NONE)])
    # The last of the smallest in each window, as the paper has it.
    backwards = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[:, ::-1]
    smallest = np.arange(count) + WINDOW - 1 - backwards.argmin(axis=1)
    whole = np.zeros(count, dtype=bool)
    whole[: count - WINDOW + 1] = padded[WINDOW - 1 : count] != NONE if count >= WINDOW else False
    first = np.concatenate([[True], segment[1:count] != segment[: count - 1]])  # one window for a segment that has no whole one
    starts = np.unique(smallest[(whole | first) & (hashes != NONE)])
    return starts, hashes[starts]


def hashes_of(codes: np.ndarray, segment: np.ndarray) -> np.ndarray:
    """Return the hash of the GRAM tokens from each on, uint64 (T - GRAM + 1,); NONE where they reach across segments."""
    count = len(codes) - GRAM + 1
    hashes = np.zeros(count, np.uint64)
    for place, power in enumerate(POWERS):
        hashes += codes[place : place + count] * power  # modulo 2 ** 64
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(FACTOR)
    hashes ^= hashes >> np.uint64(29)
    hashes[hashes == NONE] = 0
    hashes[segment[:count] != segment[GRAM - 1 :]] = NONE
    return hashes
