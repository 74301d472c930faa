import math
from copy import deepcopy

import torch
from data import Batches, load
from mlp_pytorch import MLP


def confusion_matrix(predictions, targets):
    C = predictions.size(1)
    one_hot_targets = torch.nn.functional.one_hot(targets.long(), C)
    one_hot_predictions = torch.nn.functional.one_hot(predictions.argmax(1), C)
    return one_hot_targets.T @ one_hot_predictions


def confusion_matrix_to_metrics(confusion_matrix, beta=1.0):
    C = confusion_matrix.shape[0]
    precision, recall, f_beta = torch.zeros(C), torch.zeros(C), torch.zeros(C)
    for c in range(C):
        tp = confusion_matrix[c, c].item()
        fp = confusion_matrix[:, c].sum().item() - tp
        fn = confusion_matrix[c, :].sum().item() - tp
        precision[c] = tp / (tp + fp) if tp + fp else float('nan')
        recall[c] = tp / (tp + fn) if tp + fn else 0
        f_beta[c] = (1 + beta**2) * tp / ((1 + beta**2) * tp + beta**2 * fn + fp) if tp else 0.0
    return dict(accuracy=confusion_matrix.trace() / confusion_matrix.sum(), precision=precision, recall=recall, f1_beta=f_beta)


def evaluate_model(model, data_loader, num_classes=10):
    was = model.training
    all_scores, all_targets = [], []
    with torch.inference_mode():
        model.train(False)
        for x, y in data_loader:
            all_scores.append(model(torch.as_tensor(x).to(next(model.parameters()).device)))
            all_targets.append(torch.as_tensor(y))
    model.train(was)
    return confusion_matrix_to_metrics(confusion_matrix(torch.cat(all_scores), torch.cat(all_targets)))


def learning_rate(schedule, lr, epoch, epochs):
    if schedule == 'cosine':
        return 0.5 * lr * (1 + math.cos(math.pi * epoch / epochs))
    if schedule == 'step':
        return lr if 2 * epoch < epochs else lr / 10 if 4 * epoch < 3 * epochs else lr / 100
    if schedule == 'warmup':
        rising = -(-epochs // 5)
        if epoch + 1 < rising:
            return lr / rising * (epoch + 1)
        if epoch + 1 == rising:
            return lr
        return 0.5 * lr * (1 + math.cos(math.pi * (epoch - rising) / (epochs - rising)))
    assert_known = {'constant': lr}
    try:
        return assert_known[schedule]
    except KeyError:
        raise ValueError('unknown schedule ' + schedule) from None


def train(hidden_dims, lr, use_batch_norm, batch_size, epochs, seed, data_dir, device='auto', schedule='constant'):
    import numpy as np

    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    data = load(data_dir, dtype=np.float32)
    net = MLP(data.n_inputs, hidden_dims, data.n_classes, use_batch_norm)
    x_train, y_train = torch.from_numpy(data.train.x), torch.from_numpy(data.train.y)
    evaluate = lambda split: float(evaluate_model(net, Batches(split, 1000), data.n_classes)['accuracy'])
    log = {k: [] for k in ('loss', 'train_accuracy', 'val_accuracy', 'learning_rate')}
    best_state = deepcopy(net.state_dict())
    best = -math.inf
    for epoch in range(epochs):
        eta = learning_rate(schedule, lr, epoch, epochs)
        net.train()
        for rows in torch.randperm(len(y_train), generator=generator).split(batch_size):
            scores = net(x_train[rows])
            loss = -(scores.log_softmax(1)[torch.arange(len(rows)), y_train[rows]]).mean()
            net.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in net.parameters():
                    p -= eta * p.grad
            log['loss'].append(float(loss))
        log['learning_rate'].append(eta)
        log['train_accuracy'].append(evaluate(data.train))
        log['val_accuracy'].append(evaluate(data.val))
        if log['val_accuracy'][-1] > best:
            best, best_state = log['val_accuracy'][-1], deepcopy(net.state_dict())
    net.load_state_dict(best_state)
    net.eval()
    return net, tuple(log['val_accuracy']), evaluate(data.test), log


def save_curves(logging_dict, path):
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots(2)
    axes[0].plot(logging_dict['loss'])
    axes[1].plot(logging_dict['val_accuracy'])
    figure.savefig(path)


if __name__ == '__main__':
    print(train([128], 0.1, False, 128, 10, 42, 'data/')[2])
