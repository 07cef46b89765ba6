/** How `confusion` and `group` count the mistakes of a classifier. */

import type { Problem } from '../errors.js';
import { whole } from '../value-schemas.js';
import { checkpointMinutes, fresh, gpu } from './common.js';
import { soft } from './grouping.js';
import { imageChoice } from './images.js';
import { grouped, option } from './option.js';
import { singleChild, taxonomyFile } from './taxonomy.js';
import { unusedOptions } from './unused.js';

/** Options that apply only to a classifier. */
const classifierOptions = {
  ...imageChoice,
  images: option(imageChoice.images.optional(), {
    description: 'for a classifier: a folder of class folders, or a CSV or TSV table with a path and a label column',
    value: 'dir|table',
    group: 'Images',
  }),
  ...grouped('Mistakes', {
    taxonomy: option(taxonomyFile.optional(), {
      description: 'taxonomy, where images are labelled at its inner nodes: these are left out of the matrix',
      value: 'file',
    }),
    outOfFold: option(whole(2, 20).optional(), {
      description:
        'for a flat classifier: train this many like it, each without one fold of its training images, and use its ' +
        'predictions for that fold',
      value: 'k',
    }),
    checkpointMinutes: option(checkpointMinutes.unwrap().optional(), {
      description:
        'with --out-of-fold: save a checkpoint within an epoch this long after the last one; 0 saves only after epochs',
      unit: 'minutes',
      default: String(checkpointMinutes.def.defaultValue),
    }),
    fresh: option(fresh, { description: 'with --out-of-fold: start over instead of resuming an interrupted run' }),
  }),
  gpu,
};

export const classifierOptionNames = Object.keys(classifierOptions) as (keyof typeof classifierOptions)[];

export const mistakeOptions = {
  ...classifierOptions,
  ...grouped('Mistakes', { singleChild, soft }),
};

/** Why the mistakes of a classifier cannot be counted. */
export function classifierProblems(options: {
  readonly images?: string | undefined;
  readonly outOfFold?: number | undefined;
  readonly checkpointMinutes?: number | undefined;
  readonly fresh: boolean;
}): Problem[] {
  const problems =
    options.outOfFold === undefined
      ? unusedOptions(options, ['fresh', 'checkpointMinutes'], 'none, only with `outOfFold`')
      : [];
  if (options.images !== undefined) return problems;
  const expected = 'a folder or a table of images for the classifier';
  return [...problems, { where: 'images', expected, received: 'nothing' }];
}
