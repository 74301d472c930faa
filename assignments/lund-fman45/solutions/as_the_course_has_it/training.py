import numpy as np
from matplotlib import pyplot as plt

from convolution import conv_with_padding_backward, conv_with_padding_forward, maxpooling_backward, maxpooling_forward
from layers import (fully_connected_backward, fully_connected_forward, relu_backward, relu_forward, softmaxloss_backward,
                    softmaxloss_forward)


def evaluate(net, inp, labels, evaluate_gradient=True, verbose=False):
    n_layers = len(net['layers'])
    res = [None] * n_layers
    for i in range(n_layers):
        layer = net['layers'][i]
        if layer['type'] == 'input':
            res[i] = inp
        elif layer['type'] == 'fully_connected':
            res[i] = fully_connected_forward(res[i - 1], layer['params']['weights'], layer['params']['biases'])
        elif layer['type'] == 'convolution':
            res[i] = conv_with_padding_forward(res[i - 1], layer['params']['weights'], layer['params']['biases'],
                                               layer.get('padding', [0, 0]))
        elif layer['type'] == 'maxpooling':
            res[i] = maxpooling_forward(res[i - 1])
        elif layer['type'] == 'relu':
            res[i] = relu_forward(res[i - 1])
        elif layer['type'] == 'softmaxloss':
            res[i] = softmaxloss_forward(res[i - 1], labels)

    param_grads = [None] * n_layers
    if evaluate_gradient:
        grad = None
        for i in range(n_layers - 1, 0, -1):
            layer = net['layers'][i]
            if layer['type'] == 'fully_connected':
                grad, dw, db = fully_connected_backward(res[i - 1], grad, layer['params']['weights'],
                                                        layer['params']['biases'])
                param_grads[i] = {'weights': dw, 'biases': db}
            elif layer['type'] == 'convolution':
                grad, dw, db = conv_with_padding_backward(res[i - 1], grad, layer['params']['weights'],
                                                          layer['params']['biases'], layer.get('padding', [0, 0]))
                param_grads[i] = {'weights': dw, 'biases': db.reshape((-1, 1), order='F')}
            elif layer['type'] == 'maxpooling':
                grad = maxpooling_backward(res[i - 1], grad)
            elif layer['type'] == 'relu':
                grad = relu_backward(res[i - 1], grad)
            elif layer['type'] == 'softmaxloss':
                grad = softmaxloss_backward(res[i - 1], labels)
    return res, param_grads


def training(net, x, labels, x_val, labels_val, opts, make_plots=False):
    loss_ma = np.zeros(opts['iterations'])
    loss_weight_decay = np.zeros(opts['iterations'])
    opts['moving_average'] = 0.995
    momentum = np.empty(len(net['layers']), dtype=object)

    for it in range(opts['iterations']):
        indices = np.random.choice(x.shape[3], opts['batch_size'], replace=False)
        z, grads = evaluate(net, x[:, :, :, indices], labels[indices])
        if np.isnan(z[-1]) or np.isinf(z[-1]):
            raise ValueError('The loss is not finite')
        if it == 0:
            loss_ma[it] = z[-1]
        else:
            loss_ma[it] = opts['moving_average'] * loss_ma[it - 1] + (1 - opts['moving_average']) * z[-1]

        for i in range(1, len(net['layers'])):
            layer = net['layers'][i]
            if 'params' not in layer.keys():
                continue
            if it == 0:
                momentum[i] = {s: np.zeros_like(layer['params'][s]) for s in layer['params']}
            for s in layer['params']:
                loss_weight_decay[it] += opts['weight_decay'] / 2 * np.sum(layer['params'][s] ** 2)
                momentum[i][s] = opts['momentum'] * momentum[i][s] + (1 - opts['momentum']) * grads[i][s]
                layer['params'][s] -= opts['learning_rate'] * (momentum[i][s] + opts['weight_decay'] * layer['params'][s])

        if it % 100 == 0:
            print(f'Iteration {it}: {loss_ma[it]}')

    if make_plots:
        plt.plot(loss_ma)
        plt.show()
    return net, loss_ma + loss_weight_decay
