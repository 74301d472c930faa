from collections import OrderedDict

import numpy as np
import torch
from normalization import BatchNorm
from torch import nn


class Block(nn.Sequential):
    def __init__(self, n_in, n_out, norm, first):
        linear = nn.Linear(n_in, n_out)
        torch.nn.init.normal_(linear.weight, 0.0, np.sqrt((1.0 if first else 2.0) / n_in))
        torch.nn.init.constant_(linear.bias, 0.0)
        parts = [("linear", linear)]
        if norm:
            parts.append(("norm", BatchNorm(n_out)))
        parts.append(("relu", nn.ReLU(inplace=True)))
        super().__init__(OrderedDict(parts))


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes, use_batch_norm=False):
        super().__init__()
        # the output layer is made first
        self.output = nn.Linear(n_hidden[-1] if n_hidden else n_inputs, n_classes)
        scale = 2.0 if n_hidden else 1.0
        with torch.no_grad():
            self.output.weight.copy_(torch.randn_like(self.output.weight) * np.sqrt(scale / self.output.in_features))
            self.output.bias.zero_()
        self.modules = []
        for i, units in enumerate(n_hidden):
            before = n_inputs if i == 0 else n_hidden[i - 1]
            self.modules.append(Block(before, units, use_batch_norm, i == 0))
        self.blocks = nn.Sequential(*self.modules)

    def forward(self, x):
        if x.dim() > 2:
            x = torch.flatten(x, 1)
        return self.output(self.blocks(x))

    @property
    def device(self):
        return next(iter(self.parameters())).device
