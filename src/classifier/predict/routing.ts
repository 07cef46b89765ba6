/** The routings of a tree, and how each turns the outputs of heads into leaf probabilities. */
import { scaleTemperature } from '../../calibration/temperature.js';
import type { Routing, TreeDecision, TreeDescription } from '../schema.js';
import type { Leaves } from './leaf-predictor.js';

/** The routing that belongs to a kind of head. */
export const ownRouting = (headKind: TreeDescription['headKind']): Routing =>
  headKind === 'conditional' ? 'product' : 'path-sum';

/** The routings of a tree, first the one that the validation set chose. */
export function routingsOf({ headKind, decision }: Pick<TreeDescription, 'headKind' | 'decision'>): Routing[] {
  const known: Routing[] = [
    ownRouting(headKind),
    'greedy',
    ...(decision.flatShare === null ? [] : ['combined' as const]),
  ];
  return [decision.routing, ...known.filter((routing) => routing !== decision.routing)];
}

/** The probabilities of the leaves by one routing. Greedy descent reads its decisions off the tree's own. */
export function routed(
  { tree, flat }: Leaves,
  k: number,
  { routing, flatShare, temperatures }: Pick<TreeDecision, 'routing' | 'flatShare' | 'temperatures'>,
): Float32Array {
  const ofTree = rescaled(tree, k, temperatures?.tree);
  if (routing !== 'combined' || flat === undefined) return ofTree;
  return mixed(rescaled(flat, k, temperatures?.flat), ofTree, flatShare ?? 0);
}

/** Probabilities at a temperature; unchanged if there is none. */
export function rescaled(probabilities: Float32Array, k: number, temperature: number | null | undefined): Float32Array {
  if (temperature === undefined || temperature === null || temperature === 1) return probabilities;
  return Float32Array.from(scaleTemperature(probabilities, k, temperature));
}

/** share a + (1 - share) b */
export function mixed(a: Float32Array, b: Float32Array, share: number): Float32Array {
  return a.map((value, i) => share * value + (1 - share) * (b[i] ?? 0));
}
