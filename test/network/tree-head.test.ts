/** Heads for a whole tree: what their scores become, against the same worked out by hand. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { composeProduct } from '../../src/classifier/predict/compose.js';
import { treeShape } from '../../src/classifier/tree-shape.js';
import type { Pass } from '../../src/network/layer.js';
import { createTreeHead, type TreeHeadKind } from '../../src/network/tree-head.js';
import { random } from '../../src/random.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import type { NdArray } from '../../src/tensorflow/nd-array.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { alive, runtime } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

const taxonomy = Taxonomy.fromLineages(
  [
    { label: 'a', lineage: ['x', 'a'] },
    { label: 'b', lineage: ['x', 'deep', 'b'] },
    { label: 'c', lineage: ['x', 'deep', 'c'] },
    { label: 'd', lineage: ['x', 'deep', 'd'] },
    { label: 'e', lineage: ['alone', 'e'] },
    { label: 'f', lineage: ['f'] },
  ],
  { singleChild: 'keep' },
);
/** In another order than the taxonomy's. */
const classes = ['f', 'c', 'a', 'e', 'd', 'b'];
const nodes = taxonomy.nodes().filter(({ path }) => path !== taxonomy.root);
const ops = createOps(runtime);
const ROWS = 5;
const source = random(7, 'scores');
/** A score for each edge, as features that the output layer passes on. */
const scores = Float32Array.from({ length: ROWS * nodes.length }, () => 3 * source.normal());
const identity = Float32Array.from({ length: nodes.length ** 2 }, (_, i) => (i % (nodes.length + 1) === 0 ? 1 : 0));

const head = (kind: TreeHeadKind) => createTreeHead({ layers: [] }, nodes.length, treeShape(taxonomy, classes), kind);

function forward(kind: TreeHeadKind, given: Float32Array): { logits: NdArray; probabilities: NdArray } {
  return scoped(runtime, () => {
    const kernel = toTensor(runtime, { shape: [nodes.length, nodes.length], data: identity });
    const bias = toTensor(runtime, { shape: [nodes.length], data: new Float32Array(nodes.length) });
    const pass = { ops, training: false, parameter: (name: string) => (name.endsWith('bias') ? bias : kernel) };
    const features = toTensor(runtime, { shape: [given.length / nodes.length, nodes.length], data: given });
    const logits = head(kind).forward(pass as unknown as Pass, features);
    return { logits: toArray(runtime, logits), probabilities: toArray(runtime, ops.tf.softmax(logits)) };
  });
}

const scoreOf = (row: number, path: string) =>
  scores[row * nodes.length + nodes.findIndex((node) => node.path === path)] ?? Number.NaN;

