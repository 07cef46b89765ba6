/**
 * Fewer labels than there are, to measure what labels are worth: some images of each class keep it, the others get an ancestor, or
 * nothing. The test set keeps its labels.
 */
import { CladenetError, type Problem } from '../../errors.js';
import { random } from '../../random.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { TrainingData } from './training-data.js';
import type { LabelGroup } from './truth.js';

/** How labels are thinned. */
export interface ThinOptions {
  /** Share of the images of each class that keep it, from 0 to 1; rounded, and at least one image. Default: 1. */
  readonly share?: number | undefined;
  /** Instead of a share, how many images of each class keep it at most, at least 1. */
  readonly perClass?: number | undefined;
  /**
   * What the other images get: `none`, the `parent` of their class, or its ancestor at this depth (the root has depth 0), which is
   * the parent for classes that are not deeper. The root says nothing and is `none`.
   */
  readonly others: 'none' | 'parent' | number;
  /** The tree of the ancestors, over exactly the classes. Needed unless `others` is `none`. */
  readonly taxonomy?: Taxonomy | undefined;
  readonly seed: number;
}

/**
 * The same data with fewer labels. Images that keep their class are drawn by the seed, class by class; those of a smaller share are
 * among those of a larger one. In the training set the others are labelled at an inner node, or leave it. In the validation
 * set the same share keeps its class, and the others leave it, whatever they are labelled with in training: so it is as small as that
 * of a laboratory with so few labels, and the same for every kind of coarse label. The test set stays as it is.
 *
 * Images without any label count as unlabelled for `withPseudoLabels`. Images that are labelled at inner nodes already stay so.
 *
 * @throws CladenetError USAGE with everything that is wrong with the options
 */
export function thinLabels(data: TrainingData, options: ThinOptions): TrainingData {
  const { share = 1, perClass, others, taxonomy, seed } = options;
  refuse(thinProblems(options, data.truth.classes));
  const { truth, split } = data;
  const { classes, groups } = truth;
  const labels = truth.labels.slice();
  const isClass = (image: number) => (labels[image] ?? -1) >= 0 && (labels[image] ?? -1) < classes.length;
  const numbers = new Map(groups.map(({ name }, i) => [name, classes.length + i]));
  const all: LabelGroup[] = [...groups];
  const coarse = classes.map((name) => {
    const path = others === 'none' || taxonomy === undefined ? undefined : ancestorOf(taxonomy, name, others);
    if (path === undefined || taxonomy === undefined) return -1;
    const node = printPath(path);
    const known = numbers.get(node);
    if (known !== undefined) return known;
    const below = new Set(taxonomy.classesBelow(path));
    numbers.set(node, classes.length + all.length);
    all.push({ name: node, classes: classes.flatMap((one, i) => (below.has(one) ? [i] : [])) });
    return classes.length + all.length - 1;
  });

  /** The images that lose their class. */
  function losing(subset: Int32Array, name: string): Set<number> {
    const members: number[][] = classes.map(() => []);
    for (const image of subset) if (isClass(image)) members[labels[image] ?? -1]?.push(image);
    return new Set(
      members.flatMap((images, label) => {
        const kept = Math.max(1, Math.min(perClass ?? images.length, Math.round(share * images.length)));
        return random('thin', seed, name, classes[label] ?? '')
          .shuffle(images)
          .slice(kept);
      }),
    );
  }
  const [fromTraining, fromValidation] = [losing(split.train, 'train'), losing(split.validation, 'validation')];
  for (const image of fromTraining) labels[image] = coarse[labels[image] ?? -1] ?? -1;
  return {
    ...data,
    truth: { classes, groups: all, labels },
    split: {
      ...split,
      train: split.train.filter((image) => (labels[image] ?? -1) >= 0),
      validation: split.validation.filter((image) => !fromValidation.has(image)),
    },
  };
}

/** Undefined for the root, which says nothing. */
function ancestorOf(taxonomy: Taxonomy, name: string, which: 'parent' | number): string | undefined {
  const lineage = taxonomy.lineage(taxonomy.leafOf(name));
  const parent = lineage.length - 2;
  const depth = which === 'parent' ? parent : Math.min(which, parent);
  return depth < 1 ? undefined : lineage[depth];
}

function thinProblems({ share, perClass, others, taxonomy, seed }: ThinOptions, classes: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  if (share !== undefined && !(share >= 0 && share <= 1)) {
    problems.push({ where: 'share', expected: 'a number from 0 to 1', received: `${share}` });
  }
  if (perClass !== undefined && !(Number.isInteger(perClass) && perClass >= 1)) {
    problems.push({ where: 'perClass', expected: 'a whole number of at least 1', received: `${perClass}` });
  }
  if (share !== undefined && perClass !== undefined) {
    problems.push({ where: 'perClass', expected: 'none, beside a share', received: `${perClass}` });
  }
  if (typeof others === 'number' && !(Number.isInteger(others) && others >= 1)) {
    problems.push({ where: 'others', expected: 'none, parent, or a depth of at least 1', received: `${others}` });
  }
  if (!Number.isInteger(seed)) problems.push({ where: 'seed', expected: 'a whole number', received: `${seed}` });
  if (others === 'none') return problems;
  if (taxonomy === undefined) {
    problems.push({ where: 'taxonomy', expected: 'the tree of the ancestors', received: 'none' });
    return problems;
  }
  const known = new Set(taxonomy.classes);
  const missing = classes.filter((name) => !known.has(name));
  if (missing.length > 0) {
    const expected = 'a tree with all classes of the images';
    problems.push({ where: 'taxonomy', expected, received: `one without ${missing.join(', ')}` });
  }
  return problems;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('USAGE', 'The labels cannot be thinned', problems);
}
