/** Chooses how new children are recognised, on classes that the classifier was not trained on and its validation images. */
import { fitNoveltyProbability } from '../../calibration/novelty-probability.js';
import type { ImageSet } from '../../dataset/images.js';
import { decideNovelty } from '../../decision/novelty/decide-novelty.js';
import type { NewChildProbabilities } from '../../decision/novelty/methods.js';
import { NOVELTY_METHOD_NAMES, NOVELTY_METHODS, type NoveltyMethodName } from '../../decision/novelty/methods.js';
import type { Probabilities } from '../../decision/probabilities.js';
import { chooseNovelty } from '../../evaluation/novelty/choose-novelty.js';
import { type NoveltyCurve, type NoveltyPoint, noveltyCurve } from '../../evaluation/novelty/novelty-curve.js';
import type { Classifier } from '../classifier.js';
import { type NoveltyImages, type NoveltyImagesOptions, noveltyImages } from './novelty-images.js';
import type { NoveltyRule } from './novelty-rule.js';

/** Options of {@link chooseNoveltyRule}. */
export interface ChooseNoveltyRuleOptions extends Omit<NoveltyImagesOptions, 'on'> {
  /** Default: the method with the best mean of known accuracy and exact parents, or the most exact parents at `knownAccuracy`. */
  readonly method?: NoveltyMethodName | undefined;
  /** The share of known images that are to be decided on their class at least: see `chooseNovelty`. */
  readonly knownAccuracy?: number | undefined;
}

/** What a method gives on the images that choose. */
export interface MethodOutcome {
  readonly method: NoveltyMethodName;
  readonly curve: NoveltyCurve;
  /** At the threshold that is best for it. */
  readonly point: NoveltyPoint;
}

/** The rule, and what each method would have given. */
export interface ChosenNoveltyRule {
  readonly rule: NoveltyRule;
  readonly outcomes: readonly MethodOutcome[];
}

/** The methods that a classifier has: those of its heads only where these have new children. */
export const methodsOf = (newChildren: unknown): NoveltyMethodName[] =>
  NOVELTY_METHOD_NAMES.filter((name) => newChildren !== undefined || NOVELTY_METHODS[name].needsNewChild !== true);

/**
 * Chooses a method and its threshold. The classes that choose are others than those that judge the classifier later.
 *
 * @param images labelled, prepared as `description.preprocessing` says: with the classifier's validation images, and images of
 *   `novelClasses`
 * @throws CladenetError as `noveltyImages`; EVALUATION for a known accuracy that no threshold reaches
 */
export async function chooseNoveltyRule(
  classifier: Classifier,
  images: ImageSet,
  { method: wanted, knownAccuracy, ...options }: ChooseNoveltyRuleOptions,
): Promise<ChosenNoveltyRule> {
  const found = await noveltyImages(classifier, images, { ...options, on: 'validation' });
  const { taxonomy, known, unseen } = found;
  const outcomes = (wanted === undefined ? methodsOf(known.newChildren) : [wanted]).map((method): MethodOutcome => {
    const curve = noveltyCurve(known, unseen, { taxonomy, method });
    return { method, curve, point: chooseNovelty(curve, { knownAccuracy }) };
  });
  const value = ({ point }: MethodOutcome) =>
    knownAccuracy === undefined ? (point.knownAccuracy + point.exactParent) / 2 : point.exactParent;
  const best = outcomes.reduce((a, b) => (value(b) > value(a) ? b : a));
  const { method, curve, point } = best;
  const { threshold, knownAccuracy: reached, exactParent, detected } = point;
  return {
    outcomes,
    rule: {
      method,
      threshold,
      probability: fitNoveltyProbability(noveltyOf(known, method, found), noveltyOf(unseen, method, found)),
      chosenOn: {
        classes: [...options.novelClasses],
        images: { known: curve.known, unseen: curve.unseen },
        knownAccuracy: reached,
        exactParent,
        detected,
        auc: curve.auc,
      },
      taxonomy,
    },
  };
}

function noveltyOf(
  images: { readonly probabilities: Probabilities; readonly newChildren?: NewChildProbabilities | undefined },
  method: NoveltyMethodName,
  { taxonomy, known: { classes } }: NoveltyImages,
): Float64Array {
  const { newChildren } = images;
  const decisions = decideNovelty(images.probabilities, classes, taxonomy, { threshold: 0, method, newChildren });
  return Float64Array.from(decisions, ({ novelty }) => novelty);
}
