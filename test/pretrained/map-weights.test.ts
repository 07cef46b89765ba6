import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presets } from '../../src/network/presets.js';
import { type NetworkSpec, networkSchema } from '../../src/network/spec.js';
import { convolutionsOf } from '../../src/pretrained/convolutions.js';
import { mapWeights } from '../../src/pretrained/map-weights.js';
import { NAMINGS } from '../../src/pretrained/naming.js';
import type { StoredArray } from '../../src/weights/arrays.js';
import { arraysOf } from './generated.js';

const relu6 = { kind: 'relu6' } as const;
const outer = { type: 'conv', norm: true, activation: relu6 } as const;
/** Two stages with two channels. */
const { trunk: tiny } = networkSchema.parse({
  trunk: {
    input: { size: 16, channels: 1, normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.25, 0.25] } },
    layers: [
      { ...outer, filters: 2, stride: 2 },
      { type: 'inverted-residual-stage', filters: 2, expansion: 1, activation: relu6 },
      { type: 'inverted-residual-stage', filters: 3, expansion: 2, stride: 2, blocks: 2, activation: relu6 },
      { ...outer, filters: 4, kernel: 1 },
    ],
    pooling: 'mean',
  },
  head: { layers: [] },
} satisfies NetworkSpec | object);

const recorded = JSON.parse(readFileSync(new URL('./fixtures/features.json', import.meta.url), 'utf8')) as Record<
  'mobilenetv2_100' | 'resnet18',
  { readonly arrays: string }
>;

const norm = (name: string, n: number) =>
  ['weight', 'bias', 'running_mean', 'running_var']
    .map((part) => `${name}.${part}:${n}`)
    .concat(`${name}.num_batches_tracked:`);
const TIMM = [
  'conv_stem.weight:2,3,3,3',
  ...norm('bn1', 2),
  ...['blocks.0.0.conv_dw.weight:2,1,3,3', ...norm('blocks.0.0.bn1', 2)],
  ...['blocks.0.0.conv_pw.weight:2,2,1,1', ...norm('blocks.0.0.bn2', 2)],
  ...['blocks.1.0.conv_pw.weight:4,2,1,1', ...norm('blocks.1.0.bn1', 4)],
  ...['blocks.1.0.conv_dw.weight:4,1,3,3', ...norm('blocks.1.0.bn2', 4)],
  ...['blocks.1.0.conv_pwl.weight:3,4,1,1', ...norm('blocks.1.0.bn3', 3)],
  ...['blocks.1.1.conv_pw.weight:6,3,1,1', ...norm('blocks.1.1.bn1', 6)],
  ...['blocks.1.1.conv_dw.weight:6,1,3,3', ...norm('blocks.1.1.bn2', 6)],
  ...['blocks.1.1.conv_pwl.weight:3,6,1,1', ...norm('blocks.1.1.bn3', 3)],
  ...['conv_head.weight:4,3,1,1', ...norm('bn2', 4)],
  ...['classifier.weight:5,4', 'classifier.bias:5'],
].join(' ');

/** The same arrays under the names of another naming. */
function renamed(title: string): Map<string, StoredArray> {
  const [from, to] = [NAMINGS[0], NAMINGS.find((naming) => naming.title === title)];
  const arrays = arraysOf(TIMM);
  const result = new Map<string, StoredArray>();
  for (const { site } of convolutionsOf(tiny) ?? []) {
    const [old, other] = [from?.names(site), to?.names(site)];
    for (const [name, array] of arrays) {
      const at = [0, 1].find((k) => name.startsWith(`${old?.[k]}.`));
      if (at !== undefined) result.set(`${other?.[at]}.${name.split('.').at(-1)}`, array);
    }
  }
  return result;
}

function failure(change: (arrays: Map<string, StoredArray>) => void) {
  const arrays = arraysOf(TIMM);
  change(arrays);
  return () => mapWeights('a.pth', arrays, tiny);
}

const array = (shape: readonly number[], values: readonly number[]): StoredArray => ({
  shape,
  type: 'float32',
  values: () => Float32Array.from(values),
});

