"""Writes reference.json: what scikit-learn's forests say about four data sets.

    python3 -m venv venv
    venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    venv/bin/python test/forest/reference/make_reference.py
    npx biome format --write test/forest/reference/reference.json

Recorded with these versions on Python 3.11. Features are kept as float32, which is how scikit-learn reads them.
"""

import base64
import json
import pathlib

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.tree import DecisionTreeClassifier

SEEDS = range(10)
TREES = 50


def constructed():
    """Six features in descending order of importance; the last is noise."""
    draws = np.random.default_rng(5)
    X = draws.normal(size=(600, 6))
    score = X @ np.array([4, 2.6, 1.7, 1, 0.5, 0]) + draws.normal(size=600)
    return X, np.digitize(score, [-3, 3])


def base64_of(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def weighted_forest(X, y, seed, weights):
    """As Chen, Liaw and Breiman (2004): the weights count in the trees. scikit-learn 1.9 draws rows with them instead."""
    draws = np.random.default_rng(seed)
    trees = []
    for _ in range(TREES):
        times = np.bincount(draws.integers(len(y), size=len(y)), minlength=len(y))
        tree = DecisionTreeClassifier(max_features="sqrt", random_state=int(draws.integers(2**31)))
        trees.append(tree.fit(X, y, sample_weight=times * weights[y]))
    return trees


def probabilities_of(trees, X, classes):
    total = np.zeros((len(X), classes))
    for tree in trees:
        total[:, tree.classes_] += tree.predict_proba(X)
    return total / len(trees)


def study(X, y, options):
    """Over all seeds: accuracy on the last third of the rows and out of bag, mean probabilities and importances."""
    train, test = slice(0, len(y) * 2 // 3), slice(len(y) * 2 // 3, None)
    classes = len(np.unique(y))
    accuracy, out_of_bag, probabilities, importances, permutation = [], [], [], [], []
    for seed in SEEDS:
        if "power" in options:
            counts = np.bincount(y[train])
            trees = weighted_forest(X[train], y[train], seed, (counts.max() / counts) ** options["power"])
            p = probabilities_of(trees, X[test], classes)
        else:
            bootstrap = options.get("bootstrap", True)
            forest = RandomForestClassifier(TREES, random_state=seed, oob_score=bootstrap, n_jobs=2, **options)
            forest.fit(X[train], y[train])
            p = forest.predict_proba(X[test])
            importances.append(forest.feature_importances_)
            if bootstrap:
                out_of_bag.append(forest.oob_score_)
            if X.shape[1] == 6:
                drops = permutation_importance(forest, X[test], y[test], n_repeats=10, random_state=seed)
                permutation.append(drops.importances_mean)
        accuracy.append((p.argmax(axis=1) == y[test]).mean())
        probabilities.append(p)
    mean = lambda values: np.round(np.mean(values, axis=0), 5).tolist() if values else None
    return {
        "options": options,
        "accuracy": np.round(accuracy, 5).tolist(),
        "outOfBag": np.round(out_of_bag, 5).tolist(),
        "probabilities": np.round(np.mean(probabilities, axis=0).ravel() * 1000).astype(int).tolist(),
        "impurityImportance": mean(importances),
        "permutationImportance": mean(permutation),
    }


VARIANTS = [
    {"min_samples_leaf": 8},
    {"max_depth": 3},
    {"max_features": 1},
    {"bootstrap": False},
    {"power": 1.5},
]


def main():
    sets = {}
    loaded = {
        "digits": load_digits(return_X_y=True),
        "wine": load_wine(return_X_y=True),
        "breast_cancer": load_breast_cancer(return_X_y=True),
        "constructed": constructed(),
    }
    for name, (X, y) in loaded.items():
        order = np.random.default_rng(0).permutation(len(y))
        if name == "digits":
            order = order[:900]
        X, y = X[order].astype(np.float32), y[order]
        variants = VARIANTS if name == "wine" else []
        sets[name] = {
            "features": X.shape[1],
            "values": base64_of(X.astype(np.uint8)) if name == "digits" else base64_of(X),
            "labels": y.tolist(),
            "studies": [study(X, y, options) for options in [{}, *variants]],
        }
    text = json.dumps({"trees": TREES, "sets": sets})
    pathlib.Path(__file__).with_name("reference.json").write_text(text)


main()
