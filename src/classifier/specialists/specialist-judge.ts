/**
 * Judges whether a specialist separates the children of a node better than the flat classifier, on the validation images
 * below the node and among its children only.
 */
import { selectImages } from '../../dataset/images.js';
import { conditionalMatrices } from '../../decision/conditionals.js';
import { decideLeaves } from '../../decision/decide-leaves.js';
import { hits } from '../../evaluation/accuracy.js';
import { logLosses } from '../../evaluation/log-loss.js';
import { mean } from '../../evaluation/mean.js';
import type { DecidingNode } from '../../taxonomy/nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { TrainingData } from '../data/training-data.js';
import { FlatClassifier } from '../flat.js';
import type { NodeScore, SpecialistVerdict, TrainingSummary } from '../schema.js';
import { type NodePlan, nodeTask } from '../train/node-plan.js';

export interface SpecialistJudge {
  /** Number of validation images that belong below one of the node's children. */
  images(taxonomy: Taxonomy, node: DecidingNode): number;
  /**
   * The specialist has to be right about more of these images, since it costs more. The epoch that counts is the one kept,
   * which these images chose.
   * @param summary of its training; undefined where there is none because no images could judge it
   */
  judge(
    taxonomy: Taxonomy,
    node: DecidingNode,
    decidedBy: SpecialistVerdict['decidedBy'],
    summary: TrainingSummary | null | undefined,
  ): SpecialistVerdict;
}

/** @param leaves the flat classifier's leaf probabilities for the images of the validation set, in its order */
export function specialistJudge(data: TrainingData, plan: NodePlan, leaves: Float32Array): SpecialistJudge {
  const { truth, split } = data;
  const rowOf = new Map(Array.from(split.validation, (image, row) => [image, row]));

  function flatAt(
    taxonomy: Taxonomy,
    node: DecidingNode,
  ): { readonly images: number; readonly score: NodeScore | null } {
    const { labels, validation } = nodeTask(data, taxonomy, node, plan);
    if (validation.length === 0) return { images: 0, score: null };
    const width = node.children.length;
    const [implied] = conditionalMatrices(leaves, truth.classes, taxonomy, [node.path]);
    const probabilities = new Float32Array(validation.length * width);
    validation.forEach((image, i) => {
      const row = (rowOf.get(image) ?? 0) * width;
      probabilities.set(implied?.conditional.subarray(row, row + width) ?? [], i * width);
    });
    const children = validation.map((image) => labels[image] ?? 0);
    return {
      images: validation.length,
      score: {
        accuracy: mean(hits(children, decideLeaves(probabilities, node.children))),
        logLoss: mean(logLosses({ classes: node.children, probabilities, labels: children })),
      },
    };
  }

  return {
    images: (taxonomy, node) => nodeTask(data, taxonomy, node, plan).validation.length,
    judge(taxonomy, node, decidedBy, summary) {
      const { images, score: before } = flatAt(taxonomy, node);
      const after = scoreOf(summary);
      const accepted = before !== null && after !== null && after.accuracy > before.accuracy;
      return { node: node.path, decidedBy, images, before, after, accepted, seconds: summary?.seconds ?? 0 };
    },
  };
}

/** The score from training, which judged the epochs by the same images among the same children. */
function scoreOf(summary: TrainingSummary | null | undefined): NodeScore | null {
  const { validationAccuracy: accuracy, validationLoss: logLoss } = summary?.best ?? {};
  return typeof accuracy === 'number' && typeof logLoss === 'number' ? { accuracy, logLoss } : null;
}

/** Leaf probabilities of the images of the validation set, in its order, as the network gives them. */
export async function flatOnValidation(
  { description, weights, history, seen }: FlatClassifier,
  { images, split }: TrainingData,
  make: MakeProgram,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  if (split.validation.length === 0) return new Float32Array(0);
  // A separate instance, so that the caller's classifier takes no memory on the device.
  const flat = new FlatClassifier(make, description, weights, history, seen);
  try {
    return await flat.predict(selectImages(images, split.validation), { calibrated: false, signal });
  } finally {
    flat.dispose();
  }
}
