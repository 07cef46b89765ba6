"""cladenet's preset networks in PyTorch: the same layers, weights, initialisation and update rules."""

import torch
from torch import nn


def initialised(layer, last=False):
    if last:
        nn.init.xavier_uniform_(layer.weight)
    else:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def leaky():
    return nn.LeakyReLU(1 / 3, inplace=True)


class Report(nn.Module):
    """Ten convolutions with LeakyReLU, four poolings; SGD with Nesterov momentum."""

    def __init__(self, classes):
        super().__init__()
        parts, before = [], 1
        for filters in [(32, 16), (64, 32), (128, 128, 64), (256, 256, 128)]:
            for i, after in enumerate(filters):
                parts += [initialised(nn.Conv2d(before, after, 3, padding="same" if i == 0 else "valid")), leaky()]
                before = after
            parts += [nn.MaxPool2d(3, stride=2), nn.Dropout(0.2)]
        self.trunk = nn.Sequential(*parts)
        self.head = nn.Sequential(
            initialised(nn.Linear(before, 512)), leaky(), nn.Dropout(0.5), initialised(nn.Linear(512, classes), last=True)
        )

    def forward(self, images, sizes):
        return self.head(self.trunk(images).flatten(1))

    def optimizer(self):
        return torch.optim.SGD(self.parameters(), lr=0.003, momentum=0.9, nesterov=True, fused=True)


class Normed(nn.Sequential):
    """Convolution and batch normalisation. With stride 2, TensorFlow pads on the other side; the work is the same."""

    def __init__(self, before, after, stride=1):
        convolution = initialised(nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False))
        super().__init__(convolution, nn.BatchNorm2d(after, eps=1e-3, momentum=0.05))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.inner = nn.Sequential(Normed(channels, channels), nn.ReLU(inplace=True), Normed(channels, channels))

    def forward(self, x):
        return torch.relu_(self.inner(x) + x)


class Compact(nn.Module):
    """A small residual network with batch normalisation; AdamW without weight decay on biases and normalisation."""

    def __init__(self, classes):
        super().__init__()

        def conv(before, after, stride=1):
            return nn.Sequential(Normed(before, after, stride), nn.ReLU(inplace=True))

        def pool():
            return nn.MaxPool2d(3, stride=2, padding=1)

        self.trunk = nn.Sequential(
            *[conv(1, 24, 2), conv(24, 32), pool()],
            *[conv(32, 64), Residual(64), pool()],
            *[conv(64, 128), Residual(128), pool()],
            conv(128, 256),
        )
        self.head = nn.Sequential(
            initialised(nn.Linear(514, 256, bias=False)),
            nn.BatchNorm1d(256, eps=1e-3, momentum=0.05),
            nn.ReLU(inplace=True),
            nn.Dropout(0.3),
            initialised(nn.Linear(256, classes), last=True),
        )

    def forward(self, images, sizes):
        x = self.trunk(images)
        return self.head(torch.cat([x.mean((2, 3)), x.amax((2, 3)), torch.log(sizes / 64)], 1))

    def optimizer(self):
        kernels = [weight for weight in self.parameters() if weight.ndim > 1]
        others = [weight for weight in self.parameters() if weight.ndim <= 1]
        groups = [{"params": kernels, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=0.004, eps=1e-7, fused=True)


NETWORKS = {"report": Report, "compact": Compact}
