/** The arithmetic in a training step, counted from the shapes of its layers. */
import type { Head, Trunk } from '../src/network/network.js';

/**
 * Floating-point operations of training on one image: a multiplication and an addition for each weight of a kernel at
 * each position of its output, and as many again for the gradient of the weights and for that of the input. Activations,
 * pooling, normalisation and the update are not counted: only what a matrix product could compute.
 */
export function trainingFlops(trunk: Trunk, head: Head): number {
  return 3 * 2 * (trunk.multiplyAdds + head.multiplyAdds);
}
