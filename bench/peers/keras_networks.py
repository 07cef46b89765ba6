"""cladenet's preset networks in Keras: the same layers, weights, initialisation and update rules."""

import keras
from keras import layers

NORM = {"momentum": 0.95, "epsilon": 1e-3}


def adamw(rate, decay):
    optimizer = keras.optimizers.AdamW(rate, weight_decay=decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


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
    return model, adamw(0.004, 0.05)


def efficientnet_lite0(classes):
    """EfficientNet-Lite0; AdamW without weight decay on biases and normalisation."""
    images = keras.Input((96, 96, 1))
    sizes = keras.Input((2,))
    kernel = {"padding": "same", "use_bias": False}

    def normed(x):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-3)(x)

    def conv(x, filters, size=1, strides=1):
        return normed(layers.Conv2D(filters, size, strides=strides, kernel_initializer="he_normal", **kernel)(x))

    def inverted_residual(x, filters, expansion, size, strides):
        y = layers.ReLU(6)(conv(x, expansion * x.shape[-1])) if expansion > 1 else x
        y = layers.DepthwiseConv2D(size, strides=strides, depthwise_initializer="he_normal", **kernel)(y)
        y = conv(layers.ReLU(6)(normed(y)), filters)
        return layers.Add()([x, y]) if strides == 1 and x.shape[-1] == filters else y

    stages = [
        (1, 16, 1, 1, 3),
        (6, 24, 2, 2, 3),
        (6, 40, 2, 2, 5),
        (6, 80, 3, 2, 3),
        (6, 112, 3, 1, 5),
        (6, 192, 4, 2, 5),
        (6, 320, 1, 1, 3),
    ]
    x = layers.ReLU(6)(conv(images, 32, 3, 2))
    for expansion, filters, blocks, strides, size in stages:
        for i in range(blocks):
            x = inverted_residual(x, filters, expansion, size, strides if i == 0 else 1)
    x = layers.GlobalAveragePooling2D()(layers.ReLU(6)(conv(x, 1280)))
    x = layers.Concatenate()([x, layers.Lambda(lambda s: keras.ops.log(s / 64))(sizes)])
    model = keras.Model([images, sizes], layers.Dense(classes, dtype="float32")(layers.Dropout(0.2)(x)))
    return model, adamw(0.0007, 0.02)


NETWORKS = {"report": report, "compact": compact, "efficientnet_lite0": efficientnet_lite0}
