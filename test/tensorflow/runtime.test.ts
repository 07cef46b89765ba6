import { describe, expect, it } from 'vitest';
import { loadRuntime } from '../../src/tensorflow/runtime.js';

describe('loadRuntime', () => {
  it('loads TensorFlow from the cache and computes with it', () => {
    const { tf, binding, description } = loadRuntime();
    const product = tf.matMul(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      tf.tensor2d([[1], [1]]),
    );
    expect([...product.dataSync()]).toEqual([3, 7]);
    expect(tf.getBackend()).toBe('tensorflow');
    expect(description.tensorflow).toBe(binding.TF_Version);
  });

  it('is loaded once, and refuses another device', () => {
    const runtime = loadRuntime();
    expect(loadRuntime()).toBe(runtime);
    const other = runtime.description.device === 'cpu' ? 'gpu' : 'cpu';
    expect(() => loadRuntime({ device: other })).toThrow(/already loaded in this process, on another device/);
  });
});
