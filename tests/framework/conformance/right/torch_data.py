"""Data sets, loaders, collate functions, metrics."""

import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split


class Squares(Dataset):
    def __init__(self, n, transform=None):
        self.n = n
        self.transform = transform

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if not 0 <= i < self.n:
            raise IndexError(i)
        x = torch.tensor(float(i))
        if self.transform is not None:
            x = self.transform(x)
        return x, torch.tensor(float(i * i))


class Padded(Dataset):
    """Sequences of different length."""

    def __init__(self, sequences):
        self.sequences = sequences

    def __len__(self):
        return len(self.sequences)

    def __getitem__(self, i):
        return torch.tensor(self.sequences[i])


def pad(batch):
    length = max(len(item) for item in batch)
    out = torch.zeros(len(batch), length, dtype=batch[0].dtype)
    for row, item in zip(out, batch):
        row[: len(item)] = item
    return out, torch.tensor([len(item) for item in batch])


def make_loader(data, batch_size, shuffle=False, drop_last=False):
    return DataLoader(data, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last)


def make_dataset(x, y):
    return TensorDataset(x, y)


def mean_and_std(loader):
    values = torch.cat([x for x, _ in loader])
    return values.mean(), values.std()


def split(data, fraction, generator):
    first = int(len(data) * fraction)
    return random_split(data, [first, len(data) - first], generator=generator)


def class_counts(data):
    counts = {}
    for _, label in data:
        counts[int(label)] = counts.get(int(label), 0) + 1
    return counts


class Map(Dataset):
    """Another data set, with a function applied to each item."""

    def __init__(self, data, f):
        self.data = data
        self.f = f

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        return self.f(self.data[i])


def batches(x, size, generator=None):
    order = torch.arange(len(x)) if generator is None else torch.randperm(len(x), generator=generator)
    for start in range(0, len(x), size):
        yield x[order[start : start + size]]


def normalise(x):
    return (x - x.mean(dim=0)) / x.std(dim=0)


def normalise_(x):
    x.sub_(x.mean(dim=0)).div_(x.std(dim=0))


def accuracy(scores, labels):
    return (scores.argmax(dim=1) == labels).float().mean().item()


def confusion(predictions, labels, n):
    table = torch.zeros(n, n, dtype=torch.long)
    for p, y in zip(predictions, labels):
        table[y, p] += 1
    return table
