/** How classes are decided from probabilities. */
import { ROUTINGS } from '../classifier/schema.js';
import { oneOf, oneOfNumbers } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const routing = option(oneOf(...ROUTINGS).optional(), {
  description: "how a tree combines its nodes' probabilities",
  value: 'kind',
  default: 'the one the tree chose on its validation images',
});

export const decidingOptions = grouped('Deciding', {
  routing,
  decide: option(oneOf('leaf', 'lca').default('leaf'), {
    description: 'rule that picks the class',
    value: 'rule',
    choices: { leaf: 'the most probable class', lca: 'the class with the lowest expected LCA height in the taxonomy' },
  }),
  tta: option(oneOfNumbers(1, 2, 4, 8).default(1), {
    description: 'test-time augmentation: average over this many rotated and mirrored views of each image',
    value: 'n',
  }),
});
