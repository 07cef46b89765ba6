"""scikit-learn as a contender: random forests with its defaults, on as many threads as there are cores."""

import os

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier

from protocol import Rounds, serve


def read_table(options):
    folder = options["folder"]
    labels = np.fromfile(os.path.join(folder, "labels.i32"), "<i4")
    values = np.fromfile(os.path.join(folder, "values.f64"), "<f8").reshape(len(labels), -1)
    # Trees compare float32: the conversion is not measured.
    return np.ascontiguousarray(values, np.float32), labels


def fit(values, labels, options):
    forest = RandomForestClassifier(options["trees"], n_jobs=options["threads"], random_state=1)
    return forest.fit(values, labels)


def training(options):
    values, labels = read_table(options)

    def work():
        fit(values, labels, options)

    return Rounds(len(labels), work)


def prediction(options):
    values, labels = read_table(options)
    forest = fit(values, labels, options)

    def work():
        forest.predict_proba(values)

    return Rounds(len(labels), work)


if __name__ == "__main__":
    serve({"scikit-learn": sklearn.__version__}, {"forest": training, "forest-predict": prediction})
