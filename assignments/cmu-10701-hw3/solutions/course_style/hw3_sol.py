import numpy as np
import matplotlib.pyplot as plt

from hw3_lib import *


def init_linear_params(in_size, out_size):
    limit = 1/np.sqrt(out_size)
    return (np.random.uniform(-limit, limit, size=(in_size, out_size)), np.random.uniform(-limit, limit, size=(1, out_size)))


class MultiLayerPerceptron:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        out = x
        for l in self.layers:
            out = l(out)
        return out

    def backward(self, criterion):
        grad = criterion.backward()
        for l in self.layers[::-1]:
            grad = l.backward(grad)


def define_network(size_hidden, size_input=784, size_output=10, seed=10701):
    np.random.seed(seed)
    fc1 = Linear(init_linear_params(size_input, size_hidden))
    act = Sigmoid()
    fc2 = Linear(init_linear_params(size_hidden, size_output))
    return MultiLayerPerceptron([fc1, act, fc2])


def train_network(model, dataset, num_epoch, learning_rate, batch_size, seed=10701):
    train_x, train_y = dataset['train_x'], dataset['train_y']
    test_x, test_y = dataset['test_x'], dataset['test_y']
    np.random.seed(seed)

    train_losses, train_accs, test_losses, test_accs = [], [], [], []
    optimizer = GradientDescentOptimizer(model, learning_rate)
    criterion = CrossEntropyLoss()

    for epoch in range(num_epoch):
        i = 0
        while i < len(train_x):
            x = train_x[i:i+batch_size, :]
            y = train_y[i:i+batch_size]
            loss = criterion(model.forward(x), y)
            model.backward(criterion)
            optimizer.step()
            i += batch_size

        train_losses.append(criterion(model.forward(train_x), train_y))
        yhat_train = np.argmax(criterion.y_hat, axis=1)
        train_accs.append(np.mean(yhat_train == train_y))

        test_losses.append(criterion(model.forward(test_x), test_y))
        yhat_test = np.argmax(criterion.y_hat, axis=1)
        test_accs.append(np.sum(yhat_test == test_y)/len(test_y))
        print(epoch, train_losses[-1], test_losses[-1])

    return {
        'train_loss': train_losses, 'test_loss': test_losses,
        'train_accuracy': train_accs, 'test_accuracy': test_accs,
        'yhat_train': yhat_train, 'yhat_test': yhat_test,
        'last_loss': loss,
    }


def load_data():
    train = np.genfromtxt('training_data_student/train.csv', delimiter=',')
    test = np.genfromtxt('training_data_student/test.csv', delimiter=',')
    return {'train_x': train[:, :-1], 'train_y': train[:, -1].astype(int), 'test_x': test[:, :-1], 'test_y': test[:, -1].astype(int)}


def plot(result):
    plt.plot(result['train_accuracy'])
    plt.plot(result['test_accuracy'])
    plt.show()
