/**
 * What to try at a weak node, by simple rules. Each looks at the counts of the node and gives its reason. They are hints
 * where to look first; only trying one and judging again shows whether it helps.
 */
import type { NodeAttribution } from './attribute.js';
import type { ChildScore, ConfusedPair } from './children.js';

/** The kinds of suggestions for weak nodes. */
export type SuggestionKind = 'merge' | 'split' | 'more-images' | 'over-sampling' | 'own-trunk' | 'more-epochs';

/** What to try at a weak node, and why. */
export interface Suggestion {
  readonly kind: SuggestionKind;
  /** Paths of the children concerned; none where it concerns the node itself. */
  readonly children: readonly string[];
  /** The counts that support it, in words. */
  readonly reason: string;
}

/** How the training of a node's classifier went. */
export interface NodeFit {
  readonly epochs: number;
  /** The epoch that was kept, counted from 1. */
  readonly bestEpoch: number;
  /** Accuracy on the training images in the kept epoch. */
  readonly accuracy: number;
  /** The same on the validation images; null without any. */
  readonly validationAccuracy: number | null;
}

/** What the rules know about a node. */
export interface NodeEvidence extends NodeAttribution {
  /** Number of images that the whole tree was trained on; undefined where that is not known. */
  readonly allTraining: number | undefined;
  readonly children: readonly ChildScore[];
  readonly confused: readonly ConfusedPair[];
  readonly imbalance: number | null;
  readonly fit: NodeFit | undefined;
  readonly trunk: 'shared' | 'own' | undefined;
}

type Rule = (node: NodeEvidence) => Suggestion[];

/** The fewest mistakes of a node or a pair for a rule to apply. */
const EVIDENCE = 5;
/** Two children confused at least this often are hardly distinguished; chance is 1/2. */
const HARDLY_APART = 1 / 3;
/** A pair stands out with at least this share of the mistakes of a node with at least that many children. */
const OUTSTANDING = 1 / 4;
const MANY_CHILDREN = 4;
/** Classes with fewer training images have too few. */
const FEW_TRAINING = 100;
const FEW_MISSES = 2;
const MOST_CLASSES = 3;
/** The largest child has at least this many times the images of the smallest, and mean accuracy is this much lower. */
const IMBALANCED = 5;
const NEGLECTED = 0.1;
/** The training images, as a number and as a share of all, with which a node may learn its own features. */
const OWN_TRUNK_IMAGES = 1000;
const OWN_TRUNK_SHARE = 1 / 2;
const GOOD = 0.85;
/** Training accuracy further above validation accuracy is over-fitting, which more epochs make worse. */
const OVERFIT = 0.02;

const percent = (share: number) => `${Math.round(100 * share)} %`;
const total = ({ aAsB, bAsA }: ConfusedPair) => aAsB + bAsA;

/**
 * The rules, in this order:
 * - `merge` two children that share at least 5 mistakes, if of their images that go to one of the two at least a third (mean
 *   of both children) go to the wrong one;
 * - `split`: give the most confused pair its own node, if it has at least 5 mistakes, a quarter of those of a node with
 *   at least 4 children, and is distinguished better than under `merge`;
 * - `more-images` of up to 3 children with fewer than 100 training images, at least 2 misses and an accuracy below the
 *   node's, those with most misses first;
 * - `over-sampling` where the largest child has at least 5 times the images of the smallest, and the mean accuracy of the
 *   children is at least 10 points below the accuracy over images, with at least 5 mistakes;
 * - `own-trunk` for a node on a shared trunk, with at least 1,000 training images and at most half of all (a trunk trained on
 *   more would be much the same), at least 5 mistakes and an accuracy below 85 %;
 * - `more-epochs` where the last epoch was the best, the training accuracy is at most 2 points above that on validation
 *   images, and there are at least 5 mistakes.
 * Rules about training are skipped where nothing is known about it.
 */
