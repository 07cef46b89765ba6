/** Which nodes of a tree are tuned, and how. */
import { z } from 'zod';
import type { Problem } from '../errors.js';
import type { NodesToTune, TuneOptions } from '../tuning/options.js';
import { oneOf, positive, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';
import { type PartOptions, trainingOf } from './training-config.js';
import { refuseOptions, unusedOptions } from './unused.js';

/** Of training that a search may take. */
const MINUTES = 30;

export const tuningOptions = grouped('Tuning', {
  node: option(z.array(z.string()).min(1).optional(), {
    description: 'a node to tune, by its path or its name; nodes are tried in the order given',
    value: 'path',
    repeatable: true,
  }),
  weakest: option(whole(1).optional(), {
    description:
      'in place of --node: tune this many nodes, those that could win back most mistakes on the validation images',
    value: 'n',
  }),
  as: option(oneOf('head', 'network', 'forest').optional(), {
    description: 'what is trained',
    value: 'kind',
    choices: { head: 'the MLP block', network: 'a CNN block of its own as well', forest: 'a random forest' },
    default: 'what the node has',
  }),
  trees: option(whole(1, 100_000).optional(), {
    description: 'number of trees of a forest',
    value: 'n',
    default: '300',
  }),
  start: option(oneOf('current', 'new').optional(), {
    description: 'weights that the MLP block starts from',
    value: 'kind',
    default: 'current, if the node has some',
  }),
  measure: option(oneOf('accuracy', 'log-loss', 'ahd').default('log-loss'), {
    description: 'what the whole tree has to gain in on the validation images',
    value: 'kind',
  }),
  search: option(toggle().default(false), {
    description:
      'try several versions of each node: all of --as, --start, --rate and --class-weights that is not given',
  }),
  budget: option(positive().optional(), {
    description: 'training time that --search may take for all nodes',
    unit: 'minutes',
    default: String(MINUTES),
  }),
});

type TuningChoice = z.output<z.ZodObject<typeof tuningOptions>>;

/** @throws CladenetError USAGE for a call that names no nodes, or names them in two ways */
export function nodesToTune(options: TuningChoice): NodesToTune {
  const { node, weakest, search } = options;
  const problems: Problem[] = search ? [] : unusedOptions(options, ['budget'], 'none, only with `search`');
  if ((node === undefined) === (weakest === undefined)) {
    problems.push({
      where: 'node, weakest',
      expected: 'the nodes to tune, or how many of the weakest nodes',
      received: node === undefined ? 'neither' : 'both',
      remedy: '`cladenet weak` ranks the nodes.',
    });
  }
  refuseOptions(problems);
  return node ?? { weakest: weakest ?? 0 };
}

/** @param seed of the trainings, where the options have none */
export function tuneOptionsOf(
  options: TuningChoice &
    Omit<PartOptions, 'seed'> & { readonly seed?: number | undefined; readonly views?: number | undefined },
  seed: number,
): TuneOptions {
  const { as, start, views, rate, trees, measure } = options;
  return {
    as,
    start,
    views,
    rate,
    trees,
    training: trainingOf({ ...options, seed: options.seed ?? seed }),
    search: options.search ? { budget: 60 * (options.budget ?? MINUTES) } : undefined,
    measure: measure === 'log-loss' ? 'logLoss' : measure,
  };
}
