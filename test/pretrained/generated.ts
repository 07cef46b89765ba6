/** Weights and images that follow from a formula: the one in `fixtures/make.py`. */
import { crc32 } from 'node:zlib';
import { sizeOf } from '../../src/tensorflow/nd-array.js';
import type { StoredArray } from '../../src/weights/arrays.js';

/** Numbers from 0 to 1 by a name and their index. */
export function uniform(name: string, count: number): Float64Array {
  const start = crc32(name);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = (Math.imul(i, 2654435761) + start) >>> 0;
    for (let k = 0; k < 2; k++) x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
    numbers[i] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  }
  return numbers;
}

/** The values of an array of a network. */
export function values(name: string, shape: readonly number[]): Float32Array {
  const u = uniform(name, sizeOf(shape));
  if (shape.length === 4) {
    const limit = Math.sqrt(6 / sizeOf(shape.slice(1)));
    // A loop, because there are millions.
    const kernel = new Float32Array(u.length);
    for (let i = 0; i < u.length; i++) kernel[i] = ((u[i] as number) - 0.5) * 2 * limit;
    return kernel;
  }
  if (name.endsWith('.weight') || name.endsWith('.running_var')) return Float32Array.from(u, (one) => 0.5 + one);
  return Float32Array.from(u, (one) => (one - 0.5) / 5);
}

/** Arrays from a list of names and shapes, as `conv1.weight:64,3,7,7 bn1.weight:64`. */
export function arraysOf(list: string): Map<string, StoredArray> {
  return new Map(
    list.split(' ').map((entry) => {
      const [name = '', sides = ''] = entry.split(':');
      const shape = sides === '' ? [] : sides.split(',').map(Number);
      let known: Float32Array | undefined;
      return [name, { shape, type: 'float32', values: () => (known ??= values(name, shape)) }];
    }),
  );
}

/** Square images of random bytes. */
export const bytes = (count: number): Uint8Array =>
  Uint8Array.from(uniform('image', count), (one) => Math.floor(256 * one));
