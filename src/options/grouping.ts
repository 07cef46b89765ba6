/** How classes that a classifier confuses are grouped. */

import type { z } from 'zod';
import { append } from '../arrays.js';
import type { Problem } from '../errors.js';
import { LINKAGES } from '../grouping/agglomerative.js';
import { GROUPING_METHODS, groupingProblems, lacksBeta } from '../grouping/group-classes.js';
import { SYMMETRIZATIONS } from '../grouping/symmetrize.js';
import { oneOf, positive, share, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';
import { unusedOptions } from './unused.js';

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

type GroupingChoice = z.output<z.ZodObject<typeof groupingOptions>>;

/**
 * What is wrong with how classes are to be grouped, before there is a confusion matrix.
 *
 * @param compare whether methods are compared, which the linkage is an option of too
 */
export function groupingOptionProblems(options: GroupingChoice, { compare }: { readonly compare: boolean }): Problem[] {
  const { method, symmetrize } = options;
  const problems = groupingProblems(lacksBeta(options) ? { ...options, beta: 0 } : options, Infinity);
  if (symmetrize !== 'power') append(problems, unusedOptions(options, ['alpha'], 'none: only power has an exponent'));
  if (method !== 'agglomerative' && !compare) {
    append(problems, unusedOptions(options, ['linkage'], 'none: only agglomerative has one'));
  }
  if (method === 'kmeans' || method === 'spectral') {
    append(problems, unusedOptions(options, ['nested'], `none: ${method} makes no merges`));
  }
  return problems;
}
