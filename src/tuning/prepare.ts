/** Plans what is trained and how it is judged. All problems are found here, before any training. */

import type { TrainingData } from '../classifier/data/training-data.js';
import { requirePreprocessing } from '../classifier/preprocessing.js';
import type { NodeDescription } from '../classifier/schema.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { CladenetError, type Problem } from '../errors.js';
import { printPath } from '../taxonomy/names.js';
import { inOrder } from './data.js';
import { type Judge, judgeOf } from './judge.js';
import { type NodeTuning, type Version, versionOf } from './node-tuning.js';
import type { NodesToTune, TuneOptions } from './options.js';
import { dataProblems, findNodes, judgingProblems } from './problems.js';
import { gridOf } from './search.js';
import { weakest } from './weakest.js';

export interface Plan {
  /** The data with the classes in the tree's order. */
  readonly data: TrainingData;
  readonly judge: Judge;
  /** The versions of each node to train; one each without a search. */
  readonly nodes: readonly { readonly node: NodeDescription; readonly versions: readonly Version[] }[];
}

/** @throws CladenetError USAGE, DATASET, CONFIG, ABORTED: see `fineTune` */
export async function prepareTuning(
  tree: TreeClassifier,
  given: TrainingData,
  nodes: NodesToTune,
  options: TuneOptions,
): Promise<Plan> {
  const { description } = tree;
  const { hooks, search } = options;
  requirePreprocessing(given.images, description.preprocessing);
  const named = 'weakest' in nodes ? undefined : nodes.map((one) => (typeof one === 'string' ? { node: one } : one));
  const { found, problems: ofNames } = findNodes(
    tree,
    named?.map(({ node }) => node),
  );
  const ofData = dataProblems(tree, given);
  const data = inOrder(given, tree.classes);
  const judge = ofData.length === 0 ? await judgeOf(tree, data, { signal: hooks?.signal }) : undefined;
  const ofJudging = judge === undefined ? [] : judgingProblems(judge.weak, found);
  const problems = [...ofNames, ...ofData, ...ofJudging];
  if (judge === undefined || problems.length > 0) {
    const code = ofData.length + ofJudging.length > 0 ? 'DATASET' : 'USAGE';
    throw new CladenetError(code, 'The tree cannot be tuned', problems);
  }
  const versionsOf = (node: NodeDescription, tuning: NodeTuning) =>
    search === undefined ? [versionOf(description, node, tuning)] : gridOf(description, node, tuning);
  const planned = (plan: Plan): Plan => {
    refuseVersions(versionProblems(tree, plan.nodes));
    return plan;
  };
  if (!('weakest' in nodes)) {
    const own = (i: number): NodeTuning => ({ ...options, ...named?.[i] });
    return planned({ data, judge, nodes: found.map((node, i) => ({ node, versions: versionsOf(node, own(i)) })) });
  }
  const ranking = weakest(judge.weak, description.nodes, nodes.weakest);
  hooks?.onWeakest?.(ranking);
  const chosen = ranking.chosen.flatMap(({ path }) => description.nodes.find((node) => node.path === path) ?? []);
  return planned({ data, judge, nodes: chosen.map((node) => ({ node, versions: versionsOf(node, options) })) });
}

/** A head needs a CNN block to decide on, and a forest features. */
function versionProblems({ trunk: shared, description }: TreeClassifier, nodes: Plan['nodes']): Problem[] {
  if (shared !== undefined) return [];
  return nodes.flatMap(({ node, versions }) =>
    versions.flatMap(({ as, trunk }): Problem[] => {
      const where = `node ${printPath(node.path)}`;
      if (as === 'head' && trunk === 'tree') {
        return [{ where, expected: 'a CNN block that a head can be trained on', received: 'none in this tree' }];
      }
      if (as !== 'forest' || description.sources !== undefined) return [];
      const expected = 'features that a forest can decide on: those of other forests, or of a shared CNN block';
      return [{ where, expected, received: 'none in this tree' }];
    }),
  );
}

function refuseVersions(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('USAGE', 'The tree cannot be tuned', problems);
}
