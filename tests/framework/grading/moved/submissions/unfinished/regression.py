"""Half of it is there, and of that one line is wrong."""


def predict(X, w, b):
    return (X * w).sum() + b


def gradient(X, y, w, b):
    pass


class Regressor:
    def fit(self, X, y):
        raise NotImplementedError

    def score(self, X, y):
        raise NotImplementedError
