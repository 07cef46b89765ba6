/** What a classifier must be for organisms of a frame to be given to it. */
import type { Classifier } from '../../classifier/classifier.js';
import type { FeatureSource } from '../../classifier/feature-schema.js';
import type { Description } from '../../classifier/schema.js';
import { CladenetError } from '../../errors.js';
import { backgroundOf } from '../../features/segmentation/background.js';

const sourcesOf = (description: Description): readonly FeatureSource[] =>
  description.kind === 'flat' ? [] : (description.sources ?? []);

/** Rows that are cut off below images before these are measured; undefined for a classifier that measures none. */
export function measuredBelow({ description }: Pick<Classifier, 'description'>): number | undefined {
  const sources = sourcesOf(description);
  const measured = sources.find((source) => source.kind === 'biologists');
  if (measured !== undefined) return measured.segmentation.cropBottom ?? 0;
  // Classifiers within it may measure.
  return sources.some((source) => source.kind === 'classifier')
    ? (description.preprocessing.cropBottom ?? 0)
    : undefined;
}

/** @throws CladenetError USAGE for a classifier on a table of features, which has no rows for what is found */
export function requireNoTable({ description }: Pick<Classifier, 'description'>): void {
  if (!sourcesOf(description).some((source) => source.kind === 'table')) return;
  throw new CladenetError('USAGE', 'This classifier cannot name what is found in frames', [
    {
      where: 'classifier',
      expected: 'one that decides on pixels, or on features that cladenet measures',
      received: 'one on a table of features, which has no rows for what is found',
      remedy:
        'Write the crops, measure them as the table was, and predict them with that table (`cladenet predict --features`).',
    },
  ]);
}

/**
 * A classifier that has seen dark organisms on a light background only says nothing about light ones on a dark one.
 *
 * @param border the median grey level along the border of the frame
 * @throws CladenetError USAGE where the frame has the other background than the classifier's images
 */
export function requireSameBackground({ description }: Pick<Classifier, 'description'>, border: number): void {
  const seen = description.split.crops?.border;
  if (seen === undefined || backgroundOf(seen) === backgroundOf(border)) return;
  const kind = (level: number) => `a ${backgroundOf(level)} background (grey level ${level} along the border)`;
  throw new CladenetError(
    'USAGE',
    'The frame has another background than the images that the classifier was trained on',
    [
      {
        where: 'frame',
        expected: `${kind(seen)}, as the training images`,
        received: kind(border),
        remedy:
          'Use a classifier of images of this instrument, or invert the frames. To classify all the same, set `anyBackground`.',
      },
    ],
  );
}
