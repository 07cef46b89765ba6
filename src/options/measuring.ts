/** How the organism in an image is found and measured. */
import type { z } from 'zod';
import type { SegmentationOptions } from '../features/segmentation/options.js';
import { FEATURE_SETS, type FeatureSetName } from '../features/sets/registry.js';
import { oneOf, whole } from '../value-schemas.js';
import { cropBottom } from './images.js';
import { grouped, option } from './option.js';

const SETS = Object.keys(FEATURE_SETS) as FeatureSetName[];

export const measuringOptions = grouped('Measuring', {
  set: option(oneOf(...SETS).default('zooprocess'), {
    description: 'set of features, see docs/features.md',
    value: 'name',
    choices: Object.fromEntries(SETS.map((name) => [name, FEATURE_SETS[name].title])),
  }),
  background: option(oneOf('auto', 'light', 'dark').optional(), {
    description: 'background of the images',
    value: 'kind',
    choices: { auto: 'by the border of each image' },
    default: 'auto',
  }),
  threshold: option(whole(0, 255).optional(), {
    description: 'grey level: objects are at most this on a light background, and above it on a dark one',
    value: 'grey',
    default: '243 on a light background, 20 on a dark one; where the border is an object by that, by Otsu',
  }),
  objects: option(oneOf('largest', 'all').optional(), {
    description: 'which of several objects are measured',
    value: 'kind',
    choices: { all: 'all of them together' },
    default: 'largest; all for the set ifcb',
  }),
  cropBottom,
  segmentBy: option(oneOf('threshold', 'phase-congruency').optional(), {
    description: 'how objects are told from the background',
    value: 'method',
    choices: { threshold: 'by grey level', 'phase-congruency': "by edges and dark areas, WHOI's method for the IFCB" },
    default: 'threshold; phase-congruency for the set ifcb',
    argument: 'method',
  }),
});

type Measuring = z.output<z.ZodObject<typeof measuringOptions>>;

/** What the options say of the segmentation; what they leave out is the set's. */
export function segmentationOf(options: Partial<Measuring>): SegmentationOptions {
  const { background, threshold, objects, cropBottom, segmentBy: method } = options;
  const given = Object.entries({ background, threshold, objects, cropBottom, method });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
