import { describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import { countWeights, createHead, createTrunk } from '../../src/network/network.js';
import { withOutputs } from '../../src/network/outputs.js';
import { presets } from '../../src/network/presets.js';
import { networkSchema } from '../../src/network/spec.js';
import { decodeWeights, encodeWeights } from '../../src/network/weights-file.js';
import { sizeOf } from '../../src/tensorflow/nd-array.js';

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

  it('has the weights of each convolution: 3 x 3 x in x out and a bias', () => {
    const channels = [1, 32, 16, 64, 32, 128, 128, 64, 256, 256, 128];
    const expected = channels.slice(1).map((out, i) => 9 * (channels[i] ?? 0) * out + out);
    expect(trunk.rows.map(({ weights }) => weights).filter((n) => n > 0)).toEqual(expected);
  });

  it('activates by LeakyReLU(1/3) everywhere, and drops 0.2 after each pooling and 0.5 before the output', () => {
    const titles = [...trunk.rows, ...head.rows].map(({ layer }) => layer);
    expect(titles.filter((title) => title.includes('LeakyReLU(0.333)'))).toHaveLength(11);
    expect(titles.filter((title) => title === 'max-pool 3x3/2 valid')).toHaveLength(4);
    expect(titles.filter((title) => title === 'dropout 0.2')).toHaveLength(4);
    expect(titles.filter((title) => title === 'dropout 0.5')).toHaveLength(1);
  });
});

