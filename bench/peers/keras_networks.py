"""cladenet's preset networks in Keras: the same layers, weights, initialisation and update rules."""

import keras
from keras import layers

NORM = {"momentum": 0.95, "epsilon": 1e-3}


def report(classes):
    """Ten convolutions with LeakyReLU, four poolings; SGD with Nesterov momentum."""
    images = keras.Input((95, 95, 1))
    sizes = keras.Input((2,))

    def conv(x, filters, padding):
        x = layers.Conv2D(filters, 3, padding=padding, kernel_initializer="he_normal")(x)
        return layers.LeakyReLU(negative_slope=1 / 3)(x)

    def reduce(x):
        return layers.Dropout(0.2)(layers.MaxPooling2D(3, strides=2)(x))

    x = reduce(conv(conv(images, 32, "same"), 16, "valid"))
    x = reduce(conv(conv(x, 64, "same"), 32, "valid"))
    x = reduce(conv(conv(conv(x, 128, "same"), 128, "valid"), 64, "valid"))
    x = reduce(conv(conv(conv(x, 256, "same"), 256, "valid"), 128, "valid"))
    x = layers.Dense(512, kernel_initializer="he_normal")(layers.Flatten()(x))
    x = layers.Dropout(0.5)(layers.LeakyReLU(negative_slope=1 / 3)(x))
    model = keras.Model([images, sizes], layers.Dense(classes, dtype="float32")(x))
    return model, keras.optimizers.SGD(0.003, momentum=0.9, nesterov=True)


def compact(classes):
    """A small residual network with batch normalisation; AdamW without weight decay on biases and normalisation."""
    images = keras.Input((64, 64, 1))
    sizes = keras.Input((2,))

    def convolved(x, filters, strides=1):
        kernel = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
        return layers.BatchNormalization(**NORM)(layers.Conv2D(filters, 3, strides=strides, **kernel)(x))

    def conv(x, filters, strides=1):
        return layers.ReLU()(convolved(x, filters, strides))

    def residual(x):
        filters = x.shape[-1]
        return layers.ReLU()(layers.Add()([x, convolved(conv(x, filters), filters)]))

    def pool(x):
        return layers.MaxPooling2D(3, strides=2, padding="same")(x)

    x = pool(conv(conv(images, 24, strides=2), 32))
    x = pool(residual(conv(x, 64)))
    x = pool(residual(conv(x, 128)))
    x = conv(x, 256)
    log_sizes = layers.Lambda(lambda s: keras.ops.log(s / 64))(sizes)
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x), log_sizes])
    x = layers.Dense(256, use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.Dropout(0.3)(layers.ReLU()(layers.BatchNormalization(**NORM)(x)))
    model = keras.Model([images, sizes], layers.Dense(classes, dtype="float32")(x))
    optimizer = keras.optimizers.AdamW(0.004, weight_decay=0.05)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return model, optimizer


NETWORKS = {"report": report, "compact": compact}
