/** Options that name parts of a training, for several processes that work on one. */
import { z } from 'zod';
import type { Problem } from '../errors.js';
import { whole } from '../value-schemas.js';
import { option } from './option.js';

const numbers = (expected: string, least: number) => z.array(whole(least), expected).min(1, expected).optional();

/** `0,3,4`: numbers, or the text as it is. */
const readNumbers = (typed: string): unknown =>
  /^\d+(?:,\d+)*$/.test(typed.trim()) ? typed.split(',').map(Number) : typed;

/** What every option for parts does beside other processes. */
const beside = 'several processes may each do some, and the command without this option does the rest';

/** The problem of parts that are to be started over. */
export const freshParts: Problem = {
  where: 'fresh',
  expected: 'none with a choice of parts: other processes may be at work in the same folder',
  received: 'true',
};

const NODES = 'indices of nodes, such as 0,3,4';
export const onlyNodes = option(numbers(NODES, 0), {
  description: `with --trunk own: train only these of the nodes that decide, in pre-order from 0, and save no tree: ${beside}`,
  value: 'i,...',
  read: readNumbers,
  group: 'Parts',
});

const GROUPS = 'indices of groups, such as 0,3,4';
export const onlyGroups = option(numbers(GROUPS, 0), {
  description: `train only the specialists of these groups, in pre-order from 0, and save no classifier: ${beside}`,
  value: 'i,...',
  read: readNumbers,
  group: 'Parts',
});

const FOLDS = 'numbers of folds, such as 1,2';
export const onlyFolds = option(numbers(FOLDS, 1), {
  description: `with --out-of-fold: predict only these folds, from 1, and write no result: ${beside}`,
  value: 'n,...',
  read: readNumbers,
  group: 'Parts',
});

const RUNS = 'runs as ARM:SEED, such as 1:7,2:7, with the number of the arm from 1';
export const onlyRuns = option(
  z
    .array(z.strictObject({ arm: whole(1), seed: whole(0) }), RUNS)
    .min(1, RUNS)
    .optional(),
  {
    description: `train and predict only these runs, each an arm by its number from 1 and a seed, and judge nothing: ${beside}`,
    value: 'arm:seed,...',
    read: readRuns,
  },
);

function readRuns(typed: string): unknown {
  const runs = typed.split(',').map((run) => /^(\d+):(\d+)$/.exec(run.trim()));
  return runs.every((run) => run !== null)
    ? runs.map(([, arm, seed]) => ({ arm: Number(arm), seed: Number(seed) }))
    : typed;
}
