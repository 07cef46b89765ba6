/** Checks that images are prepared as in the network's training. */
import { type ImageSet, requireImageSet } from '../dataset/images.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { CladenetError } from '../errors.js';
import type { PresetName } from '../network/presets.js';
import type { NetworkSpec } from '../network/spec.js';
import { resolveNetwork } from './configuration.js';

/**
 * The preprocessing of the images that a network takes: its input's size and channels.
 *
 * @param network    a preset's name or a network specification. Default `compact`
 * @param background the fill around an image. Default `white`
 * @throws CladenetError CONFIG when there is no such preset or the network is not valid
 */
export function preprocessingFor(
  network?: PresetName | NetworkSpec,
  background: Preprocessing['background'] = 'white',
): Preprocessing {
  const { trunk } = resolveNetwork(network).spec;
  return { size: trunk.input.size, channels: trunk.input.channels, background, fit: 'longer-side' };
}

const describe = ({ size, channels, background }: Preprocessing) =>
  `${size}x${size}, ${channels === 1 ? 'grey' : 'colour'}, ${background} background`;

/** @throws CladenetError USAGE when the images are not a whole set, or were prepared for another network */
export function requirePreprocessing(images: ImageSet, wanted: Preprocessing): void {
  const { preprocessing } = images;
  if (describe(preprocessing) === describe(wanted)) {
    requireImageSet(images);
    return;
  }
  throw new CladenetError('USAGE', 'These images were prepared for another network', [
    {
      where: 'images',
      expected: describe(wanted),
      received: describe(preprocessing),
      remedy: "Load them with the classifier's description.preprocessing.",
    },
  ]);
}
