import { describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import { countWeights, createHead, createTrunk } from '../../src/network/network.js';
import { withOutputs } from '../../src/network/outputs.js';
import { presets } from '../../src/network/presets.js';
import { networkSchema } from '../../src/network/spec.js';
import { decodeWeights, encodeWeights } from '../../src/network/weights-file.js';

describe('the report network', () => {
  const trunk = createTrunk(presets.report.trunk);
  const head = createHead(presets.report.head, trunk.features, 121);

  it('has exactly its layers, shapes and 1,452,009 weights', () => {
    expect(countWeights(trunk, head)).toBe(1_452_009);
    expect(trunk.rows.map(({ output }) => output.join('x'))).toEqual([
      ...['95x95x32', '93x93x16', '46x46x16', '46x46x16'],
      ...['46x46x64', '44x44x32', '21x21x32', '21x21x32'],
      ...['21x21x128', '19x19x128', '17x17x64', '8x8x64', '8x8x64'],
      ...['8x8x256', '6x6x256', '4x4x128', '1x1x128', '1x1x128', '128'],
    ]);
    expect(head.rows.map(({ output, weights }) => [output[0], weights])).toEqual([
      [512, 66_048],
      [512, 0],
      [121, 62_073],
    ]);
  });
});

describe('specs', () => {
  it('the presets pass their own schema unchanged', () => {
    expect(networkSchema.parse(presets.report)).toEqual(presets.report);
    expect(networkSchema.parse(presets.compact)).toEqual(presets.compact);
  });

  it('reports every problem of a spec', () => {
    const { success, error } = networkSchema.safeParse({
      trunk: { input: { size: 2 }, layers: [{ type: 'conv', filters: 0, activation: { kind: 'tanh' } }], pool: 1 },
      head: { layers: [{ type: 'dropout', rate: 1 }] },
    });
    expect(success).toBe(false);
    const paths = error?.issues.map(({ path }) => path.join('.'));
    for (const path of ['trunk.input.size', 'trunk.layers.0.filters', 'head.layers.0.rate'])
      expect(paths).toContain(path);
  });

  it('names the layer that leaves no pixel', () => {
    const spec = { ...presets.report.trunk, input: { size: 24, channels: 1 as const } };
    expect(() => createTrunk(spec)).toThrow(/trunk\.layers\[\d+\].*at least one pixel/);
  });
});

describe('first values', () => {
  const { parameters } = createTrunk(presets.compact.trunk);

  it('come from the seed, and are scaled as He et al. say', () => {
    const weights = initialise(parameters, 1);
    expect(weights).toEqual(initialise(parameters, 1));
    expect(weights).not.toEqual(initialise(parameters, 2));
    const kernel = weights['trunk/9/kernel']?.data as Float32Array;
    const deviation = Math.sqrt(kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length);
    expect(deviation).toBeCloseTo(Math.sqrt(2 / (9 * 128)), 3);
    expect(Array.from(new Set(weights['trunk/9/norm/scale']?.data))).toEqual([1]);
  });
});

describe('weights', () => {
  const head = createHead(presets.compact.head, 8, 3);
  const weights = initialise(head.parameters, 4);

  it('get spare outputs that are zero, and lose them again', () => {
    const wide = withOutputs(weights, 5);
    expect(wide['head/output/kernel']?.shape).toEqual([256, 5]);
    expect(Array.from(wide['head/output/kernel']?.data.subarray(3, 5) ?? [])).toEqual([0, 0]);
    expect(withOutputs(wide, 3)).toEqual(weights);
  });

  it('survive the way to bytes and back; damage is found', () => {
    const { bytes, description } = encodeWeights(weights);
    expect(decodeWeights(bytes, description)).toEqual(weights);
    expect(decodeWeights(bytes.subarray(1), description)).toMatch(/truncated/);
    const changed = Buffer.from(bytes);
    changed[10] = (changed[10] ?? 0) ^ 1;
    expect(decodeWeights(changed, description)).toMatch(/damaged/);
  });
});
