/** Splits that a source comes with, as its folders are named: `train/`, `val/` and `test/` with the classes in them. */
import { CladenetError, type Problem } from '../../errors.js';
import { counted } from '../../units.js';
import type { ImageRecord } from '../listing.js';
import { SUBSETS, type Subset } from '../split.js';

/**
 * Whether the split of a source is looked for: `auto` where training images and others are named as such, `always`, or `never`:
 * folders are then classes, and tables are read as one.
 */
export type GivenSplit = 'auto' | 'always' | 'never';

const NAMES: Readonly<Record<Subset, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'val'],
  test: ['test', 'testing'],
};

/** The subset that a folder or a table is named for, whatever the case of its letters. */
export function subsetNamed(name: string): Subset | undefined {
  return SUBSETS.find((subset) => NAMES[subset].includes(name.toLowerCase()));
}

/** Whether these parts are a split: some to train on, and others. */
export function isSplit(subsets: Iterable<Subset>): boolean {
  const found = new Set(subsets);
  return found.has('train') && found.size > 1;
}

/** @throws CladenetError USAGE where a subset has several folders or tables */
export function requireOneEach(where: string, parts: readonly (readonly [name: string, subset: Subset])[]): void {
  const problems = SUBSETS.flatMap((subset): Problem[] => {
    const names = parts.flatMap(([name, own]) => (own === subset ? [name] : []));
    return names.length < 2 ? [] : [{ where, expected: `one part for ${subset}`, received: names.join(' and ') }];
  });
  if (problems.length > 0) throw new CladenetError('USAGE', `The split of ${where} is not clear.`, problems);
}

/** @throws CladenetError USAGE that there is none */
export function noSplit(source: string): CladenetError {
  return new CladenetError('USAGE', `${source} has no split of its own.`, [
    {
      where: 'givenSplit',
      expected: 'folders train, val and test with class folders in them, or tables named train_labels.csv and alike',
      received: `none in ${source}`,
    },
  ]);
}

/** Images in the folders of a split. */
export interface DividedFolders {
  /** With the subset of each, where the folders are a split. */
  readonly records: ImageRecord[];
  readonly problems: readonly Problem[];
}

/**
 * Gives each image the subset of the folder that it is in, if the folders of a source are those of a split: one for training
 * and one or two others, with class folders in them and nothing beside them.
 *
 * @param foldersOf the names of the folders from the source down to an image
 * @throws CladenetError USAGE when the folders could be a split or classes, naming both; when a subset has two folders; when a
 *   split is asked for and there is none
 */
export function divideByFolders(
  source: string,
  records: ImageRecord[],
  foldersOf: (record: ImageRecord) => readonly string[],
  choice: GivenSplit,
): DividedFolders {
  if (choice === 'never') return { records, problems: [] };
  const tops = new Map<string, { direct: number; below: number }>();
  for (const record of records) {
    const [top = '', ...below] = foldersOf(record);
    const count = tops.get(top) ?? { direct: 0, below: 0 };
    count[below.length === 0 ? 'direct' : 'below']++;
    tops.set(top, count);
  }
  const parts = [...tops.keys()].flatMap((name) => {
    const subset = subsetNamed(name);
    return subset === undefined ? [] : [[name, subset] as const];
  });
  const hasClasses = parts.some(([name]) => (tops.get(name)?.below ?? 0) > 0);
  if (choice === 'auto' && !(hasClasses && isSplit(parts.map(([, subset]) => subset))))
    return { records, problems: [] };
  if (parts.length === 0) throw noSplit(source);
  requireOneEach(source, parts);

  const beside = [...tops].flatMap(([name, { direct, below }]) =>
    subsetNamed(name) === undefined ? [{ name, images: direct + below }] : [],
  );
  const unsorted = parts.flatMap(([name]) => {
    const images = tops.get(name)?.direct ?? 0;
    return images > 0 ? [{ name, images }] : [];
  });
  const problems = [
    ...beside.map(({ name, images }) => ({
      where: source,
      expected: `images in ${parts.map(([part]) => `${part}/`).join(' and ')} only`,
      received: `${counted(images, 'image')} ${name === '' ? 'beside these folders' : `in ${name}/`}`,
    })),
    ...unsorted.map(({ name, images }) => ({
      where: source,
      expected: `images in class folders below ${name}/`,
      received: `${counted(images, 'image')} directly in it`,
    })),
  ];
  if (choice === 'auto' && problems.length > 0) throw ambiguous(source, problems);
  const divided = records.flatMap((record): ImageRecord[] => {
    const [top = '', ...below] = foldersOf(record);
    const subset = subsetNamed(top);
    if (subset === undefined) return [];
    return [{ ...record, subset, label: below.length === 0 ? undefined : record.label }];
  });
  const outcome = (received: string) => ({ received: `${received}; they are left out` });
  return { records: divided, problems: problems.map((problem) => ({ ...problem, ...outcome(problem.received) })) };
}

/** Folders are named as the parts of a split, and something speaks against it. */
function ambiguous(source: string, problems: readonly Problem[]): CladenetError {
  const remedy = "`givenSplit: 'always'` reads the folders as a split, `givenSplit: 'never'` as classes.";
  return new CladenetError(
    'USAGE',
    `It is not clear whether the folders of ${source} are a split or classes.`,
    problems.map((problem, i) => (i === 0 ? { ...problem, remedy } : problem)),
  );
}

/** The subsets that a source gives its images; undefined where it has no split. */
export function givenSubsets(
  images: readonly { readonly subset?: Subset | undefined }[],
): readonly Subset[] | undefined {
  const found = new Set(images.map(({ subset }) => subset));
  const given = SUBSETS.filter((subset) => found.has(subset));
  return given.length === 0 ? undefined : given;
}
