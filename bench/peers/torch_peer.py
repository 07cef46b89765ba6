"""PyTorch as a contender. Argument: `default` or `channels_last`, the memory layout of images and kernels."""

import itertools
import os
import sys

# The wheel may have been installed without NVIDIA's libraries, so their symbols are resolved only when they are called.
sys.setdlopenflags(os.RTLD_LAZY)

import torch
import torch.nn.functional as F

from data import read_data
from protocol import Rounds, lasting, serve
from torch_networks import NETWORKS

LABEL_SMOOTHING = 0.05
LAYOUT = {"default": torch.contiguous_format, "channels_last": torch.channels_last}[sys.argv[1]]
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.backends.cudnn.benchmark = True


def settle():
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


class Training:
    def __init__(self, options, classes):
        network, precision = options["network"], options.get("precision", "float32")
        torch.manual_seed(1)
        self.mixed = torch.autocast(DEVICE.type, torch.bfloat16, enabled=precision == "bfloat16")
        self.model = NETWORKS[network](classes).to(DEVICE, memory_format=LAYOUT)
        self.optimizer = self.model.optimizer()

    @property
    def weights(self):
        return sum(weight.numel() for weight in self.model.parameters())

    def step(self, images, sizes, labels):
        self.optimizer.zero_grad(set_to_none=True)
        with self.mixed:
            loss = F.cross_entropy(self.model(images, sizes), labels, label_smoothing=LABEL_SMOOTHING)
        loss.backward()
        self.optimizer.step()
        return loss

    def predict(self, images, sizes):
        with torch.inference_mode():
            return torch.softmax(self.model(images, sizes), 1)


def batches_of(data, batch):
    """Tensors, ready to compute on: images [n, 1, size, size], sizes, labels."""
    images = torch.from_numpy(data.images).permute(0, 3, 1, 2)
    sizes, labels = torch.from_numpy(data.sizes), torch.from_numpy(data.labels).long()
    parts = zip(images.split(batch), sizes.split(batch), labels.split(batch))
    return [
        (x.to(DEVICE).contiguous(memory_format=LAYOUT), s.to(DEVICE), y.to(DEVICE)) for x, s, y in parts
    ]


def step(options):
    data = read_data(options["data"])
    training = Training(options, data.classes)
    training.model.train()
    following = itertools.cycle(batches_of(data, options["batch"]))
    first_loss = training.step(*next(following)).item()
    return lasting(
        options["seconds"],
        options["batch"],
        lambda: training.step(*next(following)),
        settle,
        facts={"weights": training.weights, "firstLoss": first_loss},
    )


def predict(options):
    data = read_data(options["data"])
    training = Training(options, data.classes)
    training.model.eval()
    following = itertools.cycle(batches_of(data, options["batch"]))

    def predict_batch():
        images, sizes, _ = next(following)
        training.predict(images, sizes).cpu()

    return lasting(options["seconds"], options["batch"], predict_batch, settle, {"weights": training.weights})


class Images(torch.utils.data.Dataset):
    """Images as bytes in memory, fetched a batch at a time."""

    def __init__(self, data):
        self.parts = [torch.from_numpy(part) for part in (data.pixels, data.sizes, data.labels)]

    def __len__(self):
        return len(self.parts[0])

    def __getitems__(self, indices):
        chosen = torch.tensor(indices)
        return [part[chosen] for part in self.parts]


def augmented(images):
    """Rotation, shear, zoom, mirroring and shift as one affine map for each image; pixels from outside are white (0)."""
    n = len(images)

    def around(limit):
        return limit * (2 * torch.rand(n) - 1)

    def mirror():
        return torch.where(torch.rand(n) < 0.5, -1.0, 1.0)

    angle, shear = around(torch.pi), torch.tan(around(torch.pi / 18))
    zoom = torch.exp(around(0.14))
    zoom_x, zoom_y = zoom * mirror(), zoom * mirror()
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = [
        torch.stack([cos * zoom_x, (cos * shear - sin) * zoom_y, around(0.12)], 1),
        torch.stack([sin * zoom_x, (sin * shear + cos) * zoom_y, around(0.12)], 1),
    ]
    maps = torch.stack(rows, 1).to(images.device)
    grid = F.affine_grid(maps, images.shape, align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def epoch(options):
    """One pass of a DataLoader, augmented by an affine map on the batch, from the images as bytes in memory."""
    data, batch = read_data(options["data"]), options["batch"]
    training = Training(options, data.classes)
    training.model.train()
    loader = torch.utils.data.DataLoader(
        Images(data), batch, shuffle=True, drop_last=True, collate_fn=lambda parts: parts
    )

    def whole():
        for pixels, sizes, labels in loader:
            images = (1 - pixels.to(DEVICE).float() / 255).permute(0, 3, 1, 2)
            images = augmented(images).contiguous(memory_format=LAYOUT)
            loss = training.step(images, sizes.to(DEVICE), labels.to(DEVICE).long())
        return loss.item()

    whole()
    return Rounds(len(data.labels) // batch * batch, whole, settle, {"weights": training.weights})


if __name__ == "__main__":
    facts = {
        "torch": torch.__version__,
        "layout": sys.argv[1],
        "device": DEVICE.type,
        "threads": torch.get_num_threads(),
    }
    serve(facts, {"step": step, "predict": predict, "epoch": epoch})