describe('the compact network', () => {
  const trunk = createTrunk(presets.compact.trunk);
  const head = createHead(presets.compact.head, trunk.features, 121);

  it('has 0.93 million weights for 121 classes, and mean, maximum and log size as features', () => {
    expect(countWeights(trunk, head) / 1e6).toBeCloseTo(0.93, 2);
    expect(trunk.features).toBe(2 * 256 + 2);
    expect(trunk.rows.map(({ output }) => output.join('x'))).toEqual([
      ...['32x32x24', '32x32x32', '16x16x32', '16x16x64', '16x16x64', '8x8x64'],
      ...['8x8x128', '8x8x128', '4x4x128', '4x4x256', '514'],
    ]);
  });

  it('counts trained weights only: running statistics are not', () => {
    const statistics = [...trunk.parameters, ...head.parameters].filter(({ role }) => role === 'statistic');
    expect(statistics.length).toBeGreaterThan(0);
    const weights = [...trunk.parameters, ...head.parameters].filter(({ role }) => role === 'weight');
    expect(weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(countWeights(trunk, head));
  });
});

describe('networks with names of timm', () => {
  const colour = (name: keyof typeof presets, size: number) =>
    createTrunk({ ...presets[name].trunk, input: { size, channels: 3 }, appendSize: false });

  // Weights as timm and torchvision state them; multiply-adds in millions at 224 pixels.
  it.each([
    ['efficientnet_lite0', 4_652_008, 385],
    ['efficientnet_lite1', 5_416_680, 502],
    ['efficientnet_lite2', 6_092_072, 577],
    ['mobilenetv2_100', 3_504_872, 301],
    ['resnet18', 11_689_512, 1814],
    ['resnet34', 21_797_672, 3664],
  ] as const)(
    '%s has %d weights in colour with 1,000 classes, and %d million multiply-adds',
    (name, weights, millions) => {
      const trunk = colour(name, 224);
      const head = createHead({ layers: [] }, trunk.features, 1000);
      expect(countWeights(trunk, head)).toBe(weights);
      expect(Math.round((trunk.multiplyAdds + head.multiplyAdds) / 1e6)).toBe(millions);
      expect(trunk.features).toBe(name.startsWith('resnet') ? 512 : 1280);
    },
  );

  it('name their arrays by stage, block and part', () => {
    const shapes = (name: keyof typeof presets) =>
      Object.fromEntries(colour(name, 96).parameters.map((parameter) => [parameter.name, parameter.shape]));
    expect(shapes('efficientnet_lite0')).toMatchObject({
      'trunk/0/kernel': [3, 3, 3, 32],
      'trunk/1/0/depthwise/kernel': [3, 3, 1, 32],
      'trunk/1/0/project/norm/variance': [16],
      'trunk/3/1/expand/kernel': [1, 1, 40, 240],
      'trunk/3/1/depthwise/kernel': [5, 5, 1, 240],
      'trunk/3/1/project/kernel': [1, 1, 240, 40],
      'trunk/8/norm/mean': [1280],
    });
    expect(shapes('efficientnet_lite0')).not.toHaveProperty(['trunk/1/0/expand/kernel']);
    expect(shapes('resnet18')).toMatchObject({
      'trunk/0/kernel': [7, 7, 3, 64],
      'trunk/2/0/kernel1': [3, 3, 64, 64],
      'trunk/3/0/shortcut/kernel': [1, 1, 64, 128],
      'trunk/3/0/norm2/scale': [128],
    });
    expect(shapes('resnet18')).not.toHaveProperty(['trunk/2/0/shortcut/kernel']);
  });

  it.each(['efficientnet_lite0', 'mobilenetv2_100', 'resnet34'] as const)(
    '%s takes any side from 32 pixels',
    (name) => {
      for (let size = 32; size <= 224; size++) {
        const [height] = colour(name, size).rows.at(-2)?.output ?? [];
        expect(height).toBe(Math.ceil(size / 32));
      }
    },
  );
});

describe('specs', () => {
  it('the presets pass their own schema unchanged', () => {
    for (const preset of Object.values(presets)) expect(networkSchema.parse(preset)).toEqual(preset);
  });

  it('reports every problem of a spec', () => {
    const { success, error } = networkSchema.safeParse({
      trunk: {
        input: { size: 2, channels: 4 },
        layers: [
          { type: 'conv', filters: 0, stride: 1.5, padding: 'full', activation: { kind: 'leaky-relu', alpha: 2 } },
          { type: 'conv', filters: 8, activation: { kind: 'tanh' } },
          { type: 'average-pool' },
        ],
        pool: 1,
      },
      head: {
        layers: [
          { type: 'dropout', rate: 1 },
          { type: 'dense', units: 8 },
        ],
      },
    });
    expect(success).toBe(false);
    expect(error?.issues.map(({ path }) => path.join('.')).sort()).toEqual([
      'head.layers.0.rate',
      'head.layers.1.activation',
      'trunk',
      'trunk.input.channels',
      'trunk.input.size',
      'trunk.layers.0.activation.alpha',
      'trunk.layers.0.filters',
      'trunk.layers.0.padding',
      'trunk.layers.0.stride',
      'trunk.layers.1.activation.kind',
      'trunk.layers.2.type',
    ]);
    expect(networkSchema.safeParse({ trunk: { input: { size: 16 }, layers: [] }, head: { layers: [] } }).success).toBe(
      false,
    );
  });

  it('names the layer that leaves no pixel', () => {
    const spec = { ...presets.report.trunk, input: { size: 24, channels: 1 as const } };
    // 24 -> 24, 22, pooled 10 -> 10, 8, pooled 3 -> 3, 1, and nothing is left for the next.
    expect(() => createTrunk(spec)).toThrow(
      /trunk\.layers\[10\] \(conv 3x3 valid.*: expected an output of at least one pixel, received an input of 1 x 1 x 128/,
    );
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
    const narrow = withOutputs(weights, 2);
    const kernel = weights['head/output/kernel']?.data ?? [];
    expect(narrow['head/output/bias']?.shape).toEqual([2]);
    expect(Array.from(narrow['head/output/kernel']?.data ?? [])).toEqual(
      Array.from(kernel).filter((_, i) => i % 3 < 2),
    );
    expect(narrow['head/0/kernel']).toBe(weights['head/0/kernel']);
  });

  it('survive the way to bytes and back; damage is found', () => {
    const { bytes, description } = encodeWeights(weights);
    expect(decodeWeights(bytes, description)).toEqual(weights);
    expect(decodeWeights(bytes.subarray(1), description)).toMatch(/truncated/);
    const changed = Buffer.from(bytes);
    changed[10] = (changed[10] ?? 0) ^ 1;
    expect(decodeWeights(changed, description)).toMatch(/damaged/);
    const other = { ...description, arrays: description.arrays.slice(1) };
    expect(decodeWeights(bytes, other)).toMatch(/bytes for arrays that take/);
  });

  it('keep every bit, also of numbers that are hard to print, from wherever in a buffer they lie', () => {
    const bits = Uint32Array.of(0x80000000, 1, 0x7f800000, 0x7fc00001, 0x3eaaaaab);
    const odd = { shape: [5], data: new Float32Array(bits.buffer) };
    const { bytes, description } = encodeWeights({ odd });
    const apart = Buffer.concat([Buffer.of(1), bytes]).subarray(1);
    const back = decodeWeights(apart, description);
    if (typeof back === 'string') throw new Error(back);
    const data = back.odd?.data as Float32Array;
    expect(new Uint32Array(data.buffer, data.byteOffset, 5)).toEqual(bits);
  });
});
