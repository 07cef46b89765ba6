/** Which heads are compared, and by which methods they decide. */
import type { NoveltyMethodName } from '../../src/decision/novelty/methods.js';

/** A head, its decisions' method, and the tree that is decided in. */
export interface Arm {
  readonly name: string;
  readonly head: string;
  readonly method: NoveltyMethodName;
  /** Decided in a random tree, and scored in the true one. */
  readonly random?: boolean;
}

/** Heads on a CNN block that never saw the images. */
export const ON_FROZEN: readonly Arm[] = [
  { name: 'flat, climbing', head: 'flat', method: 'probability' },
  { name: 'flat, information', head: 'flat', method: 'information' },
  { name: 'flat, siblings', head: 'flat', method: 'siblings' },
  { name: 'flat, entropy per depth', head: 'flat', method: 'entropy' },
  { name: 'flat, doubt per depth', head: 'flat', method: 'doubt' },
  { name: 'flat, random tree in the decision', head: 'flat', method: 'probability', random: true },
  { name: 'flat, random tree in the decision, siblings', head: 'flat', method: 'siblings', random: true },
  { name: 'tree, climbing', head: 'tree', method: 'probability' },
  { name: 'tree, information', head: 'tree', method: 'information' },
  { name: 'tree, siblings', head: 'tree', method: 'siblings' },
  { name: 'tree, entropy per depth', head: 'tree', method: 'entropy' },
  { name: 'tree, doubt per depth', head: 'tree', method: 'doubt' },
  { name: 'random tree in the head, climbing', head: 'random tree', method: 'probability' },
  { name: 'random tree in the head, information', head: 'random tree', method: 'information' },
  { name: 'random tree in the head, siblings', head: 'random tree', method: 'siblings' },
  { name: 'new-child heads', head: 'new-child', method: 'new-child' },
  { name: 'new-child heads, climbing', head: 'new-child', method: 'probability' },
  { name: 'new-child heads, information', head: 'new-child', method: 'information' },
  { name: 'new-child heads, siblings', head: 'new-child', method: 'siblings' },
  { name: 'random tree in new-child heads', head: 'random new-child', method: 'new-child', random: true },
];

const METHODS = [
  ['climbing', 'probability'],
  ['information', 'information'],
  ['siblings', 'siblings'],
] as const;
const by = (head: string, name = head): Arm[] =>
  METHODS.map(([how, method]) => ({ name: `${name}, ${how}`, head, method }));

/** Networks that were trained on the known classes: `flat` is their own head, the others are trained on their features. */
export const ON_NETWORKS: readonly Arm[] = [
  ...by('flat'),
  { name: 'flat, random tree in the decision', head: 'flat', method: 'probability', random: true },
  { name: 'flat, random tree in the decision, siblings', head: 'flat', method: 'siblings', random: true },
  ...by('second flat', 'second flat head'),
  ...by('tree'),
  ...by('random tree', 'random tree in the head'),
  { name: 'new-child heads', head: 'new-child', method: 'new-child' },
  ...by('new-child', 'new-child heads'),
];
