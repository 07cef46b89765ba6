/** How much a classifier still says when it may be unsure: share right and information kept at every threshold of a rule. */
import { nodeInformation } from '../../decision/node-information.js';
import { forEachDescent } from '../../decision/stop-at-ancestor.js';
import type { StopRule } from '../../decision/stop-rules.js';
import { indexTree, isBelow } from '../../decision/tree-index.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { decisionsOf, type Predictions, predictionProblems, refuse } from '../predictions.js';
import { areaUnder, type Events, type Step, sortEvents, walkEvents } from './events.js';

/** The decisions at one threshold. Shares are 0..1. */
export interface StopPoint {
  readonly threshold: number;
  /** Mean information of the decided nodes, right or wrong: 1 for a class, 0 for the root. */
  readonly coverage: number;
  /** Share of images whose decided node is their class or an ancestor of it. */
  readonly right: number;
  /** Share of images that are wrong, over the coverage: the selective risk. */
  readonly risk: number;
}

/** Plain JSON. */
export interface StopCurve {
  readonly images: number;
  /** From the strictest threshold at which anything is said, to the one that keeps every class. */
  readonly points: readonly StopPoint[];
  /** Area under the curve of risk over coverage: hAURC, and AURC where the rule is `rejection`. Lower is better. */
  readonly area: number;
}

/** Options of {@link stopCurve}. */
export interface StopCurveOptions {
  /** The tree to stop in and to measure by; its classes are those of the predictions, in any order. */
  readonly taxonomy: Taxonomy;
  /** The rule of `stopAtAncestor`. Default `probability`. */
  readonly rule?: StopRule | undefined;
}

/**
 * The curve of all decisions that a rule gives as its threshold falls: share right against information kept, and risk against
 * coverage. Exact: one point for each threshold at which a decision changes.
 *
 * Hierarchical risk and coverage, and the area under their curve (hAURC): Goren, Galil & El-Yaniv, "Hierarchical selective
 * classification", NeurIPS 2024; without a hierarchy, AURC: Geifman & El-Yaniv, "Selective classification for deep neural
 * networks", NeurIPS 2017. Information against correctness: Deng et al., "Hedging your bets", CVPR 2012; Valmadre,
 * "Hierarchical classification at multiple operating points", NeurIPS 2022.
 * @param predictions their `decisions` are the classes that the walks start from. Default: the most probable
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 * @example
 * ```ts
 * import { stopCurve } from 'cladenet/evaluation';
 * import { Taxonomy } from 'cladenet/taxonomy';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 *   { label: 'radiolarian', lineage: ['radiolarian'] },
 * ]);
 * const predictions = {
 *   classes: ['calanoid', 'cyclopoid', 'diatom', 'radiolarian'],
 *   probabilities: Float64Array.of(0.5, 0.375, 0.125, 0),
 *   labels: Int32Array.of(1),
 * };
 * const { points, area } = stopCurve(predictions, { taxonomy });
 * points[0]; // => { threshold: 0.875, coverage: 0.5, right: 1, risk: 0 }
 * points[1]; // => { threshold: 0.5, coverage: 1, right: 0, risk: 1 }
 * area; // => 0.5
 * ```
 */
export function stopCurve(predictions: Predictions, options: StopCurveOptions): StopCurve {
  refuse(predictionProblems(predictions, options));
  const events = stopEvents(predictions, options);
  const { images } = events;
  const points: StopPoint[] = [];
  walkEvents(events, undefined, (threshold, covered, wrong) => {
    if (covered === 0) return;
    const coverage = covered / images;
    points.push({ threshold, coverage, right: 1 - wrong / images, risk: wrong / images / coverage });
  });
  return { images, points, area: areaUnder(events) };
}

/** The largest coverage at which at least `right` of the images are right; 0 where only the root is. */
export function coverageAt({ points }: Pick<StopCurve, 'points'>, right: number): number {
  return points.reduce((most, point) => (point.right >= right ? Math.max(most, point.coverage) : most), 0);
}

/** The steps of checked predictions down their lineages. */
export function stopEvents(predictions: Predictions, { taxonomy, rule = 'probability' }: StopCurveOptions): Events {
  const { classes, probabilities, labels } = predictions;
  const tree = indexTree(taxonomy, classes);
  const information = nodeInformation(tree);
  const steps: Step[] = [];
  forEachDescent(tree, probabilities, decisionsOf(predictions), rule, ({ nodes, strictness }, image) => {
    const truth = tree.leaf[labels[image] as number] as number;
    const isRight = (i: number) => isBelow(tree, truth, nodes[i] as number);
    for (let i = 1; i < nodes.length; i++) {
      steps.push({
        threshold: strictness[i] as number,
        image,
        gain: (information[nodes[i] as number] as number) - (information[nodes[i - 1] as number] as number),
        loss: isRight(i - 1) && !isRight(i) ? 1 : 0,
      });
    }
  });
  return sortEvents(steps, labels.length);
}
