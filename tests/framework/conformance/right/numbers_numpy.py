import numpy as np


def mean_of(x):
    return x.mean()


def is_sorted(x):
    return np.all(x[:-1] <= x[1:])


def argmax(x):
    return np.argmax(x)


def count_positive(x):
    return int((x > 0).sum())


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def relu(x):
    return np.maximum(x, 0)


def scale_in_place(x, k):
    x *= k


def clip_in_place(x, low, high):
    np.clip(x, low, high, out=x)


def set_row(m, i, value):
    m[i] = value


def fill_diagonal(m, value):
    np.fill_diagonal(m, value)


def flat_view(m):
    return m.reshape(-1)


def column(m, j):
    return m[:, j].copy()


def normalise(x, copy):
    x = x.copy() if copy else x
    x -= x.mean()
    return x


def one_hot(labels, n):
    return np.eye(n, dtype=np.float32)[labels]


def add_bias(x):
    return np.append(x, x.dtype.type(1))


def cumulative(x):
    return np.cumsum(x)


def outer(a, b):
    return a[:, None] * b[None, :]


def broadcast_sum(x):
    return x[:, None] + x


def dot(a, b):
    return a @ b


def replace_nan(x, value):
    return np.where(np.isnan(x), value, x)


def sort_rows(m):
    m.sort(axis=1)


def histogram(x, n):
    return np.histogram(x, bins=n)


def make_dataset(n):
    x = np.arange(float(n))
    return {"x": x, "y": x**2}


def gradient_step(parameters, gradients, lr):
    for name in parameters:
        parameters[name] -= lr * gradients[name]


def row_lengths(rows):
    return [len(row) for row in rows]


def confusion(predicted, true, n):
    matrix = np.zeros((n, n), dtype=int)
    np.add.at(matrix, (true, predicted), 1)
    return matrix


def masked_mean(x):
    return x.mean()


def where_equal(x, value):
    return np.ma.masked_equal(x, value)


def structured(rows):
    return np.array(rows, dtype=[("name", "U10"), ("age", int)])


def as_strings(values):
    return np.array([str(value) for value in values])


def upper_names(names):
    return np.char.upper(names)


def as_objects(values):
    return np.array(values, dtype=object)


def power_table(x, n):
    return np.stack([x**k for k in range(1, n + 1)])


def zero_scalar():
    return np.array(0.0)


def subarray(x, start):
    return x[start:]


def normal_sample(n):
    return np.random.normal(size=n)


def rng_sample(rng, n):
    return rng.integers(0, 10, n)


class Model:
    def __init__(self, n, weights=None):
        self.w = np.zeros(n) if weights is None else weights

    def predict(self, x):
        return self.w @ x

    def gradient(self, x):
        return x.copy()


class Normalizer:
    def fit(self, x):
        self.mean_, self.std_ = x.mean(axis=0), x.std(axis=0)
        return self

    def transform(self, x):
        return (x - self.mean_) / self.std_


class Accumulator:
    def __init__(self, n):
        self.total, self.n = np.zeros(n), 0

    def add(self, x):
        self.total += x
        self.n += 1


class Grid:
    def __init__(self, n):
        self.n = n

    def __array__(self, dtype=None, copy=None):
        return np.arange(self.n**2, dtype=dtype).reshape(self.n, self.n)
