/** Everything that prevents growing a tree, found before any training. */

import { append } from '../arrays.js';
import type { Classifier } from '../classifier/classifier.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { requireTrainable } from '../classifier/data/training-data.js';
import { deciderOf, nodesDecidedBy } from '../classifier/deciders.js';
import { kindInWords } from '../classifier/kind.js';
import { TreeClassifier } from '../classifier/tree.js';
import { CladenetError, type Problem } from '../errors.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import { printPath } from '../taxonomy/names.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { planGrowth } from './growth-plan.js';

const SUMMARY = 'The tree cannot be grown to this taxonomy';

/** @throws CladenetError USAGE, TAXONOMY, DATASET: see `growTree` */
export function requireGrowable(
  classifier: Classifier,
  data: TrainingData,
  wanted: Taxonomy,
): { readonly tree: TreeClassifier; readonly taxonomy: Taxonomy } {
  const tree = requireTree(classifier);
  const taxonomy = orThrow(
    'The new taxonomy does not fit the classes of the images',
    matchClasses(wanted, data.truth.classes),
  );
  requireTrainable(data);
  const gone = tree.classes.filter((name) => !taxonomy.classes.includes(name));
  const plan = planGrowth(tree.taxonomy, tree.description.nodes, taxonomy);
  const problems: Problem[] = gone.map((name) => ({
    where: `class ${name}`,
    expected: 'all classes that the tree knows',
    received: 'a taxonomy without it',
  }));
  if (gone.length === 0 && plan.changed.length === 0) {
    problems.push({
      where: 'taxonomy',
      expected: 'a taxonomy that changes what a node decides',
      received: 'one that changes nothing',
    });
  }
  const byFlat = plan.kept.filter(({ from }) => deciderOf(tree.description, from) === 'flat');
  if (plan.added.length > 0)
    append(
      problems,
      byFlat.map(({ path }) => flatProblem(path, plan.added)),
    );
  if (problems.length > 0) throw new CladenetError('USAGE', SUMMARY, problems);
  return { tree, taxonomy };
}

/** @throws CladenetError USAGE for a classifier that is no tree, or one head for all nodes; MODEL for a tree without a record of its images */
export function requireTree(classifier: Classifier): TreeClassifier {
  const where = 'classifier';
  if (!(classifier instanceof TreeClassifier)) {
    const problem = { where, expected: 'a tree', received: `${kindInWords(classifier)}, which has no nodes` };
    throw new CladenetError('USAGE', SUMMARY, [problem]);
  }
  const { description, seen } = classifier;
  if (description.nodes.some((node) => deciderOf(description, node) === 'tree')) {
    const expected = 'a tree in which each node has its own head or network';
    const received = `one head for all nodes (trunk ${description.trunk}, head ${description.headKind})`;
    const remedy = 'Train a tree with the new taxonomy: `trainTree`, or `cladenet train tree`.';
    throw new CladenetError('USAGE', SUMMARY, [{ where, expected, received, remedy }]);
  }
  const byForest = nodesDecidedBy('forest', description);
  if (byForest.length > 0) {
    const expected = 'a tree in which heads or networks decide, which keep what they learned when a tree grows';
    const received = `a forest in ${byForest.map(({ path }) => printPath(path)).join(', ')}`;
    const remedy = 'Train a tree with the new taxonomy: forests are grown in seconds.';
    throw new CladenetError('USAGE', SUMMARY, [{ where, expected, received, remedy }]);
  }
  if (seen.train === '') {
    const expected = 'a record of the images that it was trained on';
    throw new CladenetError('MODEL', SUMMARY, [{ where, expected, received: 'none', remedy: 'Train the tree again.' }]);
  }
  return classifier;
}

function flatProblem(path: string, added: readonly string[]): Problem {
  return {
    where: `node ${printPath(path)}`,
    expected: 'a head or network that belongs to the node',
    received: `the flat head, which does not know ${added.join(', ')}`,
    remedy:
      'Train the flat classifier again with the new classes, or give the node a head first: `fineTune`, or `cladenet tune`.',
  };
}
