"""Keras 3 on TensorFlow as a contender.

The step is one `tf.function`: of the ways to train in Keras the one with the least around it (no metrics, no callbacks,
no conversion from numpy). XLA stays off; the environment says whether oneDNN is on.
"""

import itertools
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf
from keras import layers

from data import read_data
from keras_networks import NETWORKS
from protocol import Rounds, lasting, serve

LABEL_SMOOTHING = 0.05


class Training:
    def __init__(self, options, classes):
        network, precision = options["network"], options.get("precision", "float32")
        keras.mixed_precision.set_global_policy({"float32": "float32", "bfloat16": "mixed_bfloat16"}[precision])
        keras.utils.set_random_seed(1)
        self.model, self.optimizer = NETWORKS[network](classes)
        self.optimizer.build(self.model.trainable_variables)
        self.loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING)
        self.step = tf.function(self._step, jit_compile=False)
        self.predict = tf.function(self._predict, jit_compile=False)

    @property
    def weights(self):
        return sum(int(tf.size(variable)) for variable in self.model.trainable_variables)

    def _step(self, images, sizes, targets):
        with tf.GradientTape() as tape:
            loss = self.loss(targets, self.model([images, sizes], training=True))
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def _predict(self, images, sizes):
        return tf.nn.softmax(self.model([images, sizes], training=False))


def batches_of(data, batch):
    """Tensors, ready to compute on: images, sizes, targets."""
    images, targets = data.images, keras.utils.to_categorical(data.labels, data.classes)
    return [
        tuple(tf.constant(part[start : start + batch]) for part in (images, data.sizes, targets))
        for start in range(0, len(images), batch)
    ]


def step(options):
    data = read_data(options["data"])
    training = Training(options, data.classes)
    following = itertools.cycle(batches_of(data, options["batch"]))
    first_loss = float(training.step(*next(following)))
    return lasting(
        options["seconds"],
        options["batch"],
        lambda: training.step(*next(following)).numpy(),
        facts={"weights": training.weights, "firstLoss": first_loss},
    )


def predict(options):
    data = read_data(options["data"])
    training = Training(options, data.classes)
    following = itertools.cycle(batches_of(data, options["batch"]))

    def predict_batch():
        images, sizes, _ = next(following)
        training.predict(images, sizes).numpy()

    return lasting(options["seconds"], options["batch"], predict_batch, facts={"weights": training.weights})


def epoch(options):
    """One pass of a `tf.data` pipeline with preprocessing layers, from the images as bytes in memory."""
    data, batch = read_data(options["data"]), options["batch"]
    training = Training(options, data.classes)
    blank = {"fill_mode": "constant", "fill_value": 0.0}
    augmentation = keras.Sequential(
        [
            layers.RandomFlip("horizontal_and_vertical"),
            layers.RandomRotation(0.5, **blank),
            layers.RandomTranslation(0.06, 0.06, **blank),
            layers.RandomZoom((-0.13, 0.15), (-0.13, 0.15), **blank),
        ]
    )

    def prepared(pixels, sizes, labels):
        images = 1 - tf.cast(pixels, tf.float32) / 255
        return augmentation(images, training=True), sizes, tf.one_hot(labels, data.classes)

    dataset = (
        tf.data.Dataset.from_tensor_slices((data.pixels, data.sizes, data.labels))
        .shuffle(len(data.labels))
        .batch(batch, drop_remainder=True)
        .map(prepared, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )

    def whole():
        for images, sizes, targets in dataset:
            loss = training.step(images, sizes, targets)
        return float(loss)

    whole()
    return Rounds(len(data.labels) // batch * batch, whole, facts={"weights": training.weights})


if __name__ == "__main__":
    facts = {
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "oneDNN": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "default"),
        "gpus": len(tf.config.list_physical_devices("GPU")),
    }
    serve(facts, {"step": step, "predict": predict, "epoch": epoch})
