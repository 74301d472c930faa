"""Data sets, loaders, collate functions, metrics."""

import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split


class Squares(Dataset):
    def __init__(self, n, transform=None):
        self.n = n
        self.transform = transform

    def __len__(self):
        return self.n - 1

    def __getitem__(self, i):
        return torch.tensor(float(i)), torch.tensor(float(i * i))


class Padded(Dataset):
    """Sequences of different length."""

    def __init__(self, sequences):
        self.sequences = sequences

    def __len__(self):
        return len(self.sequences)

    def __getitem__(self, i):
        return torch.tensor(self.sequences[i])


def pad(batch):
    length = min(len(item) for item in batch)
    return torch.stack([item[:length] for item in batch]), torch.tensor([length] * len(batch))


def make_loader(data, batch_size, shuffle=False, drop_last=False):
    return DataLoader(data, batch_size=batch_size, shuffle=True, drop_last=True)


def make_dataset(x, y):
    return TensorDataset(y, x)


def mean_and_std(loader):
    x, _ = next(iter(loader))
    return x.mean(), x.std()


def split(data, fraction, generator):
    first = int(len(data) * fraction)
    return random_split(data, [len(data) - first, first], generator=generator)


def class_counts(data):
    counts = {}
    for _, label in data:
        counts[label] = counts.get(label, 0) + 1
    return counts


class Map(Dataset):
    """Another data set, with a function applied to each item."""

    def __init__(self, data, f):
        self.data = [f(data[i]) for i in range(len(data))]

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        return self.data[i]


def batches(x, size, generator=None):
    for start in range(0, len(x) - size + 1, size):
        yield x[start : start + size]


def normalise(x):
    return (x - x.mean()) / x.std()


def normalise_(x):
    x = (x - x.mean(dim=0)) / x.std(dim=0)


def accuracy(scores, labels):
    return (scores.argmax(dim=0) == labels[0]).float().mean().item()


def confusion(predictions, labels, n):
    table = torch.zeros(n, n, dtype=torch.long)
    for p, y in zip(predictions, labels):
        table[p, y] += 1
    return table
