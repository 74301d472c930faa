def softmax(*arguments):
    raise StopIteration


cross_entropy = counts = softmax
