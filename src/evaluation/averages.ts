/** The metrics that average over images or classes. */
import type { TreeIndex } from '../decision/tree-index.js';
import { hits, hitsAmongTop } from './accuracy.js';
import { confusionMatrix } from './confusion-matrix.js';
import {
  averageHierarchicalDistance,
  type HierarchicalScore,
  hierarchicalScore,
  mistakeSeverity,
  partings,
} from './hierarchical.js';
import { logLosses } from './log-loss.js';
import { mean } from './mean.js';
import { balancedAccuracy, scoreClasses } from './per-class.js';
import type { Predictions } from './predictions.js';

/** Plain JSON: an undefined number is null, never NaN. Metrics that need a taxonomy are null without one. */
export interface Averages {
  readonly images: number;
  /** Share of images that were given their true class. */
  readonly accuracy: number;
  /** Mean recall over the classes that have images. */
  readonly balancedAccuracy: number;
  /** Share of images whose true class is among the 5 most probable. */
  readonly top5: number;
  /** Mean of -ln of the probability of the true class, clipped to at least 1e-15; in nats. */
  readonly logLoss: number;
  /** Hierarchical precision, recall and F1, micro-averaged over lineages without the root. */
  readonly hierarchical: HierarchicalScore | null;
  /** Average hierarchical distance: mean height of the lowest common ancestor of truth and decision over all images. */
  readonly ahd: number | null;
  /** Mistake severity: the same mean over the mistakes; null when there are none. */
  readonly severity: number | null;
}

/** @param predictions checked, at least one image */
export function averages(
  predictions: Predictions & { readonly decisions: Int32Array },
  tree: TreeIndex | undefined,
): Averages {
  const { classes, labels, decisions } = predictions;
  const parted = tree && partings(tree, labels, decisions);
  return {
    images: labels.length,
    accuracy: mean(hits(labels, decisions)),
    balancedAccuracy: balancedAccuracy(scoreClasses(confusionMatrix(classes, labels, decisions))),
    top5: mean(hitsAmongTop(predictions, 5)),
    logLoss: mean(logLosses(predictions)),
    hierarchical: parted ? hierarchicalScore(parted) : null,
    ahd: parted ? averageHierarchicalDistance(parted) : null,
    severity: parted ? mistakeSeverity(parted) : null,
  };
}
