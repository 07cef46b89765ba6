/** Heads on frozen features: flat, and trees of several forms, trained alike. */
import { createGlobalHead, leftOutBranches, newChildPaths } from '../../src/classifier/new-children.js';
import type { HEAD_KINDS } from '../../src/classifier/schema.js';
import type { NewChildProbabilities } from '../../src/decision/novelty/methods.js';
import { initialise } from '../../src/network/initialise.js';
import { createHead } from '../../src/network/network.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { programsOn } from '../../src/tensorflow/device.js';
import { trainingSchema } from '../../src/training/config.js';
import { fit as fitHead } from '../../src/training/fit.js';
import { headModel } from '../../src/training/model.js';
import { createTrainer } from '../../src/training/trainer.js';
import type { Fold } from './fold.js';

/** What a head says of rows: classes that sum to 1, and new children where it has them. */
export interface Said {
  readonly probabilities: Float32Array;
  readonly newChildren: NewChildProbabilities | undefined;
}

export type TreeForm = (typeof HEAD_KINDS)[number];

/** @param tree none for a flat head */
export async function trainHead(
  fold: Omit<Fold, 'own'>,
  tree: { readonly taxonomy: Taxonomy; readonly headKind: TreeForm } | undefined,
  seed: number,
): Promise<(rows: Int32Array) => Said> {
  const { source, width, classes, labels, train, validation } = fold;
  const paths = tree === undefined ? [] : newChildPaths(tree.taxonomy, tree.headKind);
  const outputs = classes.length + paths.length;
  const head =
    tree === undefined
      ? createHead(fold.head, width, classes.length)
      : createGlobalHead(fold.head, width, tree.taxonomy, { classes: [...classes], headKind: tree.headKind });
  const leftOut = paths.length === 0 || tree === undefined ? undefined : leftOutBranches(tree.taxonomy, classes);
  const model = headModel(head);
  const config = trainingSchema.parse({ ...fold.training, seed });
  const trainer = createTrainer(programsOn(), model, source, config, { leftOut });
  const task = { labels, classes: outputs, train, validation };
  const fitted = await fitHead(trainer, task, config, initialise(model.parameters, seed), {});
  trainer.start(fitted.weights, outputs);
  return (rows) => {
    const all = trainer.answers(rows);
    const probabilities = new Float32Array(rows.length * classes.length);
    const novel = new Float32Array(rows.length * paths.length);
    rows.forEach((_, i) => {
      const own = all.subarray(i * outputs, (i + 1) * outputs);
      const known = own.subarray(0, classes.length);
      const sum = known.reduce((total, p) => total + p, 0);
      probabilities.set(
        known.map((p) => (sum > 0 ? p / sum : 1 / classes.length)),
        i * classes.length,
      );
      novel.set(own.subarray(classes.length), i * paths.length);
    });
    return { probabilities, newChildren: paths.length === 0 ? undefined : { paths, novel } };
  };
}
