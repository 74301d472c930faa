"""The ConvNet in blocks: convolutions without biases, ReLU and pooling as functions, the average by an adaptive pooling."""

import torch.nn.functional as F
from torch import nn


class ConvNorm(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.norm = nn.BatchNorm2d(n_out)
        self.convolution = nn.Conv2d(n_in, n_out, (3, 3), stride=(1, 1), padding="same", bias=False)

    def forward(self, x):
        return F.relu(self.norm(self.convolution(x)), inplace=True)


class ConvNet(nn.Module):
    def __init__(self, n_channels, n_classes):
        super().__init__()
        self.classifier = nn.Linear(512, n_classes)
        self.average = nn.AdaptiveAvgPool2d((1, 1))
        self.blocks = nn.ModuleList()
        for widths in ([n_channels, 64], [64, 128], [128, 256, 256], [256, 512, 512], [512, 512, 512]):
            self.blocks.append(nn.Sequential(*(ConvNorm(n_in, n_out) for n_in, n_out in zip(widths, widths[1:]))))

    def forward(self, x):
        for block in self.blocks:
            x = F.max_pool2d(block(x), 3, 2, 1)
        return self.classifier(self.average(x).squeeze(3).squeeze(2))
