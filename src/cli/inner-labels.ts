/** Images labelled at inner nodes, set apart, with a line that says so. */
import { type SeparatedImages, separateInnerLabels } from '../classifier/judging/inner-labels.js';
import type { ImageSet } from '../dataset/images.js';
import { log } from '../progress.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { counted } from '../units.js';

export function byTruth(images: ImageSet, taxonomy: Taxonomy | undefined, fate = 'judged apart'): SeparatedImages {
  const separated = separateInnerLabels(images, taxonomy);
  const { inner } = separated;
  if (inner !== undefined) log(`${counted(inner.images.count, 'image')} labelled at inner nodes: ${fate}`);
  return separated;
}
