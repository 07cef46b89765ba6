/** How features are selected. */
import { z } from 'zod';
import { oneOf, share, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

const SEEDS = 'whole numbers, like 1,2,3';

export const selectingOptions = grouped('Selecting', {
  seeds: option(z.array(z.int(SEEDS), SEEDS).min(1, SEEDS).default([1, 2, 3]), {
    description: 'seeds of the forests, over which noise is measured',
    value: 'a,b,c',
    read: (typed) => typed.split(',').map((part) => (part.trim() === '' ? part : Number(part))),
    show: (seeds: readonly number[]) => seeds.join(','),
  }),
  by: option(oneOf('logLoss', 'balancedAccuracy', 'accuracy').default('logLoss'), {
    description: 'what is improved on the validation images',
    value: 'metric',
  }),
  correlation: option(share().default(0.9), {
    description: 'features whose mean absolute Spearman correlation is above this are one group',
    value: 'r',
  }),
  tried: option(whole(1).default(8), {
    description: 'groups tried in each round, the most important ones',
    value: 'n',
  }),
  most: option(whole(1).default(10), { description: 'most groups that are selected', value: 'n' }),
  trees: option(whole(1, 100_000).default(300), {
    description: 'number of trees of the forests that give importances and the result on test images',
    value: 'n',
  }),
  searchTrees: option(whole(1, 100_000).default(100), {
    description: 'number of trees of the forests that try groups',
    value: 'n',
  }),
  repeats: option(whole(1).default(5), { description: 'permutations of each group for each seed', value: 'n' }),
  top: option(whole(1).default(20), { description: 'number of groups to show', value: 'n' }),
});
