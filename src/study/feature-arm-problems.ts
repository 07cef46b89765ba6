/** Checks of arms that decide on features, of trees of forests, and of fusions. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { append } from '../arrays.js';
import { formProblems } from '../classifier/train/train-tree.js';
import { didYouMean, type Problem } from '../errors.js';
import { forestOptions, nodeSourceOptions, sourcesNamed } from '../options/feature-sources.js';
import { measuringOptions } from '../options/measuring.js';
import { defaultOf } from '../options/option.js';
import { type Around, type At, flatArmProblems, idle } from './arm-checks.js';
import { type FeaturesArm, type FusionArm, type TreeArm, treeArmSchema } from './config.js';
import { trunkOf } from './plan.js';

/** Fields and their schemas. */
type Shape = Readonly<Record<string, z.ZodType>>;

const { network, size, head, views, training } = treeArmSchema.shape;
const OF_NETWORKS: Shape = { network, size, head, views, training };
const OF_FORESTS: Shape = { ...nodeSourceOptions, ...measuringOptions, ...forestOptions };
const OF_HEADS: Shape = { head, training };

export function featuresProblems(arm: FeaturesArm, around: Around, at: At): Problem[] {
  const { features, from, decideBy } = arm;
  const problems = repeatedSources(features, at);
  append(problems, flatArmProblems(from, around, at('from'), sourcesNamed(features).includes('deep')));
  const unused =
    decideBy === 'forest'
      ? idleFields(arm, OF_HEADS, 'nothing, unless a head decides', at)
      : idleFields(arm, forestOptions, 'nothing, unless a forest decides', at);
  append(problems, unused);
  return problems;
}

/** What decides in the nodes of a tree: which other fields have an effect, and which form the tree can have. */
export function deciderProblems(arm: TreeArm, at: At): Problem[] {
  const { headKind, decideBy } = arm;
  const onForests = decideBy === 'forest';
  const unused = onForests
    ? idleFields(arm, OF_NETWORKS, 'nothing, as forests decide', at)
    : idleFields(arm, OF_FORESTS, 'nothing, unless forests decide', at);
  const features = onForests ? sourcesNamed(arm.features) : undefined;
  const form = formProblems({ trunk: trunkOf(arm), headKind, decideBy, features, loss: arm.training?.loss });
  return [
    ...unused,
    ...repeatedSources(arm.features, at),
    ...form.map((problem) => ({ ...problem, where: at(problem.where) })),
  ];
}

/** Fields without an effect that are not at their defaults. A study that is kept has all defaults filled in. */
const idleFields = (arm: object, shape: Shape, expected: string, at: At): Problem[] =>
  Object.entries(shape).flatMap(([field, schema]) => {
    const value: unknown = Reflect.get(arm, field);
    return isDeepStrictEqual(value, defaultOf(schema)) ? [] : idle(value, at(field), expected);
  });

function repeatedSources(features: readonly string[], at: At): Problem[] {
  const names = sourcesNamed(features).map((source) => (typeof source === 'string' ? source : source.file));
  if (new Set(names).size === names.length) return [];
  return [{ where: at('features'), expected: 'each once', received: features.join(', ') }];
}

export function fusionProblems({ name, of }: FusionArm, { names, fused, validation }: Around, at: At): Problem[] {
  const others = names.filter((one) => one !== name && !fused.includes(one));
  const problems = of.flatMap((one, i): Problem[] => {
    if (others.includes(one)) return [];
    const received = names.includes(one) ? `${one}, which is a fusion` : one;
    const remedy = didYouMean(one, others);
    return [{ where: at(`of[${i}]`), expected: 'the name of an arm that is no fusion', received, remedy }];
  });
  if (of[0] === of[1]) problems.push({ where: at('of'), expected: 'two different arms', received: of.join(', ') });
  if (validation === 0) {
    problems.push({ where: at('of'), expected: 'validation images, on which weights are chosen', received: 'none' });
  }
  return problems;
}
