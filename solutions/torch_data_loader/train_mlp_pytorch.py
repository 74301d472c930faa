import argparse
import copy
import math
import os
import random

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from data import load
from mlp_pytorch import MLP
from torch.utils.data import DataLoader, TensorDataset


def confusion_matrix(predictions, targets):
    n = predictions.shape[1]
    conf = np.zeros((n, n))
    for p, t in zip(predictions.argmax(-1).tolist(), targets.tolist()):
        conf[t, p] += 1
    return torch.from_numpy(conf)


def confusion_matrix_to_metrics(confusion_matrix, beta=1.):
    cm = np.asarray(confusion_matrix, dtype=float)
    tp = np.diag(cm)
    predicted, actual = cm.sum(0), cm.sum(1)
    precision = np.divide(tp, predicted, out=np.zeros_like(tp), where=predicted > 0)
    recall = np.divide(tp, actual, out=np.full_like(tp, np.nan), where=actual > 0)
    below = beta ** 2 * precision + recall
    f1 = np.divide((1 + beta ** 2) * precision * recall, below, out=np.zeros_like(tp), where=below > 0)
    return {'accuracy': np.trace(cm) / np.sum(cm), 'precision': precision, 'recall': recall, 'f1_beta': f1, 'support': actual}


@torch.no_grad()
def evaluate_model(model, data_loader, num_classes=10):
    mode = model.training
    model.eval()
    total = torch.zeros(num_classes, num_classes)
    for x, y in data_loader:
        if not torch.is_tensor(x):
            x, y = torch.from_numpy(np.asarray(x)), torch.from_numpy(np.asarray(y))
        total += confusion_matrix(F.softmax(model(x.to(model.device)), dim=-1).cpu(), y)
    if mode:
        model.train()
    return confusion_matrix_to_metrics(total)


def learning_rate(schedule, lr, epoch, epochs):
    table = {
        'constant': lambda: lr,
        'step': lambda: lr * 0.1 ** ((epoch >= 0.5 * epochs) + (epoch >= 0.75 * epochs)),
        'cosine': lambda: lr * math.cos(0.5 * math.pi * epoch / epochs) ** 2,
        'warmup': lambda: lr * min((epoch + 1) / warm, math.cos(0.5 * math.pi * max(0, epoch - warm) / max(1, epochs - warm)) ** 2),
    }
    warm = (epochs + 4) // 5
    if schedule not in table:
        raise ValueError(schedule)
    return torch.tensor(table[schedule](), dtype=torch.float64)


def train(hidden_dims, lr, use_batch_norm, batch_size, epochs, seed, data_dir, device="auto", schedule="constant",
          weight_decay=0.0, verbose=False, **more):
    os.environ["PYTHONHASHSEED"] = str(seed)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.backends.cudnn.deterministic = True
    device = torch.device('cuda' if device != 'cpu' and torch.cuda.is_available() else 'cpu')

    data = load(data_dir, np.float32)
    loaders = {}
    for name in ('train', 'val', 'test'):
        split = getattr(data, name)
        loaders[name] = DataLoader(TensorDataset(torch.tensor(split.x), torch.tensor(split.y)),
                                   batch_size=batch_size, shuffle=name == 'train', drop_last=False)

    model = MLP(data.n_inputs, hidden_dims, data.n_classes, use_batch_norm)
    model.to(device)
    optimizer = optim.SGD(model.parameters(), lr=lr, weight_decay=weight_decay)
    scheduler = optim.lr_scheduler.LambdaLR(optimizer, lambda e: float(learning_rate(schedule, 1.0, e, epochs)))
    logs = {'loss': [], 'train_accuracy': [], 'val_accuracy': [], 'learning_rate': []}
    val_accuracies, best, best_epoch = [], None, 0
    for epoch in range(epochs):
        model.train()
        hits = seen = 0
        for x, y in loaders['train']:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad(set_to_none=True)
            scores = model(x)
            loss = F.cross_entropy(scores, y)
            loss.backward()
            optimizer.step()
            logs['loss'].append(loss.detach())
            hits += (scores.argmax(1) == y).sum().item()
            seen += len(y)
        logs['learning_rate'].append(scheduler.get_last_lr()[0])
        scheduler.step()
        metrics = evaluate_model(model, loaders['val'], data.n_classes)
        val_accuracies.append(metrics['accuracy'])
        logs['train_accuracy'].append(hits / seen)
        logs['val_accuracy'].append(metrics['accuracy'])
        if best is None or metrics['accuracy'] >= max(val_accuracies):
            best, best_epoch = copy.deepcopy(model), epoch
        if verbose:
            print(epoch, metrics)
    best.eval()
    test_accuracy = torch.tensor(evaluate_model(best, loaders['test'], data.n_classes)['accuracy'])
    return best, np.array(val_accuracies), test_accuracy, logs, best_epoch


def save_curves(logging_dict, path):
    fig = plt.figure()
    plt.plot([float(l) for l in logging_dict['loss']])
    plt.twinx().plot(logging_dict['val_accuracy'])
    fig.savefig(path)
    plt.close(fig)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--hidden_dims', default=[128], type=int, nargs='+')
    parser.add_argument('--lr', default=0.1, type=float)
    parser.add_argument('--use_batch_norm', action='store_true')
    parser.add_argument('--batch_size', default=128, type=int)
    parser.add_argument('--epochs', default=10, type=int)
    parser.add_argument('--seed', default=42, type=int)
    parser.add_argument('--data_dir', default='data/', type=str)
    parser.add_argument('--device', default='auto')
    parser.add_argument('--schedule', default='constant')
    kwargs = vars(parser.parse_args())
    model, val, test, logs, _ = train(**kwargs)
    print(test)
    save_curves(logs, 'curves.png')


if __name__ == '__main__':
    main()
