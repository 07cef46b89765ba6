/**
 * TensorFlow's native operations with their native gradients. TensorFlow.js composes several of them (leaky ReLU, batch
 * normalisation, cross-entropy) from chains of small operations, and draws random numbers in JavaScript. These run as
 * one kernel each and draw from a seed that is an input, so a recorded step can be replayed.
 *
 * Images are NHWC, convolution weights [height, width, in, out], dense weights [in, out].
 */

import type * as tfjs from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { smallest } from '../arrays.js';
import type { NativeTensor, OpAttribute, Runtime } from './binding.js';
import { noBfloat16, type Precision } from './precision.js';

/** TensorFlow's number for this data type; the addon has no name for it. */
const TF_BFLOAT16 = 14;

/** `symmetric`: half the kernel's width of zeros on each side, as PyTorch's networks pad; `same` as TensorFlow does. */
export type Padding = 'same' | 'valid' | 'symmetric';

/** Activations that batch normalisation can be fused with, in the order of their numbers in `native/batch-norm.cc`. */
const FUSED_ACTIVATIONS = ['none', 'relu', 'relu6'] as const;
export type FusedActivation = (typeof FUSED_ACTIVATIONS)[number];

/** Pixels along one axis of the output of a convolution or a pooling. */
export function extent(input: number, kernel: number, stride: number, padding: Padding): number {
  switch (padding) {
    case 'same':
      return Math.ceil(input / stride);
    case 'valid':
      return Math.floor((input - kernel) / stride) + 1;
    case 'symmetric':
      return Math.floor((input + 2 * (kernel >> 1) - kernel) / stride) + 1;
  }
}

export type Ops = ReturnType<typeof createOps>;

