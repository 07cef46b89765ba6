/** Everything that prevents new classes from joining by prototypes, found before any image is looked at by a network. */
import { append } from '../../arrays.js';
import type { Classifier } from '../../classifier/classifier.js';
import { contradictoryLabels } from '../../classifier/data/copies.js';
import { requireTrainable, type TrainingData } from '../../classifier/data/training-data.js';
import { deciderOf } from '../../classifier/deciders.js';
import type { NodeDescription } from '../../classifier/schema.js';
import type { TreeClassifier } from '../../classifier/tree.js';
import { copiesAmong } from '../../dataset/deal.js';
import { CladenetError, type Problem } from '../../errors.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { requireTree } from '../problems.js';

const SUMMARY = 'New classes cannot join by prototypes';
const TRAIN = 'Grow the tree without prototypes, which trains the nodes that change.';

/** A new class and the node of the tree below which it joins. */
export interface NewClass {
  readonly name: string;
  readonly node: NodeDescription;
}

/** @throws CladenetError USAGE, TAXONOMY, DATASET: see `addPrototypes` */
export function requireJoinable(
  classifier: Classifier,
  data: TrainingData,
  wanted: Taxonomy,
  maxLoss: number,
): { readonly tree: TreeClassifier; readonly taxonomy: Taxonomy; readonly added: readonly NewClass[] } {
  const tree = requireTree(classifier);
  const taxonomy = orThrow(
    'The new taxonomy does not fit the classes of the images',
    matchClasses(wanted, data.truth.classes),
  );
  requireTrainable(data);
  const { description } = tree;
  const nodes = new Map(description.nodes.map((node) => [node.path, node]));
  const known = new Set(tree.classes);
  const problems: Problem[] = [];
  append(problems, maxLossProblems(maxLoss));
  if (description.trunk !== 'shared') {
    const received = `a tree with the trunk ${description.trunk}`;
    problems.push({ where: 'classifier', expected: 'a tree of heads on one CNN block', received, remedy: TRAIN });
  }
  for (const name of tree.classes) {
    const path = taxonomy.classes.includes(name) ? taxonomy.leafOf(name) : undefined;
    if (path === tree.taxonomy.leafOf(name)) continue;
    const where = `class ${name}`;
    const expected = `at ${printPath(tree.taxonomy.leafOf(name))}, as in the tree`;
    problems.push({ where, expected, received: path === undefined ? 'missing' : printPath(path), remedy: TRAIN });
  }
  const names = taxonomy.classes.filter((name) => !known.has(name));
  if (names.length === 0) {
    problems.push({ where: 'taxonomy', expected: 'classes that the tree does not know', received: 'none' });
  }
  const added = names.flatMap((name): NewClass[] => {
    const parent = taxonomy.lineage(taxonomy.leafOf(name)).at(-2) ?? taxonomy.root;
    const node = nodes.get(parent);
    const decider = node && deciderOf(description, node);
    if (node !== undefined && (decider === 'head' || decider === 'flat')) return [{ name, node }];
    problems.push({
      where: `class ${name}`,
      expected: 'a place below a node of the tree where an MLP block decides among two children or more',
      received: `${printPath(parent)}, where ${decider === undefined ? 'nothing decides' : `a ${decider} decides`}`,
      remedy: TRAIN,
    });
    return [];
  });
  append(problems, imageProblems(data, new Set(names)));
  if (problems.length > 0) throw new CladenetError('USAGE', SUMMARY, problems);
  return { tree, taxonomy, added };
}

/** @internal */
export function maxLossProblems(maxLoss: number): Problem[] {
  if (maxLoss >= 0 && maxLoss < 1) return [];
  return [{ where: 'maxLoss', expected: 'a share from 0 to below 1', received: String(maxLoss) }];
}

/** Images of a new class that are images of another class too: the mean of several classes is none of them. */
export function imageProblems({ images, truth, prints }: TrainingData, names: ReadonlySet<string>): Problem[] {
  const isNew = (image: number) => names.has(images.classes[images.labels[image] ?? -1] ?? '');
  const copies = copiesAmong(images.labels, prints).filter((group) => group.some(isNew));
  return contradictoryLabels(images, truth, copies);
}
