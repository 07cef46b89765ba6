/** Options of trainings on images whose class is not known. */
import { PSEUDO_THRESHOLD } from '../classifier/data/pseudo-labels.js';
import { number, text } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const pseudoOptions = grouped('Labels', {
  pseudoLabels: option(text('the folder of a classifier').optional(), {
    description:
      'classifier of the same classes that labels training images of inner nodes, and those of --unlabelled, where it is sure; the split is its own',
    value: 'model',
    reads: 'classifier',
    argument: 'classifier',
  }),
  pseudoThreshold: option(
    number('a number above 0, up to 1', (value) => value > 0 && value <= 1).default(PSEUDO_THRESHOLD),
    {
      description:
        'least probability of a pseudo-label, among the classes that the label of the image allows; below it the image keeps its label',
      value: 'x',
      argument: 'threshold',
    },
  ),
  unlabelled: option(text('a folder, a table or a zip file').optional(), {
    description: 'more images for --pseudo-labels, whose labels, if there are any, are not read',
    value: 'dir|table|zip',
    reads: 'images',
  }),
});