describe('mapWeights', () => {
  it('transposes kernels, sums the first one over colours, and leaves out counters and the classifier', () => {
    const arrays = arraysOf(TIMM);
    arrays.set(
      'conv_stem.weight',
      array(
        [2, 3, 3, 3],
        Array.from({ length: 54 }, (_, i) => i),
      ),
    );
    arrays.set(
      'blocks.1.0.conv_pwl.weight',
      array(
        [3, 4, 1, 1],
        Array.from({ length: 12 }, (_, i) => i),
      ),
    );
    const { weights, ignored } = mapWeights('a.pth', arrays, tiny);
    expect(ignored).toEqual(['classifier.weight', 'classifier.bias']);
    expect(weights['trunk/2/0/project/kernel']).toEqual({
      shape: [1, 1, 4, 3],
      data: Float32Array.of(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11),
    });
    // Colours c of output o are at 27 o + 9 c; the mean deviation is 1/3, so that red counts 2/3 and the others 4/3.
    const stem = weights['trunk/0/kernel'];
    expect(stem?.shape).toEqual([3, 3, 1, 2]);
    expect(stem?.data[0]).toBeCloseTo((2 * 0 + 4 * 9 + 4 * 18) / 3, 4);
    expect(stem?.data[3]).toBeCloseTo((2 * 28 + 4 * 37 + 4 * 46) / 3, 4);
    expect(weights['trunk/3/norm/variance']).toEqual({ shape: [4], data: arrays.get('bn2.running_var')?.values() });
  });

  it('keeps the colours for a network of colour images, and takes a grey kernel for grey ones', () => {
    const colour = mapWeights('a.pth', arraysOf(TIMM), { ...tiny, input: { ...tiny.input, channels: 3 } });
    expect(colour.weights['trunk/0/kernel']?.shape).toEqual([3, 3, 3, 2]);
    const grey = arraysOf(TIMM.replace('2,3,3,3', '2,1,3,3'));
    expect(mapWeights('a.pth', grey, tiny).weights['trunk/0/kernel']?.shape).toEqual([3, 3, 1, 2]);
  });

  it.each(NAMINGS.filter((_, i) => i > 1).map(({ title }) => title))('reads %s', (title) => {
    expect(mapWeights('a.pth', renamed(title), tiny).weights).toEqual(
      mapWeights('a.pth', arraysOf(TIMM), tiny).weights,
    );
  });

  it('reads what DataParallel saved', () => {
    const arrays = new Map([...arraysOf(TIMM)].map(([name, one]) => [`module.${name}`, one]));
    expect(mapWeights('a.pth', arrays, tiny)).toEqual(mapWeights('a.pth', arraysOf(TIMM), tiny));
  });

  it('lists everything that is missing, misshapen or unknown at once', () => {
    expect(
      failure((arrays) => {
        arrays.delete('bn2.bias');
        arrays.set('conv_head.weight', array([4, 3, 3, 3], []));
        arrays.set('blocks.1.0.se.weight', array([2], []));
      }),
    ).toThrow(
      expect.objectContaining({
        code: 'MODEL',
        problems: [
          { where: 'a.pth: conv_head.weight', expected: 'an array [4, 3, 1, 1]', received: '[4, 3, 3, 3]' },
          { where: 'a.pth: bn2.bias', expected: 'an array [4]', received: 'none' },
          { where: 'a.pth: blocks.1.0.se.weight', expected: 'no such array', received: '[2]' },
        ],
      }) as Error,
    );
  });

  it.each([
    ['conv_stem.weight', Number.NaN, /conv_stem\.weight, number 3: expected finite numbers, received NaN/],
    ['bn1.bias', Number.NEGATIVE_INFINITY, /bn1\.bias, number 1: expected finite numbers, received -Infinity/],
    ['bn1.running_var', -1, /bn1\.running_var, number 1: expected variances of at least 0, received -1/],
  ])('refuses %s with %d', (name, value, message) => {
    expect(
      failure((arrays) => {
        const { shape, values } = arrays.get(name) as StoredArray;
        const changed = values();
        changed[shape.length === 4 ? 2 : 0] = value;
        arrays.set(name, array(shape, [...changed]));
      }),
    ).toThrow(message);
  });

  it('says which network the weights are of', () => {
    const { mobilenetv2_100, resnet18 } = recorded;
    expect(() => mapWeights('a.pth', arraysOf(mobilenetv2_100.arrays), presets.efficientnet_lite0.trunk)).toThrow(
      /a\.pth: expected the arrays of efficientnet_lite0, with timm's names, received the arrays of mobilenetv2_100\n +Use the network mobilenetv2_100/,
    );
    expect(() => mapWeights('a.pth', arraysOf(resnet18.arrays), presets.resnet34.trunk)).toThrow(
      /received the arrays of resnet18/,
    );
    expect(() => mapWeights('a.pth', arraysOf(resnet18.arrays), presets.compact.trunk)).toThrow(
      /received the arrays of resnet18/,
    );
    expect(() => mapWeights('a.pth', arraysOf('w:1 b:2'), tiny)).toThrow(/received arrays of other names/);
  });
});
