"""Pillow as a contender: decodes images one after the other, in this process."""

import os

import PIL
from PIL import Image

from protocol import Rounds, serve


def square(path, size):
    """Grey, the longer side scaled to `size`, centred on white."""
    with Image.open(path) as image:
        grey = image.convert("L")
    longer = max(grey.size)
    width, height = (max(1, round(side * size / longer)) for side in grey.size)
    canvas = Image.new("L", (size, size), 255)
    canvas.paste(grey.resize((width, height), Image.Resampling.BILINEAR), ((size - width) // 2, (size - height) // 2))
    return canvas.tobytes()


def decode(options):
    def paths():
        for folder, _, names in sorted(os.walk(options["folder"])):
            yield from (os.path.join(folder, name) for name in sorted(names))

    def whole():
        for path in paths():
            square(path, options["size"])

    whole()
    return Rounds(len(list(paths())), whole)


if __name__ == "__main__":
    serve({"pillow": PIL.__version__}, {"decode": decode})
