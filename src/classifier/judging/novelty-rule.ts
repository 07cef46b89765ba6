/** A rule for new children: a method, its threshold, and what both were chosen on. Kept as a JSON file beside the classifier. */
import { z } from 'zod';
import type { NoveltyProbability } from '../../calibration/novelty-probability.js';
import { NOVELTY_METHOD_NAMES, type NoveltyMethodName } from '../../decision/novelty/methods.js';
import { CladenetError, type Problem } from '../../errors.js';
import { writeJson } from '../../files.js';
import { readJsonObject } from '../../json-config.js';
import { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Classifier } from '../classifier.js';

/** The value of `format` in the file. */
const FORMAT = 'cladenet-novelty';
const VERSION = 1;

const share = z.number().min(0).max(1);
const lineageSchema = z.strictObject({
  label: z.string().min(1),
  lineage: z.array(z.string().min(1)),
  taxa: z.array(z.strictObject({ id: z.string().optional(), rank: z.string().optional() })).optional(),
  biological: z.boolean().optional(),
});

const ruleSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  method: z.enum(NOVELTY_METHOD_NAMES),
  threshold: z.number().min(0).max(2),
  probability: z.strictObject({ intercept: z.number(), slope: z.number() }),
  chosenOn: z.strictObject({
    classes: z.array(z.string().min(1)).min(1),
    images: z.strictObject({ known: z.int().min(1), unseen: z.int().min(1) }),
    knownAccuracy: share,
    exactParent: share,
    detected: share,
    auc: share,
  }),
  lineages: z.array(lineageSchema).min(2),
});

/** The images that a rule was chosen on, and what it gives for them. */
export interface NoveltyChoice {
  /** The held-out classes. */
  readonly classes: readonly string[];
  /** Validation images of known classes, and images of the held-out ones. */
  readonly images: { readonly known: number; readonly unseen: number };
  /** Share of the known images that are decided on their class. */
  readonly knownAccuracy: number;
  /** Share of the unseen images that are decided on a new child of their true parent. */
  readonly exactParent: number;
  /** Share of the unseen images that are decided on a new child of any node. */
  readonly detected: number;
  /** Area under the ROC curve of telling unseen images from known ones. */
  readonly auc: number;
}

/** How new children are recognised by one classifier. */
export interface NoveltyRule {
  readonly method: NoveltyMethodName;
  /** Of `decideNovelty`. */
  readonly threshold: number;
  /** From how new an image looks to the probability that it is new. */
  readonly probability: NoveltyProbability;
  /** What the method and the threshold were chosen on, and what they gave there. */
  readonly chosenOn: NoveltyChoice;
  /** The tree of the known classes. */
  readonly taxonomy: Taxonomy;
}

/** Writes a rule as JSON. @throws CladenetError OUTPUT */
export async function writeNoveltyRule(file: string, { taxonomy, ...rule }: NoveltyRule): Promise<void> {
  await writeJson(file, { format: FORMAT, version: VERSION, ...rule, lineages: taxonomy.lineages() });
}

/**
 * Reads a rule that was chosen for a classifier.
 *
 * @throws CladenetError USAGE for a file that holds no rule, or that of a classifier of other classes or without the heads it needs
 */
export async function readNoveltyRule(
  file: string,
  { classes, description }: Pick<Classifier, 'classes' | 'description'>,
): Promise<NoveltyRule> {
  const content = await readJsonObject(file, 'a rule for new children, which `cladenet novelty` writes');
  const { data, error } = ruleSchema.safeParse(content);
  if (data === undefined) {
    const problems = error.issues.map(({ path, message }): Problem => {
      return { where: `${file}, ${path.join('.') || 'the rule'}`, expected: message, received: 'something else' };
    });
    throw new CladenetError('USAGE', 'This is no rule for new children', problems);
  }
  const { lineages, method, threshold, probability, chosenOn } = data;
  const taxonomy = Taxonomy.fromLineages(lineages, { singleChild: 'keep' });
  const problems: Problem[] = [];
  const known = new Set(classes);
  if (taxonomy.classes.length !== known.size || taxonomy.classes.some((name) => !known.has(name))) {
    const expected = "a rule chosen for this classifier's classes";
    problems.push({
      where: file,
      expected,
      received: `one for ${taxonomy.classes.length} classes, others than its ${known.size}`,
    });
  }
  if (method === 'new-child' && !(description.kind === 'tree' && description.headKind === 'new-child')) {
    const expected = 'a rule for a classifier without new children in its heads';
    problems.push({ where: file, expected, received: `the method ${method}` });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'This rule is not one of the classifier', problems);
  return { method, threshold, probability, chosenOn, taxonomy };
}
