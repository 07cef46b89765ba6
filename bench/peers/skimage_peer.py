"""scikit-image as a contender: the largest object of each image, its holes filled, measured by `regionprops_table`."""

import os

import numpy as np
import skimage
from PIL import Image
from scipy.ndimage import binary_fill_holes
from skimage.measure import label, regionprops_table

from protocol import Rounds, serve

# What CytoProcess measures, as a list of shape and grey levels.
PROPERTIES = (
    "area area_filled area_convex axis_major_length axis_minor_length feret_diameter_max eccentricity moments_hu "
    "intensity_max intensity_mean intensity_median intensity_min intensity_std perimeter perimeter_crofton solidity"
).split()


def measured(path):
    with Image.open(path) as image:
        grey = np.asarray(image.convert("L"))
    regions = label(binary_fill_holes(grey <= 243))
    if regions.max() == 0:
        return None
    largest = regions == np.argmax(np.bincount(regions.ravel())[1:]) + 1
    return regionprops_table(largest.astype(np.uint8), grey, properties=PROPERTIES)


def features(options):
    paths = [
        os.path.join(folder, name)
        for folder, _, names in sorted(os.walk(options["folder"]))
        for name in sorted(names)
    ][:: options["every"]]

    def work():
        for path in paths:
            measured(path)

    work()
    return Rounds(len(paths), work)


if __name__ == "__main__":
    serve({"scikit-image": skimage.__version__}, {"features": features})
