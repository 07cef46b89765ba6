/** Taxonomies from the mistakes of a flat classifier: groups of the classes that it confuses on its validation set. */

import type { TrainingData } from '../classifier/data/training-data.js';
import { withClass } from '../classifier/data/truth.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { CladenetError } from '../errors.js';
import { confusionFromPredictions } from '../grouping/confusion.js';
import { groupClasses, lacksBeta } from '../grouping/group-classes.js';
import { groupTaxonomy } from '../grouping/group-taxonomy.js';
import { sweepBeta } from '../grouping/sweep.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { ErrorGroups } from './config.js';
import type { SeedData } from './data.js';
import type { ArmPlan, ErrorGroupsPlan } from './plan.js';

/** A readable description of how classes are grouped by errors. */
export function errorGroupsText({ arm, options }: ErrorGroupsPlan): string {
  const { method, symmetrize, groups, nested } = options;
  const beta = betaOf(options);
  const size = beta === undefined ? `${groups ?? 'any'} groups` : `beta ${beta}`;
  return `by errors of ${arm} (${method}, ${symmetrize}, ${size}${nested ? ', nested' : ''})`;
}

const betaOf = ({ beta, ...options }: Omit<ErrorGroups, 'errorsOf'>) =>
  beta ?? (lacksBeta(options) ? 'recommended' : undefined);

/** The flat classifier's memory on the device is freed. */
export async function errorTaxonomy(
  flat: FlatClassifier,
  { images, truth, split }: TrainingData,
  { soft, nested, ...options }: ErrorGroupsPlan['options'],
  seed: number,
  signal: AbortSignal | undefined,
): Promise<Taxonomy> {
  const validation = withClass(images, truth, split.validation);
  const probabilities = await flat.predict(validation, { signal }).finally(() => flat.dispose());
  const confusion = confusionFromPredictions(
    { classes: flat.classes, probabilities, labels: validation.labels },
    { soft },
  );
  const wanted = betaOf({ soft, nested, ...options });
  const beta = wanted === 'recommended' ? sweepBeta(confusion, { ...options, seed }).recommended.beta : wanted;
  return groupTaxonomy(groupClasses(confusion, { ...options, beta, seed }), { form: nested ? 'nested' : 'flat' });
}

/**
 * Checks that every class has validation images, without which there are no mistakes to group it by.
 * @throws CladenetError DATASET when an arm groups classes by errors and a class has no validation images
 */
export function requireSeenErrors(arms: readonly ArmPlan[], bySeed: readonly SeedData[]): void {
  const plans = arms.flatMap(({ model }) => {
    const source = 'taxonomy' in model ? model.taxonomy : undefined;
    return typeof source === 'object' ? [source] : [];
  });
  const [plan] = plans;
  if (plan === undefined) return;
  const problems = bySeed.flatMap((seedData) => {
    const { truth, split } = seedData.of(plan.of.preprocessing);
    const present = new Set(Array.from(split.validation, (image) => truth.labels[image]));
    const missing = truth.classes.filter((_, label) => !present.has(label));
    return missing.map((name) => ({
      where: `seed ${seedData.seed}, class ${name}`,
      expected: 'validation images, on which it may be confused with others',
      received: 'none',
      remedy: 'Raise fractions.validation, or leave the class out.',
    }));
  });
  if (problems.length > 0) throw new CladenetError('DATASET', 'The classes cannot be grouped by errors', problems);
}
