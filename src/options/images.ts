/** Which images are used, and how they are prepared for a network. */
import { z } from 'zod';
import { MAX_PIXELS } from '../dataset/decode/decode-with-sharp.js';
import { MOST_PIXELS } from '../dataset/traits.js';
import { ANNOTATION_STATUSES } from '../formats/ecotaxa/columns.js';
import { names, oneOf, positive, text, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

/** Which columns of a table of images are read. */
export const tableColumns = grouped('Images', {
  pathColumn: option(text('the name of a column').optional(), {
    description: 'column of the table that holds the paths',
    value: 'name',
    default: 'found by its name: path, file_name, ...',
  }),
  labelColumn: option(text('the name of a column').optional(), {
    description: 'column of the table that holds the classes',
    value: 'name',
    default: 'found by its name: label, class, ...',
  }),
});

/** Which objects of EcoTaxa tables are used. */
export const ecotaxaChoice = grouped('Images', {
  status: option(z.array(oneOf(...ANNOTATION_STATUSES)).optional(), {
    description: `of EcoTaxa tables, use the objects in these states: ${ANNOTATION_STATUSES.join(', ')}`,
    value: 'a,b,c',
    default: 'validated, or all where no object is annotated',
  }),
  objectImages: option(oneOf('first', 'all').optional(), {
    description: 'of EcoTaxa objects with several images, use',
    value: 'which',
    default: 'first',
    choices: { first: 'the one of the lowest img_rank' },
  }),
});

/** How a command or a study chooses among the images. */
export const imageChoice = grouped('Images', {
  images: option(text('a folder, a table or a zip file'), {
    description:
      'a folder of class folders, a CSV or TSV table with a path and a label column, an EcoTaxa export, or a zip file of these',
    value: 'dir|table|zip',
    reads: 'images',
  }),
  classes: option(names().optional(), {
    description: 'use only the images of these classes',
    value: 'a,b,c',
    default: 'all classes',
  }),
  holdOut: option(names().optional(), {
    description: 'leave out the images of these classes, to be unseen species later (`evaluate --novel-classes`)',
    value: 'a,b,c',
    default: 'none',
  }),
  stripNumbers: option(toggle().default(false), {
    description: 'take class names without numbers at their end: Copepoda__25828 and Copepoda_001 are Copepoda',
  }),
  givenSplit: option(oneOf('auto', 'always', 'never').optional(), {
    description:
      'whether the split of the images is taken: folders train, val and test, or tables train_labels.csv and alike',
    value: 'when',
    choices: {
      auto: 'where there are training images and another part, and nothing beside them',
      never: 'folders are classes, tables are read as one',
    },
    default: 'auto',
  }),
  limitPerClass: option(whole(1).optional(), {
    description: 'use at most this many images of each class, drawn by the seed',
    value: 'n',
    default: 'all images',
  }),
  ...tableColumns,
  ...ecotaxaChoice,
  stitch: option(oneOf('auto', 'always', 'never').optional(), {
    description: 'whether two overlapping images of one trigger of an IFCB are made one',
    value: 'when',
    choices: { auto: 'in bins of the first layout, as IFCB dashboards do' },
    default: 'auto',
  }),
  imageMemory: option(positive().optional(), {
    description: 'most memory that decoded images may take; a larger set is read from the cache batch by batch',
    unit: 'MiB',
    default: 'half of the memory',
  }),
  maxPixels: option(whole(1, MOST_PIXELS).optional(), {
    description: 'largest image that is decoded',
    unit: 'pixels',
    default: `${MAX_PIXELS}, or 16384 x 16384`,
  }),
  strict: option(toggle().default(false), {
    description: 'stop if any image cannot be used, instead of leaving it out',
  }),
});

/** Of images that are measured, and of those that a network gets. */
export const cropBottom = option(whole(0).optional(), {
  description: 'rows to cut off at the bottom, such as 31 for a scale bar',
  unit: 'pixels',
  default: '0',
});

/** How an image becomes the input of a network. */
export const preparation = grouped('Network', {
  size: option(whole(8, 1024).optional(), { description: "side of the network's square input", unit: 'pixels' }),
  colour: option(toggle().default(false), { description: 'keep the colours instead of converting to grey' }),
  background: option(oneOf('white', 'border-median').default('white'), {
    description: 'fill of the square around an image',
    value: 'kind',
    choices: { 'border-median': 'the median of its border pixels' },
  }),
  cropBottom,
});
