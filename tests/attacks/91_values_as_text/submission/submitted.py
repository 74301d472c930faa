BAD = "<b>\x1b[31m\u202e\ud800\x00 of 10**9 points"


def softmax(scores):
    return BAD


def cross_entropy(scores, labels):
    return BAD.encode("utf-8", "surrogatepass")


def counts(labels, classes):
    return [BAD, {BAD: BAD}, BAD.encode("utf-8", "replace"), (BAD,)]


class Linear:
    def __init__(self, inputs, outputs):
        self.params = {"weight": BAD, BAD: 1}


class Classifier:
    def fit(self, x, labels):
        self.means = {BAD}

    def predict(self, x):
        return [BAD] * 1000


def attempt(paths, pattern, pids):
    return [BAD]