export function suggest(node: NodeEvidence): Suggestion[] {
  return RULES.flatMap((rule) => rule(node));
}

/** Of the images that go to one of the two, the share that goes to the wrong one, mean of both; null where one has none. */
function pairError({ children }: NodeEvidence, { a, b, aAsB, bAsA }: ConfusedPair): number | null {
  const right = (path: string) => children.find((child) => child.path === path)?.right ?? 0;
  const [ofA, ofB] = [right(a) + aAsB, right(b) + bAsA];
  return ofA === 0 || ofB === 0 ? null : (aAsB / ofA + bAsA / ofB) / 2;
}

const merge: Rule = (node) =>
  node.confused.flatMap((pair) => {
    const error = pairError(node, pair);
    if (total(pair) < EVIDENCE || error === null || error < HARDLY_APART) return [];
    const reason = `of their images that go to one of the two ${percent(error)} go to the wrong one, chance is 50 %`;
    return [{ kind: 'merge', children: [pair.a, pair.b], reason }];
  });

const split: Rule = (node) =>
  node.confused.slice(0, 1).flatMap((pair) => {
    const error = pairError(node, pair) ?? 1;
    const outstanding = total(pair) >= EVIDENCE && total(pair) >= OUTSTANDING * node.caused;
    if (node.children.length < MANY_CHILDREN || !outstanding || error >= HARDLY_APART) return [];
    const reason = `${total(pair)} of the ${node.caused} mistakes are between these two, of ${node.children.length} children`;
    return [{ kind: 'split', children: [pair.a, pair.b], reason }];
  });

const moreImages: Rule = ({ children, accuracy }) =>
  children
    .filter(({ arrived, right, training }) => {
      const missed = arrived - right;
      return training !== null && training < FEW_TRAINING && missed >= FEW_MISSES && right / arrived < (accuracy ?? 0);
    })
    .sort((x, y) => y.arrived - y.right - x.arrived + x.right)
    .slice(0, MOST_CLASSES)
    .map(({ path, arrived, right, training }) => ({
      kind: 'more-images',
      children: [path],
      reason: `${training} to train on, and ${arrived - right} of ${arrived} go wrong here`,
    }));

const overSampling: Rule = ({ children, accuracy, caused, imbalance }) => {
  if (caused < EVIDENCE || accuracy === null || (imbalance ?? 0) < IMBALANCED) return [];
  const shares = children.flatMap(({ arrived, right }) => (arrived === 0 ? [] : [right / arrived]));
  const balanced = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  if (accuracy - balanced < NEGLECTED) return [];
  const reason = `images go right ${percent(accuracy)} of the time, children on average ${percent(balanced)}: small ones lose`;
  return [{ kind: 'over-sampling', children: [], reason }];
};

const ownTrunk: Rule = ({ trunk, allTraining = 0, children, accuracy, caused }) => {
  const images = children.reduce((sum, { training }) => sum + (training ?? 0), 0);
  const weak = caused >= EVIDENCE && (accuracy ?? 1) < GOOD;
  if (trunk !== 'shared' || !weak || images < OWN_TRUNK_IMAGES || images > OWN_TRUNK_SHARE * allTraining) return [];
  const reason = `${images} training images may be enough to learn its own features`;
  return [{ kind: 'own-trunk', children: [], reason }];
};

const moreEpochs: Rule = ({ fit, caused }) => {
  if (fit === undefined || fit.validationAccuracy === null || caused < EVIDENCE) return [];
  if (fit.bestEpoch < fit.epochs || fit.accuracy - fit.validationAccuracy > OVERFIT) return [];
  const reason = `the last of its ${fit.epochs} epochs was its best, and it does not over-fit yet`;
  return [{ kind: 'more-epochs', children: [], reason }];
};

const RULES: readonly Rule[] = [merge, split, moreImages, overSampling, ownTrunk, moreEpochs];
