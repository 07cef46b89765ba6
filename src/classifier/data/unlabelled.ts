/** Images without labels beside those that are trained on, for pseudo-labels. */
import { mapFields } from '../../dataset/fields.js';
import { type ImageSet, isInMemory, squareOf } from '../../dataset/images.js';
import { requirePreprocessing } from '../preprocessing.js';
import { fingerprints } from '../store/seen.js';
import type { TrainingData } from './training-data.js';

/**
 * The same data with more images, which are in no subset of the split and have no label, whatever they are labelled with:
 * `withPseudoLabels` lets them join the training set.
 *
 * @param unlabelled prepared as the images of the data
 * @throws CladenetError USAGE for images that are prepared differently, or are not a whole set
 */
export function withUnlabelled(data: TrainingData, unlabelled: ImageSet): TrainingData {
  const { images, truth, prints, groups } = data;
  requirePreprocessing(unlabelled, images.preprocessing);
  const none = new Int32Array(unlabelled.count).fill(-1);
  return {
    ...data,
    images: joined(images, { ...unlabelled, labels: none }),
    truth: { ...truth, labels: Int32Array.from([...truth.labels, ...none]) },
    prints: [...prints, ...fingerprints(unlabelled)],
    groups: groups && [...groups, ...unlabelled.paths.map(() => '')],
  };
}

function joined(first: ImageSet, second: ImageSet): ImageSet {
  const count = first.count + second.count;
  const stored = (set: ImageSet) => set.stored ?? set.paths.map(() => undefined);
  return {
    preprocessing: first.preprocessing,
    count,
    pixels: joinedPixels(first, second),
    widths: Float32Array.from([...first.widths, ...second.widths]),
    heights: Float32Array.from([...first.heights, ...second.heights]),
    paths: [...first.paths, ...second.paths],
    labels: Int32Array.from([...first.labels, ...second.labels]),
    classes: first.classes,
    stored: first.stored || second.stored ? [...stored(first), ...stored(second)] : undefined,
    fields: first.fields && mapFields(first.fields, (column) => [...column, ...second.paths.map(() => '')]),
  };
}

function joinedPixels(first: ImageSet, second: ImageSet): ImageSet['pixels'] {
  if (isInMemory(first) && isInMemory(second)) {
    const pixels = new Uint8Array(first.pixels.length + second.pixels.length);
    pixels.set(first.pixels);
    pixels.set(second.pixels, first.pixels.length);
    return pixels;
  }
  return {
    read(i, square) {
      square.set(i < first.count ? squareOf(first, i) : squareOf(second, i - first.count));
    },
  };
}
