"""Writes reference.json: annotated frames, detections, and what pycocotools says of them.

    python3 -m venv venv
    venv/bin/pip install pycocotools==2.0.11 numpy==2.4.6
    venv/bin/python test/detection/reference/make_reference.py
    npx biome format --write test/detection/reference/reference.json

Recorded with these versions. Frames without organisms, without detections, with crowds, with more than 100 detections, with equal
scores, and categories that only one side has are among them.
"""

import contextlib
import io
import json
import pathlib

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

RANDOM = np.random.default_rng(5)
WIDTH, HEIGHT = 320, 240


def box():
    w, h = RANDOM.integers(8, 90, 2)
    x, y = RANDOM.integers(0, WIDTH - w), RANDOM.integers(0, HEIGHT - h)
    return [int(x), int(y), int(w), int(h)]


def near(b, spread):
    x, y, w, h = (float(v) + float(RANDOM.normal(0, spread)) for v in b)
    w, h = max(2.0, w), max(2.0, h)
    x, y = min(max(0.0, x), WIDTH - w), min(max(0.0, y), HEIGHT - h)
    return [round(v, 2) for v in (x, y, w, h)]


def simulate(frames, categories, spread, false, decimals, crowds):
    truth, found = [], []
    for image in range(1, frames + 1):
        organisms = int(RANDOM.integers(0, 9))
        for _ in range(organisms):
            b, c = box(), int(RANDOM.integers(1, categories + 1))
            truth.append({"image_id": image, "category_id": c, "bbox": b,
                          "iscrowd": int(RANDOM.random() < crowds), "area": b[2] * b[3]})
            for _ in range(int(RANDOM.choice([0, 1, 1, 1, 2]))):
                other = int(RANDOM.integers(1, categories + 2))
                found.append({"image_id": image, "category_id": c if RANDOM.random() < 0.8 else other,
                              "bbox": near(b, spread), "score": round(float(RANDOM.random()) ** 0.5, decimals)})
        for _ in range(false if image % 5 else 40 * false):
            found.append({"image_id": image, "category_id": int(RANDOM.integers(1, categories + 2)),
                          "bbox": box(), "score": round(float(RANDOM.random()) ** 2, decimals)})
    for i, annotation in enumerate(truth):
        annotation["id"] = i + 1
    return {
        "truth": {
            "images": [{"id": i, "file_name": f"{i}.png", "width": WIDTH, "height": HEIGHT}
                       for i in range(1, frames + 1)],
            "categories": [{"id": c, "name": f"class {c}"} for c in range(1, categories + 2)],
            "annotations": truth,
        },
        "detections": found,
    }


def judged(case, agnostic):
    truth = COCO()
    truth.dataset = case["truth"]
    truth.createIndex()
    evaluation = COCOeval(truth, truth.loadRes(case["detections"]), "bbox")
    evaluation.params.useCats = 0 if agnostic else 1
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]
    per_category = [float(p[p > -1].mean()) if (p > -1).any() else None for p in np.moveaxis(precision, 2, 0)]
    return {
        "ap": float(evaluation.stats[0]),
        "ap50": float(evaluation.stats[1]),
        "ap75": float(evaluation.stats[2]),
        "recall": float(evaluation.stats[8]),
        "perCategory": per_category,
    }


CASES = {
    "good": dict(frames=12, categories=3, spread=2, false=1, decimals=6, crowds=0),
    "poor": dict(frames=15, categories=4, spread=7, false=3, decimals=6, crowds=0),
    "crowds": dict(frames=10, categories=2, spread=4, false=2, decimals=6, crowds=0.25),
    "equal scores": dict(frames=10, categories=2, spread=4, false=2, decimals=1, crowds=0.1),
}

reference = {}
for name, options in CASES.items():
    case = simulate(**options)
    with contextlib.redirect_stdout(io.StringIO()):
        case["agnostic"] = judged(case, True)
        case["categories"] = judged(case, False)
    reference[name] = case
    print(name, case["agnostic"]["ap"], case["categories"]["ap"], len(case["detections"]))

path = pathlib.Path(__file__).with_name("reference.json")
path.write_text(json.dumps(reference) + "\n")
