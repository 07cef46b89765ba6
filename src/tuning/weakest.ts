/** Selects the weakest nodes of a tree for tuning. */
import type { NodeDescription } from '../classifier/schema.js';
import { CladenetError } from '../errors.js';
import type { WeakSubtree, WeakSubtrees } from '../evaluation/attribution/weak-subtrees.js';

/** The weakest nodes of a tree by the mistakes that a better node would avoid. */
export interface Weakest {
  /** The weakest first. */
  readonly chosen: readonly WeakSubtree[];
  /** Nodes weaker than the last of these, but with too few validation images to judge. */
  readonly skipped: readonly WeakSubtree[];
}

/**
 * @param nodes those that decide
 * @throws CladenetError USAGE for an invalid number; DATASET when no node can be judged, or none makes mistakes
 */
export function weakest(weak: WeakSubtrees, nodes: readonly NodeDescription[], count: number): Weakest {
  if (!Number.isInteger(count) || count < 1) {
    const problem = { where: 'weakest', expected: 'a whole number of at least 1', received: String(count) };
    throw new CladenetError('USAGE', 'The weakest nodes cannot be chosen', [problem]);
  }
  const decides = new Set(nodes.map(({ path }) => path));
  const ranked = weak.nodes.filter(({ path, recoverable }) => recoverable > 0 && decides.has(path));
  const chosen = ranked.filter(({ enough }) => enough).slice(0, count);
  if (chosen.length === 0) throw noneToTune(weak, ranked);
  const last = chosen.length < count ? ranked.length : ranked.indexOf(chosen.at(-1) as WeakSubtree);
  return { chosen, skipped: ranked.slice(0, last).filter(({ enough }) => !enough) };
}

function noneToTune({ mistakes, images }: WeakSubtrees, [first]: readonly WeakSubtree[]): CladenetError {
  const problem =
    first === undefined
      ? { where: 'validation set', expected: 'mistakes that a better node would avoid', received: `${mistakes}` }
      : {
          where: `validation set of ${images}`,
          expected: `enough images to judge a node: ${first.needed} that arrive at ${first.path || '(root)'}`,
          received: `${first.arrived}`,
        };
  return new CladenetError('DATASET', 'There is no node to tune', [problem]);
}
