/**
 * The end of every training of a tree, whether it was trained, tuned or grown: it chooses on the validation set how it decides,
 * and is scored on the test set, once.
 */
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { VERSION } from '../../version.js';
import type { Classification } from '../classification.js';
import { describeSplit, type TrainingData } from '../data/training-data.js';
import type { TreeDescription } from '../schema.js';
import type { SeenImages } from '../store/seen.js';
import type { HistoryLine } from '../store/store.js';
import { TreeClassifier } from '../tree.js';
import type { TreeParts } from '../tree-parts.js';
import { chooseDecision, undecided } from './choose-decision.js';
import { classifyTest, testScore } from './test-score.js';

/** A tree whose nodes are trained and which has not chosen how it decides. */
export interface UndecidedTree {
  /** `decision` and `test` are replaced. */
  readonly description: TreeDescription;
  readonly taxonomy: Taxonomy;
  readonly parts: TreeParts;
  readonly history: readonly HistoryLine[];
  readonly seen: SeenImages;
}

export interface CompletedTree {
  readonly tree: TreeClassifier;
  /** What its test score was taken from; undefined without test images whose class is known. */
  readonly test: Classification | undefined;
}

export async function completeTree(
  make: MakeProgram,
  data: TrainingData,
  { description, taxonomy, parts, history, seen }: UndecidedTree,
  signal?: AbortSignal,
): Promise<CompletedTree> {
  const assemble = (described: TreeDescription) => new TreeClassifier(make, described, taxonomy, parts, history, seen);
  const undecidedTree = assemble(description);
  const decision = await chooseDecision(undecidedTree, data).finally(() => undecidedTree.dispose());
  const decided = { ...description, decision };
  const test = await classifyTest(assemble(decided), data, signal);
  return { tree: assemble({ ...decided, test: test === undefined ? null : testScore(test) }), test };
}

/** What of a tree's description follows from its images, its taxonomy and the kind of its heads, before anything is chosen. */
export function describeUndecided(
  data: TrainingData,
  taxonomy: Taxonomy,
  headKind: TreeDescription['headKind'],
): Pick<TreeDescription, 'cladenet' | 'classes' | 'split' | 'lineages' | 'decision' | 'test'> {
  return {
    cladenet: VERSION,
    classes: [...data.truth.classes],
    split: describeSplit(data),
    lineages: taxonomy.lineages(),
    decision: undecided(headKind),
    test: null,
  };
}
