import numpy as np


def softmax(scores):
    return np.zeros(scores.shape)
