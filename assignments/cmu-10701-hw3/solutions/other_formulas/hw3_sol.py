import numpy as np

import hw3_lib
from hw3_lib import CrossEntropyLoss, GradientDescentOptimizer, Linear, ReLU, Sigmoid


def init_linear_params(in_size, out_size):
    """do not change"""
    draw = lambda *shape: np.random.uniform(low=-out_size ** -0.5, high=out_size ** -0.5, size=shape)
    weights = draw(in_size, out_size)
    return weights, draw(1, out_size)


class MultiLayerPerceptron(hw3_lib.Module):
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        return x if not self.layers else MultiLayerPerceptron(self.layers[1:]).forward(self.layers[0](x))

    def backward(self, criterion):
        d = criterion.backward()
        for i in range(len(self.layers) - 1, -1, -1):
            d = self.layers[i].backward(d)
        return d


def define_network(size_hidden, size_input=784, size_output=10, seed=10701, activation=Sigmoid):
    np.random.seed(seed)
    sizes = [size_input, *np.atleast_1d(size_hidden), size_output]
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [Linear(init_linear_params(a, b)), activation()]
    layers.pop()
    return MultiLayerPerceptron(layers)


def statistics(model, x, y):
    criterion = CrossEntropyLoss()
    loss = criterion.forward(model.forward(x), y)
    labels = criterion.y_hat.argmax(-1)
    return loss, (labels == y).sum() / y.size, labels


def train_network(model, dataset, num_epoch, learning_rate, batch_size, seed=10701, verbose=False):
    np.random.seed(seed)
    x, y = dataset["train_x"], dataset["train_y"]
    cuts = np.arange(batch_size, len(x), batch_size)
    batches = list(zip(np.split(x, cuts), np.split(y, cuts)))
    train, test = [], []
    for _ in range(num_epoch):
        for bx, by in batches:
            criterion = CrossEntropyLoss()
            criterion.forward(model.forward(bx), by)
            model.backward(criterion)
            GradientDescentOptimizer(model, learning_rate).step()
        train.append(statistics(model, x, y))
        test.append(statistics(model, dataset["test_x"], dataset["test_y"]))
    result = {}
    for name, history in (("train", train), ("test", test)):
        losses, accuracies, labels = zip(*history)
        result.update({f"{name}_loss": np.array(losses), f"{name}_accuracy": list(accuracies), f"yhat_{name}": labels[-1]})
    return result


def load_data():
    parts = {}
    for name in ("train", "test"):
        table = np.loadtxt("training_data_student/%s.csv" % name, delimiter=",")
        parts[name + "_x"], parts[name + "_y"] = table[:, :784], table[:, 784].astype("int32")
    return parts


if __name__ == "__main__":
    data = load_data()
    for hidden, kind, rate, size in [(256, Sigmoid, .01, 50), (256, Sigmoid, .001, 50), (256, ReLU, .01, 50), (256, ReLU, .01, 200), ([384, 256], ReLU, .01, 50)]:
        history = train_network(define_network(hidden, activation=kind), data, 50, rate, size)
        print(hidden, kind.__name__, rate, size, history["train_accuracy"][-1], history["test_accuracy"][-1])
