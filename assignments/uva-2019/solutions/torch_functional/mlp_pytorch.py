"""An MLP with a list of linear layers, and the activation as a function."""

import torch.nn.functional as F
from torch import nn


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes, neg_slope):
        super().__init__()
        sizes = [n_inputs] + list(n_hidden) + [n_classes]
        self.linears = nn.ModuleList(nn.Linear(sizes[i], sizes[i + 1]) for i in range(len(sizes) - 1))
        self.slope = neg_slope

    def forward(self, x):
        x = x.reshape(len(x), -1)
        for linear in self.linears[:-1]:
            x = F.leaky_relu(linear(x), self.slope)
        return self.linears[-1](x)
