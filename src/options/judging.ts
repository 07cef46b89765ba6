/** How classifiers are judged: on which images, by which taxonomy, how deciding. */

import { config, gpu, ofTable, seed, seen } from './common.js';
import { decidingOptions } from './deciding.js';
import { imageChoice } from './images.js';
import { grouped, option } from './option.js';
import { singleChild, taxonomyFile } from './taxonomy.js';

/** The tree that mistakes are measured in. */
export const judgedBy = {
  taxonomy: option(taxonomyFile.optional(), {
    value: 'file',
    description: 'taxonomy to judge by: a CSV, TSV or JSON file, or a folder of folders',
    default: "the first tree's own",
    group: 'Judging',
  }),
  singleChild: option(singleChild, { group: 'Judging' }),
};

export const judging = {
  ...imageChoice,
  ...grouped('Images', ofTable),
  seen: option(seen, { group: 'Images' }),
  ...judgedBy,
  ...decidingOptions,
  seed: option(seed, { description: 'seed of the bootstrap and of --limit-per-class' }),
  gpu,
  config,
};
