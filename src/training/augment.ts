/**
 * Augmentation: each image of a step gets its own affine map, drawn here from the step's seed, and is resampled inside the
 * step's graph. The maps are drawn in JavaScript and not in the graph, because TensorFlow's graph optimiser reorders such
 * small sums and compiled and eager training would drift apart.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { Random } from '../random.js';
import type { Ops } from '../tensorflow/ops.js';
import type { AugmentationConfig } from './config.js';

const DEGREES = Math.PI / 180;

/** Numbers in a map, as the resampling operation takes them. */
export const MAP_LENGTH = 8;

/**
 * Maps [n, 8] from output to input pixels of square images of `side` pixels: about the centre, rotation x shear x zoom
 * and mirror, then a shift. Row: a0 a1 a2 b0 b1 b2 0 0, input = (a0 x + a1 y + a2, b0 x + b1 y + b2).
 */
export function drawMaps(n: number, side: number, config: AugmentationConfig, draw: Random): Float32Array {
  const maps = new Float32Array(n * MAP_LENGTH);
  const around = (limit: number) => limit * (2 * draw.uniform() - 1);
  const mirror = () => (config.flip && draw.uniform() < 0.5 ? -1 : 1);
  const centre = (side - 1) / 2;
  for (let i = 0; i < n; i++) {
    const angle = around(config.rotation * DEGREES);
    const shear = Math.tan(around(config.shear * DEGREES));
    const zoom = Math.exp(around(Math.log(config.zoom)));
    const [zoomX, zoomY] = [zoom * mirror(), zoom * mirror()];
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const a0 = cos * zoomX;
    const a1 = (cos * shear - sin) * zoomY;
    const b0 = sin * zoomX;
    const b1 = (sin * shear + cos) * zoomY;
    const a2 = centre * (1 - a0 - a1) + around(config.shift * side);
    const b2 = centre * (1 - b0 - b1) + around(config.shift * side);
    maps.set([a0, a1, a2, b0, b1, b2], i * MAP_LENGTH);
  }
  return maps;
}

/** Maps [n, 8] that leave images unchanged, bit for bit. */
export function identityMaps(n: number): Float32Array {
  return Float32Array.from({ length: n * MAP_LENGTH }, (_, i) => ([0, 4].includes(i % MAP_LENGTH) ? 1 : 0));
}

/** Maps onto images of `side` pixels as maps onto images with `factor` times fewer pixels along each axis. */
export function shrunk(maps: Float32Array, factor: number): Float32Array {
  if (factor === 1) return maps;
  // A pixel x of the small image lies at factor (x + 1/2) - 1/2 in the large one.
  const half = (factor - 1) / 2;
  const result = maps.slice();
  for (let at = 0; at < maps.length; at += MAP_LENGTH) {
    for (const row of [at, at + 3]) {
      const [x = 0, y = 0, shift = 0] = maps.subarray(row, row + 3);
      result.set([x * factor, y * factor, shift + (x + y) * half], row);
    }
  }
  return result;
}

/** What pixels from outside an image are: white, or as the nearest pixel of the image. */
export type Edge = 'white' | 'nearest';

/** White around images on white; around others the colour that the square was filled with, which is at its border. */
export const edgeOf = ({ background }: Pick<Preprocessing, 'background'>): Edge =>
  background === 'white' ? 'white' : 'nearest';

/**
 * Warps images [n, side, side, c] (white = 0) by `maps` [n, 8].
 *
 * @param edge what pixels from outside an image are. Default: white
 * @param side of the result. Default: that of the images
 */
export const augment = (ops: Ops, images: Tensor, maps: Tensor, edge: Edge = 'white', side?: number): Tensor =>
  ops.projectiveTransform(
    images,
    maps,
    edge === 'white' ? 0 : 'nearest',
    side === undefined ? undefined : [side, side],
  );

/** Adds Gaussian noise of standard deviation `deviation` [], where the range from black to white is 1. */
export function addNoise(ops: Ops, images: Tensor, deviation: Tensor, seed: Tensor): Tensor {
  return ops.tf.add(images, ops.tf.mul(ops.normal(images.shape, seed), deviation));
}
