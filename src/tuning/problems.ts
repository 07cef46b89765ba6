/** Everything that prevents tuning a tree, found before any training and reported at once. */

import { append } from '../arrays.js';
import type { Classifier } from '../classifier/classifier.js';
import { splitAlike } from '../classifier/data/seen-before.js';
import { type TrainingData, trainingProblems } from '../classifier/data/training-data.js';
import { kindInWords } from '../classifier/kind.js';
import type { NodeDescription } from '../classifier/schema.js';
import { unpackSeen } from '../classifier/store/seen.js';
import { TreeClassifier } from '../classifier/tree.js';
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import type { WeakSubtrees } from '../evaluation/attribution/weak-subtrees.js';
import { findNode } from '../taxonomy/find-node.js';
import { printPath } from '../taxonomy/names.js';
import { judgedImages } from './data.js';

/** @throws CladenetError USAGE for a classifier that is no tree; MODEL for a tree without a record of its images */
export function requireTunable(classifier: Classifier): TreeClassifier {
  const summary = 'This classifier cannot be tuned';
  if (!(classifier instanceof TreeClassifier)) {
    const expected = 'a tree, whose nodes can be tuned';
    const problem = { where: 'classifier', expected, received: `${kindInWords(classifier)}, which has no nodes` };
    throw new CladenetError('USAGE', summary, [problem]);
  }
  const { train, validation } = classifier.seen;
  if (train !== '' && validation !== '') return classifier;
  throw new CladenetError('MODEL', summary, [
    {
      where: 'classifier',
      expected: 'a record of the images that it was trained and chosen on',
      received: train === '' ? 'none' : 'one without validation images',
      remedy: 'Train the tree again, with validation images.',
    },
  ]);
}

/** Problems of the data: images of other classes, or in other subsets of the split than when the tree was trained. */
export function dataProblems(tree: TreeClassifier, data: TrainingData): Problem[] {
  const problems = data.truth.classes
    .filter((name) => !tree.classes.includes(name))
    .map((name): Problem => {
      const expected = 'a class that the tree knows';
      return { where: `images of ${name}`, expected, received: name, remedy: didYouMean(name, tree.classes) };
    });
  const missing = tree.classes.filter((name) => !data.truth.classes.includes(name));
  append(problems, [
    ...missing.map((name) => ({ where: `class ${name}`, expected: 'images of every class', received: 'none' })),
    ...trainingProblems(data),
  ]);
  if (judgedImages(data).length === 0) {
    problems.push({ where: 'validation set', expected: 'images to judge new versions of nodes on', received: 'none' });
  }
  return problems.length > 0 ? problems : splitProblems(tree, data);
}

/** The subsets have to be those of the tree: it must not be judged on images that it was trained on. */
function splitProblems({ seen, description }: TreeClassifier, { split, prints, drawnBy }: TrainingData): Problem[] {
  return (['train', 'validation', 'test'] as const).flatMap((subset) => {
    const own = unpackSeen(seen[subset]);
    const others = split[subset].reduce((sum, image) => sum + (own.has(prints[image] ?? '') ? 0 : 1), 0);
    if (others === 0) return [];
    return [
      {
        where: subset === 'train' ? 'training set' : `${subset} set`,
        expected: "only images of the tree's own set",
        received: `${others} of ${split[subset].length} images are not`,
        remedy: splitAlike('the tree', description.split, drawnBy),
      },
    ];
  });
}

/** Resolves nodes by path or by unique name, and reports those that cannot be tuned. */
export function findNodes(
  { taxonomy, description }: TreeClassifier,
  names: readonly string[] | undefined,
): { readonly found: readonly NodeDescription[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  if (names?.length === 0) problems.push({ where: 'nodes', expected: 'the nodes to tune', received: 'none' });
  const taken = new Set<string>();
  const pathOf = (name: string) => {
    try {
      return findNode(taxonomy, name).path;
    } catch (error) {
      if (!(error instanceof CladenetError)) throw error;
      append(problems, error.problems);
      return undefined;
    }
  };
  const found = (names ?? []).flatMap((name): NodeDescription[] => {
    const where = `node ${name}`;
    const path = pathOf(name);
    if (path === undefined) return [];
    const node = description.nodes.find((one) => one.path === path);
    if (node === undefined) {
      const { label, parent } = taxonomy.node(path);
      const received =
        label === undefined ? 'a node with a single child, which decides nothing' : `the leaf of ${label}`;
      const remedy = label === undefined ? undefined : `It is decided in ${printPath(parent ?? '')}.`;
      problems.push({ where, expected: 'an inner node, which decides', received, remedy });
      return [];
    }
    if (taken.has(path)) problems.push({ where, expected: 'each node once', received: 'this node twice' });
    taken.add(path);
    return [node];
  });
  return { found, problems };
}

/** Problems for nodes with too few validation images below them to distinguish a change from chance. */
export function judgingProblems({ nodes }: WeakSubtrees, meant: readonly NodeDescription[]): Problem[] {
  const paths = new Set(meant.map(({ path }) => path));
  return nodes
    .filter(({ path, images, needed }) => images < needed && paths.has(path))
    .map(({ path, images, needed }) => ({
      where: `node ${printPath(path)}`,
      expected: `at least ${needed} validation images below it, to judge it by`,
      received: String(images),
      remedy: 'Give more images to validation, or tune a node above it.',
    }));
}
