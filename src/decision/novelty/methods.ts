/** The methods of recognising new children, by their names, and what each makes of many images. */
import { CladenetError, type Problem } from '../../errors.js';
import { decideLeaves } from '../decide-leaves.js';
import { nodeInformation } from '../node-information.js';
import { sumUpwards } from '../node-probabilities.js';
import type { Probabilities } from '../probabilities.js';
import type { Descent } from '../stop-rules.js';
import type { TreeIndex } from '../tree-index.js';
import { byInformation, byProbability } from './climbing.js';
import type { NoveltyMethod } from './method.js';
import { byNewChild } from './new-child.js';
import { byDoubt, byEntropy } from './per-depth.js';
import { bySiblings } from './siblings.js';

const METHODS = {
  probability: byProbability,
  information: byInformation,
  siblings: bySiblings,
  entropy: byEntropy,
  doubt: byDoubt,
  'new-child': byNewChild,
} as const satisfies Readonly<Record<string, NoveltyMethod>>;

/** How a new child is recognised: see `NOVELTY_METHODS`. */
export type NoveltyMethodName = keyof typeof METHODS;

/** All methods by their names. */
export const NOVELTY_METHODS: Readonly<Record<NoveltyMethodName, NoveltyMethod>> = METHODS;

/** The names. */
export const NOVELTY_METHOD_NAMES = Object.keys(METHODS) as [NoveltyMethodName, ...NoveltyMethodName[]];

/** The probability of a new child of nodes, by their paths. */
export interface NewChildProbabilities {
  /** Paths of nodes. */
  readonly paths: readonly string[];
  /**
   * Images x these nodes, row-major: the probability of a new child of the node. Together with those of the known classes, which
   * share the rest, they sum to 1.
   */
  readonly novel: Float64Array | Float32Array;
}

/** Everything wrong with a method and what it is given. @param where the name of the argument */
export function methodProblems(
  where: string,
  method: NoveltyMethodName,
  newChildren: NewChildProbabilities | undefined,
): Problem[] {
  const { needsNewChild = false } = NOVELTY_METHODS[method] ?? {};
  if (!NOVELTY_METHOD_NAMES.includes(method)) {
    return [{ where, expected: `one of ${NOVELTY_METHOD_NAMES.join(', ')}`, received: `${method}` }];
  }
  if (!needsNewChild || newChildren !== undefined) return [];
  const expected = 'heads that were trained with new children';
  return [{ where, expected, received: `${method}, with a classifier that has none` }];
}

/** What an image is decided by. */
export interface DescentOptions {
  readonly method: NoveltyMethodName;
  readonly newChildren?: NewChildProbabilities | undefined;
}

/**
 * Calls `use` with the nodes that each image can be decided on, which end at its most probable class.
 * @throws CladenetError `EVALUATION` for new children of other nodes or images
 */
export function forEachNoveltyDescent(
  tree: TreeIndex,
  probabilities: Probabilities,
  classes: readonly string[],
  { method, newChildren }: DescentOptions,
  use: (descent: Descent, image: number) => void,
): void {
  const { descend } = NOVELTY_METHODS[method];
  const information = nodeInformation(tree);
  const values = new Float64Array(tree.paths.length);
  const starts = decideLeaves(probabilities, classes);
  const read = newChildren && reader(tree, newChildren, starts.length);
  starts.forEach((column, image) => {
    sumUpwards(tree, probabilities, image, values);
    use(descend({ tree, information, values, leaf: tree.leaf[column] as number, newChild: read?.(image) }), image);
  });
}

/** The new children of an image, by the numbers of the nodes. */
function reader(
  tree: TreeIndex,
  { paths, novel }: NewChildProbabilities,
  images: number,
): (image: number) => Float64Array {
  const nodes = paths.map((path) => tree.paths.indexOf(path));
  const unknown = paths.filter((_, i) => nodes[i] === -1);
  const problems: Problem[] = unknown.map((path) => {
    return { where: 'newChildren.paths', expected: 'nodes of the taxonomy', received: `'${path}'` };
  });
  if (novel.length !== images * paths.length) {
    const expected = `${images} images x ${paths.length} nodes`;
    problems.push({ where: 'newChildren.novel', expected, received: `${novel.length} values` });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'These new children do not fit.', problems);
  const row = new Float64Array(tree.paths.length);
  return (image) => {
    nodes.forEach((node, i) => {
      row[node] = novel[image * paths.length + i] as number;
    });
    return row;
  };
}
