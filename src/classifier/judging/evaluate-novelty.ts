/** How well images of classes that a classifier was not trained on are placed in the tree. */
import type { ImageSet } from '../../dataset/images.js';
import type { NoveltyMethodName } from '../../decision/novelty/methods.js';
import { CladenetError } from '../../errors.js';
import {
  atKnownAccuracy,
  atThreshold,
  type NoveltyCurve,
  type NoveltyPoint,
  noveltyCurve,
} from '../../evaluation/novelty/novelty-curve.js';
import type { Classifier } from '../classifier.js';
import { methodsOf } from './choose-novelty-rule.js';
import { type NoveltyImagesOptions, noveltyImages } from './novelty-images.js';
import type { NoveltyRule } from './novelty-rule.js';

/** Options of {@link evaluateNovelty}. */
export interface EvaluateNoveltyOptions extends Omit<NoveltyImagesOptions, 'on'> {
  /** What `chooseNoveltyRule` chose, on other classes: judged at its threshold, beside the curves. */
  readonly rule?: NoveltyRule | undefined;
}

/** What a method gives, read off its curve. */
export interface NoveltyScores {
  readonly method: NoveltyMethodName;
  readonly curve: NoveltyCurve;
  /** Where half of the known images are decided on their class; null where no threshold gives that. */
  readonly at50: NoveltyPoint | null;
  /** Where 70 % of them are. */
  readonly at70: NoveltyPoint | null;
}

/** The result of {@link evaluateNovelty}. */
export interface NoveltyEvaluation {
  readonly novelClasses: readonly string[];
  readonly methods: readonly NoveltyScores[];
  /** What the rule gives at its threshold; undefined without one. */
  readonly rule: (NoveltyPoint & { readonly method: NoveltyMethodName }) | undefined;
}

/**
 * Judges how images of unseen classes are placed: exact parents against the accuracy on known images that the classifier has not
 * seen, how well the two are told apart, and how far from their parent unseen images end.
 *
 * @throws CladenetError as `noveltyImages`; USAGE for classes that the rule was chosen on
 */
export async function evaluateNovelty(
  classifier: Classifier,
  images: ImageSet,
  { rule, ...options }: EvaluateNoveltyOptions,
): Promise<NoveltyEvaluation> {
  const { novelClasses } = options;
  requireOthers(novelClasses, rule);
  const { taxonomy, known, unseen } = await noveltyImages(classifier, images, { ...options, on: 'unseen' });
  const methods = methodsOf(known.newChildren).map((method): NoveltyScores => {
    const curve = noveltyCurve(known, unseen, { taxonomy, method });
    return { method, curve, at50: atKnownAccuracy(curve, 0.5) ?? null, at70: atKnownAccuracy(curve, 0.7) ?? null };
  });
  const ruled = rule && methods.find(({ method }) => method === rule.method);
  return {
    novelClasses,
    methods,
    rule: rule && ruled && { method: rule.method, ...atThreshold(ruled.curve, rule.threshold) },
  };
}

function requireOthers(novelClasses: readonly string[], rule: NoveltyRule | undefined): void {
  const chosenOn = new Set(rule?.chosenOn.classes);
  const same = novelClasses.filter((name) => chosenOn.has(name));
  if (same.length === 0) return;
  throw new CladenetError(
    'USAGE',
    'These classes chose the threshold, so they cannot judge it',
    same.map((name) => ({ where: 'novelClasses', expected: 'classes that chose nothing', received: `'${name}'` })),
  );
}
