"""A small VGG network (Simonyan and Zisserman 2015): 3 × 3 convolutions, and pooling where the maps become fewer pixels.

Shapes: S images in a batch, C = n_classes, H and W height and width.
"""

from torch import nn

# Output channels of the convolutions, in order; "pool" halves height and width.
LAYERS = (64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool")


class ConvNet(nn.Module):
    """Eight convolutions in five blocks, each block ending with a max pooling; then an average pooling and one linear layer.

        1: convolution n_channels →  64
        2: convolution  64 → 128
        3: convolutions 128 → 256, 256 → 256
        4: convolutions 256 → 512, 512 → 512
        5: convolutions 512 → 512, 512 → 512

    Every convolution is an nn.Conv2d with 3 × 3 kernels, stride 1 and padding 1, with a bias or without. It is followed by an
    nn.BatchNorm2d and a ReLU, in this order. A max pooling has windows of 3 × 3, stride 2 and padding 1: n pixels become
    n / 2, rounded up: of 32 × 32 pixels, or less, one is left. The average pooling is 1 × 1, and the linear layer, an nn.Linear
    with a bias, takes 512 numbers to C scores. No softmax: nn.CrossEntropyLoss takes scores. First values are those of PyTorch.

    Args:
        n_channels: of the images, 3 for colour.
        n_classes: C.
    """

    def __init__(self, n_channels, n_classes):
        super().__init__()
        # BEGIN SOLUTION 8.1 a loop over LAYERS, into one nn.Sequential; nn.Flatten stands before the linear layer
        layers: list[nn.Module] = []
        channels = n_channels
        for entry in LAYERS:
            if entry == "pool":
                layers.append(nn.MaxPool2d(kernel_size=3, stride=2, padding=1))
            else:
                layers += [nn.Conv2d(channels, entry, kernel_size=3, padding=1), nn.BatchNorm2d(entry), nn.ReLU()]
                channels = entry
        self.layers = nn.Sequential(*layers, nn.AvgPool2d(kernel_size=1), nn.Flatten(), nn.Linear(channels, n_classes))
        # END SOLUTION

    def forward(self, x):
        """Return scores, (S, C), for images x, (S, n_channels, H, W), with H and W from 1 to 32."""
        # BEGIN SOLUTION 8.2 through all layers
        return self.layers(x)
        # END SOLUTION