describe('a head for a whole tree', () => {
  it('conditional: the product of the softmaxes of the nodes', () => {
    const decisions = taxonomy.internalNodes().map(({ path, children }) => ({
      path,
      conditional: Float32Array.from(
        Array.from({ length: ROWS }, (_, row) => {
          const weights = children.map((child) => Math.exp(scoreOf(row, child)));
          const sum = weights.reduce((total, weight) => total + weight, 0);
          return weights.map((weight) => weight / sum);
        }).flat(),
      ),
    }));
    const expected = composeProduct(taxonomy, classes, decisions, ROWS);
    const { logits, probabilities } = forward('conditional', scores);
    expect(probabilities.shape).toEqual([ROWS, classes.length]);
    nonEmpty(probabilities.data).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
      expect(Math.exp(logits.data[i] ?? 0)).toBeCloseTo(value, 5);
    });
  });

  it('path-sum: one softmax over the sums along the paths', () => {
    const { logits } = forward('path-sum', scores);
    for (let row = 0; row < ROWS; row++) {
      classes.forEach((name, column) => {
        const path = taxonomy.lineage(taxonomy.leafOf(name)).filter((node) => node !== taxonomy.root);
        const sum = path.reduce((total, node) => total + scoreOf(row, node), 0);
        expect(logits.data[row * classes.length + column]).toBeCloseTo(sum, 4);
      });
    }
  });

  it('keeps its digits where a node is nearly impossible', () => {
    const extreme = scores.map((value, i) => (i % 3 === 0 ? value + 300 : value - 300));
    const { logits, probabilities } = forward('conditional', extreme);
    expect(logits.data).toAllSatisfy(Number.isFinite);
    for (let row = 0; row < ROWS; row++) {
      const own = probabilities.data.subarray(row * classes.length, (row + 1) * classes.length);
      expect(Array.from(own).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    }
  });

  it.each([
    [
      '1,000 leaves, half of them below one node',
      Array.from({ length: 1000 }, (_, i) => (i < 500 ? ['wide', `${i}`] : [`n${i % 97}`, `m${i % 7}`, `${i}`])),
    ],
    [
      '60 levels',
      Array.from({ length: 61 }, (_, i) => [
        ...Array.from({ length: Math.min(i, 59) }, (__, d) => `d${d}`),
        `leaf ${i}`,
      ]),
    ],
  ])('decides among %s', (_, lineages) => {
    const large = Taxonomy.fromLineages(
      lineages.map((lineage) => ({ label: lineage.at(-1) ?? '', lineage })),
      { singleChild: 'keep' },
    );
    const edges = large.nodes().length - 1;
    const shape = treeShape(large, large.classes);
    for (const kind of ['conditional', 'path-sum'] as const) {
      const made = createTreeHead({ layers: [] }, 1, shape, kind);
      const { data } = scoped(runtime, () => {
        const bias = toTensor(runtime, {
          shape: [edges],
          data: Float32Array.from({ length: edges }, (__, i) => Math.sin(i)),
        });
        const kernel = toTensor(runtime, { shape: [1, edges], data: new Float32Array(edges) });
        const pass = { ops, training: false, parameter: (name: string) => (name.endsWith('bias') ? bias : kernel) };
        const features = toTensor(runtime, { shape: [2, 1], data: Float32Array.of(1, 1) });
        return toArray(runtime, ops.tf.softmax(made.forward(pass as unknown as Pass, features)));
      });
      expect(data.length).toBe(2 * large.classes.length);
      const sum = Array.from(data).reduce((total, value) => total + value, 0);
      expect(sum / 2).toBeCloseTo(1, 4);
    }
  });

  it('has an output for each edge, and as many outputs as there are leaves', () => {
    const { outputs, parameters } = head('conditional');
    expect(outputs).toBe(classes.length);
    expect(parameters.map(({ shape }) => shape)).toEqual([[nodes.length, nodes.length], [nodes.length]]);
  });

  it.each<TreeHeadKind>(['conditional', 'path-sum'])('%s: its gradient is that of finite differences', (kind) => {
    const weigh = (logits: Tensor) =>
      ops.tf.sum(ops.tf.mul(logits, ops.tf.tensor1d(Float32Array.from(classes, (_, i) => i - 2.3))));
    const kernel = { shape: [nodes.length, nodes.length], data: identity };
    const bias = { shape: [nodes.length], data: new Float32Array(nodes.length) };
    const small = { shape: [1, nodes.length], data: scores.slice(0, nodes.length) };
    const value = (features: NdArray, wanted: 'value' | 'gradient'): Float32Array =>
      scoped(runtime, () => {
        const [k, b, x] = [kernel, bias, features].map((array) => toTensor(runtime, array)) as [Tensor, Tensor, Tensor];
        const pass = { ops, training: true, parameter: (name: string) => (name.endsWith('bias') ? b : k) };
        const result = ops.gradients([x], () => weigh(head(kind).forward(pass as unknown as Pass, x)));
        return toArray(runtime, wanted === 'value' ? result.value : (result.gradients[0] as Tensor))
          .data as Float32Array;
      });
    const gradient = value(small, 'gradient');
    for (let i = 0; i < nodes.length; i++) {
      const moved = (by: number) => {
        const data = small.data.slice();
        data[i] = (data[i] ?? 0) + by;
        return value({ ...small, data }, 'value')[0] ?? Number.NaN;
      };
      const numeric = (moved(0.01) - moved(-0.01)) / 0.02;
      expect(Math.abs((gradient[i] ?? Number.NaN) - numeric)).toBeLessThan(0.02 * Math.max(1, Math.abs(numeric)));
    }
    ops.release();
  });
});
