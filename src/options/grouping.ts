/** How classes that a classifier confuses are grouped. */
import { LINKAGES } from '../grouping/agglomerative.js';
import { GROUPING_METHODS } from '../grouping/group-classes.js';
import { SYMMETRIZATIONS } from '../grouping/symmetrize.js';
import { oneOf, positive, share, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const soft = option(toggle().default(false), {
  description: 'sum the probabilities instead of counting the decided classes',
});

export const groupingOptions = grouped('Grouping', {
  symmetrize: option(oneOf(...SYMMETRIZATIONS).default('mean'), {
    description: 'how the confusion matrix is made symmetric',
    value: 'kind',
  }),
  alpha: option(positive().optional(), {
    description: 'exponent, when made symmetric by power',
    value: 'x',
    default: '2',
  }),
  method: option(oneOf(...GROUPING_METHODS).default('beta'), { description: 'clustering method', value: 'kind' }),
  linkage: option(oneOf(...LINKAGES).optional(), {
    description: 'linkage, of the method agglomerative',
    value: 'kind',
    default: 'average',
  }),
  groups: option(whole(1).optional(), {
    description: 'number of groups, single classes included; not with the method beta',
    value: 'n',
  }),
  beta: option(share().optional(), {
    description: 'threshold of the method beta, from 0 to 1',
    value: 'x',
    default: 'the recommended one, with the reason',
  }),
  nested: option(toggle().default(false), {
    description: 'make a node of the taxonomy for each merge, not only for each group',
  }),
});
