"""The bench's images from the files that `data.ts` describes."""

import os
from dataclasses import dataclass

import numpy as np


@dataclass
class Data:
    pixels: np.ndarray  # uint8 [count, size, size, 1]
    labels: np.ndarray  # int32 [count]
    sizes: np.ndarray  # float32 [count, 2]
    classes: int

    @property
    def images(self):
        """White is 0, black is 1."""
        return 1 - self.pixels.astype(np.float32) / 255

    @property
    def size(self):
        return self.pixels.shape[1]


def read_data(description):
    folder, count, size = (description[key] for key in ("folder", "count", "size"))

    def read(name, dtype):
        return np.fromfile(os.path.join(folder, name), dtype)

    pixels = read("pixels.u8", np.uint8).reshape(count, size, size, 1)
    sizes = read("sizes.f32", "<f4").reshape(count, 2)
    return Data(pixels, read("labels.i32", "<i4"), sizes, description["classes"])
