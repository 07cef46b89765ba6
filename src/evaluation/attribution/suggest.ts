/**
 * What to try at a weak node, by simple rules: each looks at the counts of the node and says why it speaks. They are hints
 * where to look first, not promises; whether one helps is seen by trying it and judging again.
 */
import type { NodeAttribution } from './attribute.js';
import type { ChildScore, ConfusedPair } from './children.js';

/** The kinds of suggestions for weak nodes. */
export type SuggestionKind = 'merge' | 'split' | 'more-images' | 'over-sampling' | 'own-trunk' | 'more-epochs';

/** What to try at a weak node, and why. */
export interface Suggestion {
  readonly kind: SuggestionKind;
  /** Paths of the children that it is about; none where it is about the node itself. */
  readonly children: readonly string[];
  /** The counts that speak for it, in words. */
  readonly reason: string;
}

/** How the training of a node's classifier went. */
export interface NodeFit {
  readonly epochs: number;
  /** The epoch that was kept, from 1. */
  readonly bestEpoch: number;
  /** Shares right in the kept epoch, of training and of validation images; null without validation images. */
  readonly accuracy: number;
  readonly validationAccuracy: number | null;
}

/** What the rules know of a node. */
export interface NodeEvidence extends NodeAttribution {
  /** Images that the whole tree was trained on; undefined where that was not told. */
  readonly allTraining: number | undefined;
  readonly children: readonly ChildScore[];
  readonly confused: readonly ConfusedPair[];
  readonly imbalance: number | null;
  readonly fit: NodeFit | undefined;
  readonly trunk: 'shared' | 'own' | undefined;
}

type Rule = (node: NodeEvidence) => Suggestion[];

/** Fewer mistakes than this are no ground for a rule about a node or a pair. */
const EVIDENCE = 5;
/** Two children that are taken for each other this often are hardly told apart; a coin would reach 1/2. */
const HARDLY_APART = 1 / 3;
/** A pair stands out from this share of the node's mistakes on, among so many children. */
const OUTSTANDING = 1 / 4;
const MANY_CHILDREN = 4;
/** Classes with fewer training images are short of them. */
const FEW_TRAINING = 100;
const FEW_MISSES = 2;
const MOST_CLASSES = 3;
/** Large children have so many times the images of small ones, and so much the better accuracy. */
const IMBALANCED = 5;
const NEGLECTED = 0.1;
/** Training images that features of a node's own are worth a try with, while it is not yet this good. */
const OWN_TRUNK_IMAGES = 1000;
const OWN_TRUNK_SHARE = 1 / 2;
const GOOD = 0.85;
/** Training accuracy this far above validation accuracy is over-fitting, which more epochs make worse. */
const OVERFIT = 0.02;

const percent = (share: number) => `${Math.round(100 * share)} %`;
const total = ({ aAsB, bAsA }: ConfusedPair) => aAsB + bAsA;

/**
 * The rules, in this order:
 * - `merge` two children that share at least 5 mistakes, of whose images at least a third (mean of both) that went to one
 *   of the two went to the wrong one;
 * - `split`: give the most confused pair a node of its own, if it shares at least 5 mistakes and a quarter of those of a
 *   node with at least 4 children, and is told apart better than that;
 * - `more-images` of up to 3 children with fewer than 100 training images, at least 2 misses and an accuracy below the
 *   node's, those with most misses first;
 * - `over-sampling` where the largest child has at least 5 times the images of the smallest, and the mean accuracy of the
 *   children is at least 10 points below that of the images, of at least 5 mistakes;
 * - `own-trunk` for a node on a shared trunk, with at least 1,000 and at most half of the training images (a trunk of more
 *   would be much the same), at least 5 mistakes and an accuracy below 85 %;
 * - `more-epochs` where the last epoch was the best, the training accuracy at most 2 points above that on validation,
 *   and at least 5 mistakes made.
 * Rules about training say nothing where it was not told.
 */
export function suggest(node: NodeEvidence): Suggestion[] {
  return RULES.flatMap((rule) => rule(node));
}

/** The mean of the two shares that went wrong among the images that went to either; null where one child has none. */
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
  const reason = `${images} training images may be enough for features of its own`;
  return [{ kind: 'own-trunk', children: [], reason }];
};

const moreEpochs: Rule = ({ fit, caused }) => {
  if (fit === undefined || fit.validationAccuracy === null || caused < EVIDENCE) return [];
  if (fit.bestEpoch < fit.epochs || fit.accuracy - fit.validationAccuracy > OVERFIT) return [];
  const reason = `the last of its ${fit.epochs} epochs was its best, and it does not over-fit yet`;
  return [{ kind: 'more-epochs', children: [], reason }];
};

const RULES: readonly Rule[] = [merge, split, moreImages, overSampling, ownTrunk, moreEpochs];
