/** Texture within the organism's outline, by two standard methods. */

import { once } from '../../once.js';
import { HARALICK_NAMES, haralick } from '../grey/haralick.js';
import { localBinaryPatterns } from '../grey/local-binary-patterns.js';
import { measurablePixels } from '../object-pixels.js';
import type { Segmentation } from '../segmentation/segment.js';
import { featureSet, type Measured } from './feature.js';

/** Grey levels as on a light background, so that instruments of both kinds can be compared. */
function textures(segmentation: Segmentation) {
  const { grey, mask, width, height } = measurablePixels(segmentation, 'light');
  const { image, labels, background } = segmentation;
  const light = background === 'light' ? image : { ...image, pixels: image.pixels.map((level) => 255 - level) };
  return {
    haralick: once(() => haralick(grey, mask, width, height)),
    patterns: once(() => localBinaryPatterns(light, (at) => labels[at] !== 0)),
  };
}

type Textures = ReturnType<typeof textures>;

const HARALICK = 'Haralick, Shanmugam and Dinstein 1973';
const OJALA = 'Ojala, Pietikainen and Maenpaa 2002';

const ROWS: readonly Measured<Textures>[] = [
  ...HARALICK_NAMES.map((name, i): Measured<Textures> => {
    const definition = `${name.replaceAll('_', ' ')} of the grey levels of neighbours, mean over 4 directions`;
    return [`haralick_${name}`, 'texture', '1', definition, HARALICK, (o) => o.haralick()[i] ?? Number.NaN];
  }),
  ...Array.from({ length: 10 }, (_, kind): Measured<Textures> => {
    const which = kind < 9 ? `${kind} of 8 neighbours, side by side, at least as light` : 'any other pattern';
    const definition = `share of pixels with ${which}`;
    return [`lbp_${kind}`, 'texture', '1', definition, OJALA, (o) => o.patterns()[kind] ?? Number.NaN];
  }),
];

export const texture = featureSet('texture', 'texture within the outline', ROWS, textures);
