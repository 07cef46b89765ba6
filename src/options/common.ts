/** Options that several commands have, beside those that a study has too. */
import { z } from 'zod';
import { CHECKPOINT_MINUTES } from '../training/checkpoint.js';
import { trainingSchema } from '../training/config.js';
import { atLeast0, positive, text, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';
import { fold, fractions } from './split.js';

export const gpu = option(toggle().default(false), {
  description: 'compute on the GPU, or stop with an error if there is none',
});

export const seed = option(trainingSchema.shape.seed, { description: 'seed of everything random', value: 'n' });

export const json = option(text('a file').optional(), {
  description: 'write all numbers to this file',
  value: 'file',
  writes: 'file',
});

export const config = option(text('a file').optional(), {
  description: 'read options from this JSON file, by their names in camelCase; the command line takes precedence',
  value: 'file',
  reads: 'file',
});

export const top = option(whole(1).default(10), { description: 'number of nodes to show', value: 'n' });

export const seen = option(toggle().default(false), {
  description: 'keep images that a classifier was trained or chosen on',
});

/** The folder that a new classifier is saved to. */
export const outModel = option(text('a folder'), {
  description: 'folder to save the classifier to',
  value: 'model',
  writes: 'classifier',
});

/** How images are split. */
export const splitOptions = grouped('Images', {
  split: fractions.optional(),
  splitSeed: option(trainingSchema.shape.seed.unwrap().optional(), {
    description: 'seed of the split alone',
    value: 'n',
    default: 'the value of --seed',
  }),
  groupBy: option(text('the name of a column').optional(), {
    description: 'column whose groups are split whole, such as sample_id: test images are of groups never trained on',
    value: 'column',
    default: 'none, every image by itself',
    argument: 'keepColumns',
  }),
  fold: fold.optional(),
});

export const deviceMemory = option(positive().optional(), {
  description: 'most memory that images may take on the device; a larger set is streamed',
  unit: 'MiB',
  default: '2048, or an eighth of the memory if that is less',
});

export const fresh = option(toggle().default(false), {
  description: 'start over instead of resuming an interrupted run',
});

export const checkpointMinutes = option(atLeast0().default(CHECKPOINT_MINUTES), {
  description: 'save a checkpoint within an epoch this long after the last one; 0 saves only after epochs',
  unit: 'minutes',
});

export const tableColumn = option(text('the name of a column').optional(), {
  description: 'column of a table of features that names the images',
  value: 'name',
  default: 'found by its name: path, img_file_name, object_id, ...',
});

/** For classifiers on the features of a table. */
export const ofTable = {
  features: option(text('a file').optional(), {
    description: 'for a classifier on a table of features: the table with the rows of these images',
    value: 'file',
    default: 'the table it was trained with',
    reads: 'file',
    argument: 'table',
  }),
  tableColumn,
};

export const modelFolder = option(text('the folder of a classifier'), {
  description: 'folder of the classifier',
  reads: 'classifier',
});

export const modelFolders = option(z.array(z.string()), {
  description: 'folders of the classifiers',
  reads: 'classifier',
});
