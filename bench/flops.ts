/** The arithmetic in a training step, counted from the shapes of its layers. */
import type { Head, Trunk } from '../src/network/network.js';
import { sizeOf } from '../src/tensorflow/nd-array.js';

/**
 * Floating-point operations of training on one image: a multiplication and an addition for each weight of a kernel at
 * each position of its output, and as many again for the gradient of the weights and for that of the input. Activations,
 * pooling, normalisation and the update are not counted: only what a matrix product could compute.
 */
export function trainingFlops(trunk: Trunk, head: Head): number {
  return 3 * 2 * (multiplyAdds(trunk) + multiplyAdds(head));
}

function multiplyAdds({ parameters, rows }: Trunk | Head): number {
  const kernels = parameters.filter(({ name }) => name.includes('/kernel'));
  return kernels.reduce((sum, { name, shape }) => {
    // A dense kernel is applied once per image, a convolution's once for each pixel of its output.
    const layer = Number(name.split('/')[1]);
    const [height = 1, width = 1] = shape.length === 4 ? (rows[layer]?.output ?? []) : [];
    return sum + sizeOf(shape) * height * width;
  }, 0);
}
