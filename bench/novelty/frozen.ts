/** Folds on the features of a CNN block as ImageNet trained it, which never saw plankton. */
import { fingerprints } from '../../src/classifier/store/seen.js';
import { splitImages } from '../../src/dataset/split.js';
import { holdOut } from '../../src/evaluation/novelty/held-out.js';
import type { HeadSpec } from '../../src/network/spec.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import type { TrainingConfigInput } from '../../src/training/config.js';
import { residentFeatures } from '../../src/training/source.js';
import { components, embedded } from './features.js';
import type { Fold } from './fold.js';
import { donors } from './folds.js';

const FRACTIONS = { train: 0.65, validation: 0.1, test: 0.25 };
const HEAD: HeadSpec = {
  layers: [
    { type: 'dense', units: 256, norm: true, activation: { kind: 'relu' } },
    { type: 'dropout', rate: 0.3 },
  ],
};
const TRAINING: TrainingConfigInput = {
  epochs: 15,
  batch: 256,
  optimiser: { kind: 'adamw', rate: 0.002, weightDecay: 0.05 },
  labelSmoothing: 0.05,
  augmentation: null,
};

/** @param folds the held-out classes of each */
export async function* frozenFolds(
  folder: string,
  full: Taxonomy,
  folds: readonly (readonly string[])[],
  { cache, seed }: { readonly cache: string; readonly seed: number },
): AsyncGenerator<Fold> {
  const deep = await embedded(folder, cache, 1);
  const { classes: names, labels: given, count } = deep.images;
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const nameOf = (image: number) => names[given[image] as number] as string;
  const donated = new Set(donors(full).flatMap((donor) => donor.classes));
  const everKnown = Array.from(all).filter((i) => !donated.has(nameOf(i)));
  /** Copies of a picture are never both learned and judged. */
  const pictures = fingerprints(deep.images);
  const { values, width } = await components(deep, cache, everKnown);
  for (const [i, heldOut] of folds.entries()) {
    const { known, parents } = holdOut(full, heldOut);
    const classes = [...known.classes];
    const column = new Map(classes.map((name, k) => [name, k]));
    const labels = all.map((image) => column.get(nameOf(image)) ?? -1);
    const drawn = { seed: seed + i, fractions: FRACTIONS, classes, pictures };
    const { train, validation, test } = splitImages(labels, classes.length, drawn);
    const unseen = all.filter((image) => parents.has(nameOf(image)));
    const source = residentFeatures(values, width);
    yield {
      ...{ number: i + 1, known, parents, classes, labels, train, validation, test, unseen },
      unseenNames: Array.from(unseen, nameOf),
      ...{ source, width, head: HEAD, training: TRAINING },
    };
  }
}
