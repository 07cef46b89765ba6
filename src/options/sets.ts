/** Sets of taxa that contain the true class as often as promised, and classifiers that amend others. */
import { number, text, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const setOptions = grouped('Sets of taxa', {
  coverage: option(number('a number above 0 and below 1', (value) => value > 0 && value < 1).optional(), {
    description:
      'also give for each image a set of taxa that contains its true class with this probability; the validation images ' +
      'among --images choose how large sets have to be',
    unit: 'probability',
  }),
  setNodes: option(whole(1).optional(), {
    description: 'make these sets of at most this many nodes of the taxonomy',
    value: 'n',
    default: 'classes, as many as it takes',
  }),
});

export const amendingOptions = grouped('Deciding', {
  amendBy: option(text('a folder').optional(), {
    description:
      "multiply each class's probability by that of its parent in the taxonomy, as this classifier of the same classes gives it " +
      '(hierarchical ensemble)',
    value: 'model',
    reads: 'classifier',
  }),
});
