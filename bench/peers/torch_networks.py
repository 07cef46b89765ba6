"""cladenet's preset networks in PyTorch: the same layers, weights, initialisation and update rules."""

import torch
import torch.nn.functional as F
from torch import nn


def initialised(layer, last=False):
    if last:
        nn.init.xavier_uniform_(layer.weight)
    else:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def adamw(network, lr, decay):
    kernels = [weight for weight in network.parameters() if weight.ndim > 1]
    others = [weight for weight in network.parameters() if weight.ndim <= 1]
    groups = [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, eps=1e-7, fused=True)


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
        return adamw(self, lr=0.004, decay=0.05)


class Same(nn.Conv2d):
    """A convolution without bias that pads as TensorFlow does: with an odd number of zeros, the odd one at the end."""

    def forward(self, x):
        (kernel, stride), sides = (self.kernel_size[0], self.stride[0]), x.shape[2:]
        missing = [max(0, (-(-side // stride) - 1) * stride + kernel - side) for side in sides]
        if all(zeros % 2 == 0 for zeros in missing):
            return F.conv2d(x, self.weight, None, stride, [zeros // 2 for zeros in missing], groups=self.groups)
        height, width = missing
        x = F.pad(x, (width // 2, width - width // 2, height // 2, height - height // 2))
        return F.conv2d(x, self.weight, None, stride, groups=self.groups)


def normed(before, after, kernel=1, stride=1, groups=1, activation=True):
    convolution = initialised(Same(before, after, kernel, stride=stride, groups=groups, bias=False))
    norm = nn.BatchNorm2d(after, eps=1e-3, momentum=0.1)
    return nn.Sequential(convolution, norm, *([nn.ReLU6(inplace=True)] if activation else []))


class InvertedResidual(nn.Module):
    def __init__(self, before, after, expansion, kernel, stride):
        super().__init__()
        inner = before * expansion
        self.adds = stride == 1 and before == after
        self.inner = nn.Sequential(
            *([normed(before, inner)] if expansion > 1 else []),
            normed(inner, inner, kernel, stride, groups=inner),
            normed(inner, after, activation=False),
        )

    def forward(self, x):
        return self.inner(x) + x if self.adds else self.inner(x)


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0; AdamW without weight decay on biases and normalisation."""

    # Expansion, channels, blocks, stride, side of the kernel.
    STAGES = [
        (1, 16, 1, 1, 3),
        (6, 24, 2, 2, 3),
        (6, 40, 2, 2, 5),
        (6, 80, 3, 2, 3),
        (6, 112, 3, 1, 5),
        (6, 192, 4, 2, 5),
        (6, 320, 1, 1, 3),
    ]

    def __init__(self, classes):
        super().__init__()
        parts, before = [normed(1, 32, 3, 2)], 32
        for expansion, after, blocks, stride, kernel in self.STAGES:
            for i in range(blocks):
                parts.append(InvertedResidual(before, after, expansion, kernel, stride if i == 0 else 1))
                before = after
        self.trunk = nn.Sequential(*parts, normed(before, 1280))
        self.head = nn.Sequential(nn.Dropout(0.2), initialised(nn.Linear(1280 + 2, classes), last=True))

    def forward(self, images, sizes):
        return self.head(torch.cat([self.trunk(images).mean((2, 3)), torch.log(sizes / 64)], 1))

    def optimizer(self):
        return adamw(self, lr=0.0007, decay=0.02)


NETWORKS = {"report": Report, "compact": Compact, "efficientnet_lite0": EfficientNetLite0}
