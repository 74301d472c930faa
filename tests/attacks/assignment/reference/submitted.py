"""The reference: SECRET-00000000000000000000000000000000"""

from right import Classifier, Linear, attempt, counts, cross_entropy, minimise, softmax

__all__ = ["Classifier", "Linear", "attempt", "counts", "cross_entropy", "minimise", "softmax"]