export function createOps(runtime: Runtime) {
  const { tf, backend, binding, hasKernels, bfloat16Obstacle } = runtime;
  const int = (name: string, value: number | number[]): OpAttribute => ({ name, type: binding.TF_ATTR_INT, value });
  const float = (name: string, value: number): OpAttribute => ({ name, type: binding.TF_ATTR_FLOAT, value });
  const bool = (name: string, value: boolean): OpAttribute => ({ name, type: binding.TF_ATTR_BOOL, value });
  const string = (name: string, value: string): OpAttribute => ({ name, type: binding.TF_ATTR_STRING, value });
  const type = (name: string, value: number): OpAttribute => ({ name, type: binding.TF_ATTR_TYPE, value });
  const T = type('T', binding.TF_FLOAT);
  const NHWC = string('data_format', 'NHWC');

  const run = (op: string, attributes: OpAttribute[], inputs: Tensor[]): Tensor =>
    backend.executeSingleOutput(op, attributes, inputs);

  /** Runs an operation in bfloat16: casts the inputs at `rounded` to bfloat16 and the result back to float32. */
  function runRounded(op: string, attributes: OpAttribute[], inputs: Tensor[], rounded: readonly number[]): Tensor {
    // TensorFlow.js does not support bfloat16 tensors, so they never leave the addon.
    const native = backend.binding;
    const made: number[] = [];
    const execute = (name: string, given: OpAttribute[], ids: number[]) => {
      const [result] = native.executeOp(name, given, ids, 1);
      made.push((result as NativeTensor).id);
      return result as NativeTensor;
    };
    const cast = (id: number, from: number, to: number) =>
      execute('Cast', [type('SrcT', from), type('DstT', to), bool('Truncate', false)], [id]);
    try {
      const ids = backend
        .getInputTensorIds(inputs)
        .map((id, i) => (rounded.includes(i) ? cast(id, binding.TF_FLOAT, TF_BFLOAT16).id : id));
      const typed = attributes.map((attribute) => (attribute === T ? type('T', TF_BFLOAT16) : attribute));
      const result = cast(execute(op, typed, ids).id, TF_BFLOAT16, binding.TF_FLOAT);
      made.pop();
      return backend.createOutputTensor(result);
    } finally {
      for (const id of made) native.deleteTensor(id);
    }
  }

  /** An operation with its gradient: `forward` computes the value, `backward` the gradient of each input. */
  function differentiable(
    inputs: Tensor[],
    forward: (...inputs: Tensor[]) => Tensor,
    backward: (dy: Tensor, y: Tensor, inputs: Tensor[]) => Tensor[],
  ): Tensor {
    const op = tf.customGrad((...args) => {
      const save = args.pop() as unknown as (tensors: Tensor[]) => void;
      const tensors = args as Tensor[];
      const y = forward(...tensors);
      save([y, ...tensors]);
      return { value: y, gradFunc: (dy: Tensor, [value, ...saved]: Tensor[]) => backward(dy, value as Tensor, saved) };
    });
    return op(...inputs);
  }

  // Tensors that outlive the scope of the operation that created them (batch statistics, a loss's gradient).
  const held: Tensor[] = [];
  const hold = (tensor: Tensor): Tensor => {
    held.push(tf.keep(tensor));
    return tensor;
  };

  /** Frees the tensors held during a step. Whoever runs a step calls this when the step is over. */
  function release(): void {
    for (const tensor of held.splice(0)) tensor.dispose();
  }

  /** The scalar that `f` computes, and its gradient with respect to each of `xs`, which `f` uses by closure. */
  function gradients(xs: Tensor[], f: () => Tensor): { readonly value: Tensor; readonly gradients: Tensor[] } {
    const { value, grads } = tf.engine().gradients(f as () => tfjs.Scalar, xs);
    return { value, gradients: grads };
  }

  /** `x` as a constant: no gradient flows back through it. */
  const constant = (x: Tensor): Tensor =>
    differentiable(
      [x],
      (a) => run('Identity', [T], [a as Tensor]),
      (dy) => [tf.zerosLike(dy)],
    );

  const ints = (values: readonly number[]) => tf.tensor1d([...values], 'int32');

  /** Where a window of `height` x `width` stops: strides and padding, as convolutions and poolings take them. */
  function windows([height, width]: readonly [number, number], stride: number, padding: Padding): OpAttribute[] {
    const [y, x] = [height >> 1, width >> 1];
    return [
      int('strides', [1, stride, stride, 1]),
      string('padding', padding === 'symmetric' ? 'EXPLICIT' : padding.toUpperCase()),
      int('explicit_paddings', padding === 'symmetric' ? [0, 0, y, y, x, x, 0, 0] : []),
      NHWC,
    ];
  }

  /** Zeros before the first pixel of an axis. */
  function zerosBefore(
    padding: Padding,
    kernel: number,
    stride: number,
    pixels: { input: number; output: number },
  ): number {
    switch (padding) {
      case 'valid':
        return 0;
      case 'symmetric':
        return kernel >> 1;
      case 'same':
        return Math.max(0, (pixels.output - 1) * stride + kernel - pixels.input) >> 1;
    }
  }

  /** 2-D convolution of [n, h, w, in] with [kh, kw, in, out]. Its gradients are computed in the same precision. */
  function conv2d(
    x: Tensor,
    weights: Tensor,
    stride: number,
    padding: Padding,
    precision: Precision = 'float32',
  ): Tensor {
    if (precision === 'bfloat16' && bfloat16Obstacle !== undefined) throw noBfloat16(bfloat16Obstacle);
    const [kernelHeight, kernelWidth] = weights.shape as [number, number];
    const attributes = [
      T,
      ...windows([kernelHeight, kernelWidth], stride, padding),
      bool('use_cudnn_on_gpu', true),
      int('dilations', [1, 1, 1, 1]),
    ];
    const product = (op: string, inputs: Tensor[], rounded: readonly number[]) =>
      precision === 'bfloat16' ? runRounded(op, attributes, inputs, rounded) : run(op, attributes, inputs);
    const own =
      hasKernels &&
      runtime.prefersOwnFilterGradient &&
      precision === 'float32' &&
      smallest(weights.shape.slice(2)) >= FEWEST_CHANNELS;
    return differentiable(
      [x, weights],
      (a, w) => product('Conv2D', [a as Tensor, w as Tensor], [0, 1]),
      (dy, _, [a, w]) => [
        product('Conv2DBackpropInput', [ints((a as Tensor).shape), w as Tensor, dy], [1, 2]),
        own
          ? ownFilterGradient(a as Tensor, (w as Tensor).shape, dy, { stride, padding })
          : product('Conv2DBackpropFilter', [a as Tensor, ints((w as Tensor).shape), dy], [0, 2]),
      ],
    );
  }

  /** Our own kernel needs this many input and output channels: with fewer, most of a register tile would be empty. */
  const FEWEST_CHANNELS = 8;

  /** Stride and zeros before the first pixel, as our own operations take them. */
  function ownWindows(
    shape: readonly number[],
    stride: number,
    padding: Padding,
    input: readonly number[],
    output: readonly number[],
  ): OpAttribute[] {
    const before = (axis: 1 | 2) => {
      const pixels = { input: input[axis] as number, output: output[axis] as number };
      return zerosBefore(padding, shape[axis - 1] as number, stride, pixels);
    };
    return [int('stride', stride), int('top', before(1)), int('left', before(2))];
  }

  const kernelSize = ([height = 0, width = 0]: readonly number[]) => [
    int('kernel_height', height),
    int('kernel_width', width),
  ];

  /** The gradient of a convolution's weights, of shape `shape`, by our own kernel. */
  function ownFilterGradient(
    x: Tensor,
    shape: readonly number[],
    dy: Tensor,
    { stride, padding }: { readonly stride: number; readonly padding: Padding },
  ): Tensor {
    const attributes = [...kernelSize(shape), ...ownWindows(shape, stride, padding, x.shape, dy.shape)];
    return run('CladenetConv2DFilterGradient', attributes, [x, dy]);
  }

  /** Strides that our own kernels for depthwise convolutions are for. */
  const OWN_STRIDES = [1, 2];

  /**
   * 2-D convolution of each channel of [n, h, w, channels] with a kernel of its own; `weights` [kh, kw, 1, channels]. In float32
   * always, because it is memory-bound.
   *
   * @param isTrained whether gradients follow. Without them TensorFlow's operation is faster than our own, because the graph
   *   optimiser fuses it with the bias and the activation after it
   */
  function depthwiseConv2d(x: Tensor, weights: Tensor, stride: number, padding: Padding, isTrained = true): Tensor {
    return isTrained && hasKernels && OWN_STRIDES.includes(stride)
      ? ownDepthwise(x, weights, stride, padding)
      : tensorFlowDepthwise(x, weights, stride, padding);
  }

  function ownDepthwise(x: Tensor, weights: Tensor, stride: number, padding: Padding): Tensor {
    const [kernelHeight, kernelWidth] = weights.shape as [number, number];
    const [, height, width] = x.shape as [number, number, number];
    const out = {
      height: extent(height, kernelHeight, stride, padding),
      width: extent(width, kernelWidth, stride, padding),
    };
    const where = ownWindows(weights.shape, stride, padding, x.shape, [0, out.height, out.width]);
    const size = (name: string, pixels: { readonly height: number; readonly width: number }) => [
      int(`${name}height`, pixels.height),
      int(`${name}width`, pixels.width),
    ];
    return differentiable(
      [x, weights],
      (a, w) => run('CladenetDepthwiseConv2D', [...where, ...size('out_', out)], [a as Tensor, w as Tensor]),
      (dy, _, [a, w]) => [
        run('CladenetDepthwiseConv2DInputGradient', [...where, ...size('', { height, width })], [dy, w as Tensor]),
        run('CladenetDepthwiseConv2DFilterGradient', [...where, ...kernelSize(weights.shape)], [a as Tensor, dy]),
      ],
    );
  }

  function tensorFlowDepthwise(x: Tensor, weights: Tensor, stride: number, padding: Padding): Tensor {
    if (padding === 'symmetric') {
      // TensorFlow's graph optimiser ends the process where it fuses this operation and the padding is explicit.
      const [kernelHeight, kernelWidth] = weights.shape as [number, number];
      if (stride === 1 && kernelHeight % 2 === 1 && kernelWidth % 2 === 1) {
        return tensorFlowDepthwise(x, weights, stride, 'same');
      }
      const around = (kernel: number): [number, number] => [kernel >> 1, kernel >> 1];
      const padded = tf.pad(x, [[0, 0], around(kernelHeight), around(kernelWidth), [0, 0]]);
      return tensorFlowDepthwise(padded, weights, stride, 'valid');
    }
    const [height, width, , channels] = weights.shape as [number, number, number, number];
    const attributes = [T, ...windows([height, width], stride, padding), int('dilations', [1, 1, 1, 1])];
    // TensorFlow's order of the axes: the channel multiplier, here 1, is the last.
    const shape = [height, width, channels, 1];
    return differentiable(
      [x, weights],
      (a, w) => run('DepthwiseConv2dNative', attributes, [a as Tensor, tf.reshape(w as Tensor, shape)]),
      (dy, _, [a, w]) => {
        const [image, kernel] = [a as Tensor, tf.reshape(w as Tensor, shape)];
        const dw = run('DepthwiseConv2dNativeBackpropFilter', attributes, [image, ints(shape), dy]);
        return [
          run('DepthwiseConv2dNativeBackpropInput', attributes, [ints(image.shape), kernel, dy]),
          tf.reshape(dw, weights.shape),
        ];
      },
    );
  }

  /** Adds a bias [channels] to the last axis. */
  function biasAdd(x: Tensor, bias: Tensor): Tensor {
    return differentiable(
      [x, bias],
      (a, b) => run('BiasAdd', [T, NHWC], [a as Tensor, b as Tensor]),
      (dy) => [dy, run('BiasAddGrad', [T, NHWC], [dy])],
    );
  }

  function relu(x: Tensor): Tensor {
    return differentiable(
      [x],
      (a) => run('Relu', [T], [a as Tensor]),
      (dy, y) => [run('ReluGrad', [T], [dy, y])],
    );
  }

  /** min(max(x, 0), 6) (Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010). */
  function relu6(x: Tensor): Tensor {
    return differentiable(
      [x],
      (a) => run('Relu6', [T], [a as Tensor]),
      (dy, y) => [run('Relu6Grad', [T], [dy, y])],
    );
  }

  /** 1 / (1 + e^-x). */
  function sigmoid(x: Tensor): Tensor {
    return differentiable(
      [x],
      (a) => run('Sigmoid', [T], [a as Tensor]),
      (dy, y) => [run('SigmoidGrad', [T], [y, dy])],
    );
  }

  /** ln(1 + e^x), so that -ln sigmoid(x) = softplus(-x), also where the sigmoid is 0 in 32 bits. */
  function softplus(x: Tensor): Tensor {
    return differentiable(
      [x],
      (a) => run('Softplus', [T], [a as Tensor]),
      (dy, _, [a]) => [run('SoftplusGrad', [T], [dy, a as Tensor])],
    );
  }

  /** Each pixel of [n, h, w, c] as 2 x 2 equal ones. */
  function upsample2(x: Tensor): Tensor {
    const [, h = 0, w = 0] = x.shape;
    const nearest = [T, bool('align_corners', false), bool('half_pixel_centers', false)];
    const mean = [T, int('ksize', [1, 2, 2, 1]), int('strides', [1, 2, 2, 1]), string('padding', 'VALID'), NHWC];
    return differentiable(
      [x],
      (a) => run('ResizeNearestNeighbor', nearest, [a as Tensor, ints([2 * h, 2 * w])]),
      (dy) => [tf.mul(run('AvgPool', mean, [dy]), 4)],
    );
  }

  /**
   * max(x, alpha x), 0 < alpha < 1. The gradient depends only on the sign, which input and output share. So the input need
   * not be kept, and the graph optimiser can fuse convolution, bias and activation.
   */
  function leakyRelu(x: Tensor, alpha: number): Tensor {
    return differentiable(
      [x],
      (a) => run('LeakyRelu', [float('alpha', alpha), T], [a as Tensor]),
      (dy, y) => [run('LeakyReluGrad', [float('alpha', alpha), T], [dy, y])],
    );
  }

  function maxPool(x: Tensor, size: readonly [number, number], stride: number, padding: Padding): Tensor {
    const attributes = [T, int('ksize', [1, ...size, 1]), ...windows(size, stride, padding)];
    return differentiable(
      [x],
      (a) => run('MaxPool', attributes, [a as Tensor]),
      (dy, y, [a]) => [run('MaxPoolGrad', attributes, [a as Tensor, y, dy])],
    );
  }

  /** Mean over height and width: [n, h, w, c] to [n, c]. */
  function globalMeanPool(x: Tensor): Tensor {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const attributes = [bool('keep_dims', false), T, type('Tidx', binding.TF_INT32)];
    return differentiable(
      [x],
      (a) => run('Mean', attributes, [a as Tensor, ints([1, 2])]),
      (dy) => [
        run(
          'BroadcastTo',
          [T, type('Tidx', binding.TF_INT32)],
          [tf.reshape(tf.div(dy, h * w), [n, 1, 1, c]), ints([n, h, w, c])],
        ),
      ],
    );
  }

  /** Maximum over height and width: [n, h, w, c] to [n, c]. */
  function globalMaxPool(x: Tensor): Tensor {
    const [n, h, w, c] = x.shape as [number, number, number, number];
    return tf.reshape(maxPool(x, [h, w], 1, 'valid'), [n, c]);
  }

  /** [n, in] times [in, out]. */
  function matMul(x: Tensor, weights: Tensor): Tensor {
    const product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) =>
      run('MatMul', [bool('transpose_a', transposeA), bool('transpose_b', transposeB), T], [a, b]);
    return differentiable(
      [x, weights],
      (a, w) => product(a as Tensor, w as Tensor, false, false),
      (dy, _, [a, w]) => [product(dy, w as Tensor, false, true), product(a as Tensor, dy, true, false)],
    );
  }

  /** The normalised values, and the batch's mean and (unbiased) variance, from which the caller keeps running ones. */
  type Normalised = [y: Tensor, mean: Tensor, variance: Tensor];

  /**
   * Batch normalisation over all axes but the last (Ioffe and Szegedy, 2015) with the statistics of this batch, then the sum
   * with `side` (of x's shape) if given, then the activation: the end of a convolution or of a residual block. A single
   * operation where there is a kernel for it.
   */
  function batchNorm(
    x: Tensor,
    scale: Tensor,
    offset: Tensor,
    epsilon: number,
    { activation = 'none', side }: { readonly activation?: FusedActivation; readonly side?: Tensor | undefined } = {},
  ): Normalised {
    if (hasKernels) return ownBatchNorm(x, scale, offset, epsilon, activation, side);
    const [y, mean, variance] = tensorFlowBatchNorm(x, scale, offset, epsilon);
    const sum = side === undefined ? y : tf.add(side, y);
    return [activation === 'none' ? sum : activation === 'relu' ? relu(sum) : relu6(sum), mean, variance];
  }

  function tensorFlowBatchNorm(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): Normalised {
    const attributes = [T, type('U', binding.TF_FLOAT), float('epsilon', epsilon), NHWC, bool('is_training', true)];
    let statistics: Tensor[] = [];
    const y = differentiable(
      [x, scale, offset],
      (a, s, o) => {
        const empty = tf.tensor1d([], 'float32');
        const [value, ...rest] = backend.executeMultipleOutputs(
          'FusedBatchNormV3',
          [...attributes, float('exponential_avg_factor', 1)],
          [a as Tensor, s as Tensor, o as Tensor, empty, empty],
          6,
        );
        statistics = rest.map(hold);
        return value as Tensor;
      },
      (dy, _, [a, s]) => {
        const [, , r1, r2, r3] = statistics as [Tensor, Tensor, Tensor, Tensor, Tensor];
        const gradients = backend.executeMultipleOutputs(
          'FusedBatchNormGradV3',
          attributes,
          [dy, a as Tensor, s as Tensor, r1, r2, r3],
          5,
        );
        return gradients.slice(0, 3);
      },
    );
    return [y, statistics[0] as Tensor, statistics[1] as Tensor];
  }

  function ownBatchNorm(
    x: Tensor,
    scale: Tensor,
    offset: Tensor,
    epsilon: number,
    activation: FusedActivation,
    side: Tensor | undefined,
  ): Normalised {
    const attributes = [float('epsilon', epsilon), int('activation', FUSED_ACTIVATIONS.indexOf(activation))];
    const sideOrNone = (given: Tensor | undefined) => given ?? tf.tensor1d([], 'float32');
    let statistics: Tensor[] = [];
    const y = differentiable(
      [x, scale, offset, ...(side === undefined ? [] : [side])],
      (a, s, o, b) => {
        const inputs = [a as Tensor, s as Tensor, o as Tensor, sideOrNone(b)];
        const [value, ...rest] = backend.executeMultipleOutputs('CladenetBatchNorm', attributes, inputs, 3);
        statistics = rest.map(hold);
        return value as Tensor;
      },
      (dy, value, [a, s, o, b]) => {
        const linear = activation === 'none';
        const inputs = [
          dy,
          a as Tensor,
          value,
          s as Tensor,
          o as Tensor,
          ...statistics,
          sideOrNone(linear ? undefined : b),
        ];
        const gradients = backend.executeMultipleOutputs('CladenetBatchNormGrad', attributes, inputs, 4);
        if (side === undefined) return gradients.slice(0, 3);
        return linear ? [...gradients.slice(0, 3), dy] : gradients;
      },
    );
    return [y, statistics[0] as Tensor, statistics[1] as Tensor];
  }

  /**
   * Softmax cross-entropy of each row: logits [n, k] against target probabilities [n, k], giving [n]. Only the logits
   * have a gradient.
   */
  function softmaxCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
    let backprop: Tensor | undefined;
    return differentiable(
      [logits],
      (a) => {
        const [loss, gradient] = backend.executeMultipleOutputs(
          'SoftmaxCrossEntropyWithLogits',
          [T],
          [a as Tensor, targets],
          2,
        );
        backprop = hold(gradient as Tensor);
        return loss as Tensor;
      },
      (dy) => [tf.mul(tf.reshape(dy, [-1, 1]), backprop as Tensor)],
    );
  }

  /** ln softmax of each row of [n, k]. */
  function logSoftmax(x: Tensor): Tensor {
    return differentiable(
      [x],
      (a) => run('LogSoftmax', [T], [a as Tensor]),
      (dy, y) => [tf.sub(dy, tf.mul(tf.exp(y), tf.sum(dy, 1, true)))],
    );
  }

  /**
   * One update by AdamW in one operation; undefined where there is no kernel for it. See `native/adamw.cc`.
   * @param scalars rate / (1 - beta1^t), sqrt(1 - beta2^t), 1 - rate * decay
   */
  const adamW = hasKernels
    ? (
        [weight, gradient, mean, square]: readonly [Tensor, Tensor, Tensor, Tensor],
        scalars: Tensor,
        rule: { readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly decays: boolean },
      ): [weight: Tensor, mean: Tensor, square: Tensor] => {
        const attributes = [
          float('towards_mean', 1 - rule.beta1),
          float('towards_square', 1 - rule.beta2),
          float('epsilon', rule.epsilon),
          int('decays', rule.decays ? 1 : 0),
        ];
        const inputs = [weight, gradient, mean, square, scalars];
        return backend.executeMultipleOutputs('CladenetAdamW', attributes, inputs, 3) as [Tensor, Tensor, Tensor];
      }
    : undefined;

  const stateless = (op: string, shape: readonly number[], seed: Tensor) =>
    run(
      op,
      [type('dtype', binding.TF_FLOAT), type('T', binding.TF_INT32), type('Tseed', binding.TF_INT32)],
      [ints(shape), seed],
    );

  /** Uniform numbers in [0, 1) from a seed [2] of int32: the same seed, the same numbers. */
  const uniform = (shape: readonly number[], seed: Tensor) => stateless('StatelessRandomUniform', shape, seed);

  /** Standard normal numbers from a seed [2] of int32. */
  const normal = (shape: readonly number[], seed: Tensor) => stateless('StatelessRandomNormal', shape, seed);

  /** Inverted dropout (Srivastava et al., 2014): zero with probability `rate`, otherwise scaled by 1 / (1 - rate). */
  function dropout(x: Tensor, rate: number, seed: Tensor): Tensor {
    const kept = tf.cast(tf.greaterEqual(uniform(x.shape, seed), rate), 'float32');
    return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
  }

  /** Rows `indices` [n] of `table` [rows, ...], in the table's native data type; no gradient. */
  function gatherRows(table: Tensor, indices: Tensor): Tensor {
    const attributes = [
      int('batch_dims', 0),
      type('Tparams', backend.tensorMap.get(table.dataId).dtype),
      type('Tindices', binding.TF_INT32),
      type('Taxis', binding.TF_INT32),
    ];
    return run('GatherV2', attributes, [table, indices, tf.scalar(0, 'int32')]);
  }

  /** Bytes to floats, unscaled; no gradient. */
  function bytesToFloat(x: Tensor): Tensor {
    const attributes = [type('SrcT', binding.TF_UINT8), type('DstT', binding.TF_FLOAT), bool('Truncate', false)];
    return run('Cast', attributes, [x]);
  }

  /**
   * Each image of [n, h, w, c] resampled (bilinear) through its own projective map, given as a row of `transforms` [n, 8]
   * (a0, a1, a2, b0, b1, b2, c0, c1: output pixel (x, y) is read at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) with
   * k = c0 x + c1 y + 1). What lies outside is `fill`. No gradient.
   */
  /** @param fill the value of pixels from outside the image, or `nearest`: that of the nearest pixel inside */
  function projectiveTransform(
    images: Tensor,
    transforms: Tensor,
    fill: number | 'nearest',
    size?: readonly [number, number],
  ): Tensor {
    const [height, width] = size ?? (images.shape.slice(1, 3) as [number, number]);
    const isNearest = fill === 'nearest';
    const attributes = [
      type('dtype', binding.TF_FLOAT),
      string('interpolation', 'BILINEAR'),
      string('fill_mode', isNearest ? 'NEAREST' : 'CONSTANT'),
    ];
    const value = tf.scalar(isNearest ? 0 : fill);
    return run('ImageProjectiveTransformV3', attributes, [images, transforms, ints([height, width]), value]);
  }

  return {
    tf,
    hold,
    release,
    gradients,
    conv2d,
    depthwiseConv2d,
    biasAdd,
    relu,
    relu6,
    leakyRelu,
    sigmoid,
    softplus,
    upsample2,
    maxPool,
    globalMeanPool,
    globalMaxPool,
    matMul,
    batchNorm,
    softmaxCrossEntropy,
    constant,
    logSoftmax,
    adamW,
    uniform,
    normal,
    dropout,
    gatherRows,
    bytesToFloat,
    projectiveTransform,
  };
}
