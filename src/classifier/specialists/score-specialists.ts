/**
 * The value of specialists for many groupings of the classes, as in a sweep over thresholds, in which groups recur. Each group
 * gets one specialist, even if it occurs in several groupings: an MLP block on features that are computed once.
 */
import { largest } from '../../arrays.js';
import { conditionalMatrices } from '../../decision/conditionals.js';
import { evaluate } from '../../evaluation/evaluate.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import type { DecidingNode } from '../../taxonomy/nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { programsOn } from '../../tensorflow/device.js';
import { unlessDiverged } from '../../training/fit.js';
import { requireTrainable, type TrainingData } from '../data/training-data.js';
import { composeProduct } from '../predict/compose.js';
import { sharedTrunk } from '../train/shared-trunk.js';
import { nodeConfig, nodeTrainer, summaryOf } from '../train/train-nodes.js';
import { groupsOf, requireClassesOf } from './specialist-groups.js';
import { flatOnValidation, specialistJudge } from './specialist-judge.js';
import type { SpecialistOptions } from './train-specialists.js';

/** The groupings to score, and how their specialists are trained. */
export interface ScoreSpecialistsOptions extends Omit<SpecialistOptions, 'groups' | 'trunk' | 'deviceMemory'> {
  /** The groups of each as nodes below the root; one without groups is the flat classifier. */
  readonly groupings: readonly Taxonomy[];
}

/** The score of one grouping with its specialists. */
export interface SpecialistsScore {
  /** Scores on the validation images whose class is known. */
  readonly accuracy: number;
  readonly logLoss: number;
  /** Number of groups of two or more classes. */
  readonly specialists: number;
  /** The number of these in which the specialist beats the flat classifier. In the others the flat classifier decides. */
  readonly accepted: number;
}

/** The scores of all groupings, and of the flat classifier alone. */
export interface SpecialistsScores {
  /** Number of validation images whose class is known. */
  readonly images: number;
  readonly flat: Pick<SpecialistsScore, 'accuracy' | 'logLoss'>;
  /** One score for each grouping. */
  readonly scores: readonly SpecialistsScore[];
}

/**
 * Trains the specialists of each grouping, on a shared trunk, drops them, and scores what is composed (as `product`, not
 * calibrated) as {@link trainSpecialists} would, all on the validation set. The same images choose the epochs, drop
 * specialists and score, so the scores are optimistic; they rank groupings and estimate nothing.
 *
 * @throws CladenetError TAXONOMY, USAGE, DATASET, CONFIG, RUNTIME, TRAINING, ABORTED
 */
export async function scoreSpecialists(
  data: TrainingData,
  options: ScoreSpecialistsOptions,
): Promise<SpecialistsScores> {
  const { from, hooks = {} } = options;
  const make = options.make ?? programsOn({ device: options.device });
  const { classes } = data.truth;
  requireTrainable(data);
  requireClassesOf(from, classes);
  const groupings = options.groupings.map((groups) =>
    orThrow('The groups do not fit the classes of the images', matchClasses(groups, classes, { allowMissing: true })),
  );
  const plan = await sharedTrunk(data, options, make);
  const leaves = await flatOnValidation(from, data, make, hooks.signal);
  const judge = specialistJudge(data, plan, leaves);
  const distinct = new Set(groupings.flatMap((taxonomy) => groupsOf(taxonomy).map((node) => keyOf(taxonomy, node))));
  /** The conditionals of accepted specialists on the validation set: [images x children]. */
  const conditionalsOf = new Map<string, Float32Array | undefined>();
  for (const taxonomy of groupings) await trainGroups(taxonomy);
  const { count, score } = scorer(data);
  return { images: count, flat: score(leaves), scores: groupings.map(scoreGrouping) };

  /** Trains those that no grouping before had. */
  async function trainGroups(taxonomy: Taxonomy): Promise<void> {
    const fresh = groupsOf(taxonomy).filter((node) => !conditionalsOf.has(keyOf(taxonomy, node)));
    if (fresh.length === 0) return;
    const widest = largest(fresh.map(({ children }) => children.length));
    const trainer = nodeTrainer(data, taxonomy, plan, make, widest);
    try {
      for (const node of fresh) {
        hooks.onNode?.(node.path, conditionalsOf.size, distinct.size);
        conditionalsOf.set(keyOf(taxonomy, node), undefined);
        if (judge.images(taxonomy, node) === 0) continue;
        const training = trainer.train(node, nodeConfig(plan, node), plan.first(node.path), hooks);
        const fitted = await unlessDiverged(training);
        if (fitted === undefined) continue;
        const { accepted } = judge.judge(taxonomy, node, 'head', summaryOf(fitted));
        if (accepted)
          conditionalsOf.set(keyOf(taxonomy, node), trainer.conditionals(node, fitted.weights, data.split.validation));
      }
    } finally {
      trainer.dispose();
    }
  }

  function scoreGrouping(taxonomy: Taxonomy): SpecialistsScore {
    const groups = groupsOf(taxonomy);
    const accepted = groups.flatMap(({ path, children }) => {
      const conditional = conditionalsOf.get(keyOf(taxonomy, { path, children }));
      return conditional === undefined ? [] : [{ path, conditional }];
    });
    const isSpecial = new Set(accepted.map(({ path }) => path));
    const others = taxonomy.decidingNodes().flatMap(({ path }) => (isSpecial.has(path) ? [] : [path]));
    const decisions = [...accepted, ...conditionalMatrices(leaves, classes, taxonomy, others)];
    const composed = composeProduct(taxonomy, classes, decisions, data.split.validation.length);
    return { ...score(composed), specialists: groups.length, accepted: accepted.length };
  }
}

/** The classes that a node separates, independently of its name. */
const keyOf = (taxonomy: Taxonomy, { children }: DecidingNode): string =>
  JSON.stringify(children.map((child) => taxonomy.classesBelow(child).toSorted()));

/** Scores leaf probabilities for the validation set by the images in it whose class is known. */
function scorer({ truth: { classes, labels }, split: { validation } }: TrainingData) {
  const k = classes.length;
  const rows = [...validation.keys()].filter((row) => {
    const label = labels[validation[row] ?? -1] ?? -1;
    return label >= 0 && label < k;
  });
  const truths = Int32Array.from(rows, (row) => labels[validation[row] ?? -1] ?? -1);
  return {
    count: rows.length,
    score(leaves: Float32Array): Pick<SpecialistsScore, 'accuracy' | 'logLoss'> {
      const probabilities = new Float32Array(rows.length * k);
      rows.forEach((row, i) => {
        probabilities.set(leaves.subarray(row * k, (row + 1) * k), i * k);
      });
      const { accuracy, logLoss } = evaluate({ classes, probabilities, labels: truths });
      return { accuracy, logLoss };
    },
  };
}
