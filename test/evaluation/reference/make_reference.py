"""Writes reference.json: predictions of two simulated classifiers and what other programs say about them.

    python3 -m venv venv
    venv/bin/pip install scikit-learn==1.9.1 hiclass==5.0.8 statsmodels==0.15.0 scipy==1.17.1 numpy==2.4.6
    venv/bin/python test/evaluation/reference/make_reference.py
    npx biome format --write test/evaluation/reference/reference.json

Recorded with these versions on Python 3.11. Probabilities are kept as integer parts of 2**20, so that every program
reads exactly the same numbers and rows sum to exactly 1.
"""

import json
import pathlib

import hiclass.metrics
import numpy as np
import scipy.stats
import sklearn.metrics
from statsmodels.stats.contingency_tables import mcnemar

UNIT = 2**20
RANDOM = np.random.default_rng(20)

# A ragged tree; 'ghost' has no images, 'shadow' is never predicted.
LINEAGES = {
    "calanus": ["Plankton", "Crustacea", "Copepoda", "calanus"],
    "oithona": ["Plankton", "Crustacea", "Copepoda", "oithona"],
    "shadow": ["Plankton", "Crustacea", "Copepoda", "shadow"],
    "krill": ["Plankton", "Crustacea", "krill"],
    "ghost": ["Plankton", "Gelata", "Medusae", "Deep", "ghost"],
    "aurelia": ["Plankton", "Gelata", "Medusae", "Deep", "aurelia"],
    "pelagia": ["Plankton", "Gelata", "Medusae", "pelagia"],
    "salp": ["Plankton", "Gelata", "salp"],
    "detritus": ["Plankton", "detritus"],
}
CLASSES = sorted(LINEAGES)
GHOST, SHADOW = CLASSES.index("ghost"), CLASSES.index("shadow")


def simulate(labels, sharpness):
    """Integer rows that sum to UNIT, without ties, so that no program's way of breaking them matters."""
    logits = RANDOM.normal(size=(len(labels), len(CLASSES)))
    logits[np.arange(len(labels)), labels] += sharpness
    logits[:, SHADOW] -= 4
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    parts = np.maximum(1, np.floor(probabilities * UNIT)).astype(int)
    parts[np.arange(len(parts)), parts.argmax(axis=1)] += UNIT - parts.sum(axis=1)
    assert (parts.sum(axis=1) == UNIT).all()
    assert all(len(set(row)) == len(row) for row in parts.tolist())
    return parts


def paths(indices):
    """Lineages without the root, each node as its path (names may repeat in a tree), padded as HiClass wants them."""
    rows = []
    for index in indices:
        lineage = LINEAGES[CLASSES[index]]
        row = [">".join(lineage[: depth + 1]) for depth in range(1, len(lineage))]
        rows.append(row + [""] * (4 - len(row)))
    return np.array(rows, dtype=object)


def figures(labels, parts):
    probabilities = parts / UNIT
    decisions = probabilities.argmax(axis=1)
    assert SHADOW not in decisions
    every = list(range(len(CLASSES)))
    precision, recall, f1, support = sklearn.metrics.precision_recall_fscore_support(
        labels, decisions, labels=every, zero_division=0
    )
    truth, predicted = paths(labels), paths(decisions)
    return {
        "accuracy": sklearn.metrics.accuracy_score(labels, decisions),
        "balancedAccuracy": sklearn.metrics.balanced_accuracy_score(labels, decisions),
        "top5": sklearn.metrics.top_k_accuracy_score(labels, probabilities, k=5, labels=every),
        "logLoss": sklearn.metrics.log_loss(labels, probabilities, labels=every),
        "perClass": [
            {"class": name, "precision": p, "recall": r, "f1": f, "support": int(s)}
            for name, p, r, f, s in zip(CLASSES, precision, recall, f1, support)
        ],
        "confusion": sklearn.metrics.confusion_matrix(labels, decisions, labels=every).tolist(),
        "hierarchical": {
            "precision": hiclass.metrics.precision(truth, predicted, average="micro"),
            "recall": hiclass.metrics.recall(truth, predicted, average="micro"),
            "f1": hiclass.metrics.f1(truth, predicted, average="micro"),
        },
    }


def paired_bootstrap(statistic, *columns):
    result = scipy.stats.bootstrap(
        columns, statistic, paired=True, vectorized=False, n_resamples=9999, method="percentile", rng=RANDOM
    )
    return [result.confidence_interval.low, result.confidence_interval.high]


labels = RANDOM.choice([c for c in range(len(CLASSES)) if c != GHOST], size=160)
parts = {"flat": simulate(labels, 2.2), "tree": simulate(labels, 2.6)}

flat, tree = (p.argmax(axis=1) for p in parts.values())
right_flat, right_tree = (flat == labels), (tree == labels)
losses = [-np.log(p[np.arange(len(labels)), labels] / UNIT) for p in parts.values()]
table = [
    [int((right_flat & right_tree).sum()), int((right_flat & ~right_tree).sum())],
    [int((~right_flat & right_tree).sum()), int((~right_flat & ~right_tree).sum())],
]


def balanced(i):
    i = i.astype(int)
    recalls = [[(d[i] == labels[i])[labels[i] == c].mean() for c in np.unique(labels[i])] for d in (flat, tree)]
    return np.mean(recalls[0]) - np.mean(recalls[1])


reference = {
    "classes": CLASSES,
    "lineages": [LINEAGES[name] for name in CLASSES],
    "labels": labels.tolist(),
    "unit": UNIT,
    "models": [
        {"name": name, "parts": p.reshape(-1).tolist(), "expected": figures(labels, p)} for name, p in parts.items()
    ],
    "comparison": {
        "accuracyP": float(mcnemar(table, exact=True).pvalue),
        "ci95": {
            "accuracy": paired_bootstrap(lambda a, b: a.mean() - b.mean(), right_flat, right_tree),
            "logLoss": paired_bootstrap(lambda a, b: a.mean() - b.mean(), *losses),
            "balancedAccuracy": paired_bootstrap(balanced, np.arange(len(labels))),
        },
    },
    # b, c, two-sided exact p of b against c
    "mcnemar": [
        [b, c, scipy.stats.binomtest(b, b + c, 0.5).pvalue]
        for b, c in [(1, 0), (0, 6), (3, 9), (10, 10), (40, 62), (350, 420), (5000, 5200), (9000, 9900), (2000, 900)]
    ],
}
target = pathlib.Path(__file__).with_name("reference.json")
target.write_text(json.dumps(reference))
