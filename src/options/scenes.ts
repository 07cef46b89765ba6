/** What composed scenes are like: options of `cladenet compose` and of trainings on scenes. */
import { z } from 'zod';
import { LONGEST_FRAME, MOST_OVERLAP } from '../detection/scenes/options.js';
import { oneOf, positive, share, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

const range = <S extends z.ZodType<number>>(end: S, expected: string) =>
  z.union([end, z.tuple([end, end]).refine(([least = 0, most = 0]) => least <= most, expected)], expected);

/** `3`, or `0.8-1.2`, as it is typed. */
function readRange(typed: string): unknown {
  const [, least, most] = /^(\d*\.?\d+)-(\d*\.?\d+)$/.exec(typed.trim()) ?? [];
  if (least !== undefined) return [Number(least), Number(most)];
  const one = Number(typed);
  return typed.trim() === '' || Number.isNaN(one) ? typed : one;
}

const showRange = (value: number | readonly number[]) => (typeof value === 'number' ? `${value}` : value.join('-'));
const asRange = { read: readRange, show: showRange };

const overlapEnd = z.number().min(0).max(MOST_OVERLAP);
const deviation = z.number().min(0).max(128);
const factor = z.number().min(0.05).max(20);

/** The options of a scene, each that of `composeScenes`. */
export const sceneOptions = grouped('Scenes', {
  width: option(whole(16, LONGEST_FRAME).default(256), { description: 'width of a frame', unit: 'pixels' }),
  height: option(whole(16, LONGEST_FRAME).default(256), { description: 'height of a frame', unit: 'pixels' }),
  layout: option(oneOf('random', 'apart', 'pairs').default('random'), {
    description: 'where organisms lie',
    value: 'name',
    choices: {
      random: 'anywhere, some of them on another',
      apart: 'anywhere, but no two of them nearer than --gap',
      pairs: 'two in a frame, which overlap by --overlap',
    },
  }),
  organisms: option(range(whole(0, 100_000), 'a number, or two as 1-12').default([1, 12]), {
    description: 'organisms of a frame, as a number or a range, but for pairs; fewer where there is no room',
    value: 'a-b',
    ...asRange,
  }),
  gap: option(whole(0, LONGEST_FRAME).default(8), {
    description: 'for --layout apart: least distance between the boxes of two organisms',
    unit: 'pixels',
  }),
  overlap: option(range(overlapEnd, `shares from 0 to ${MOST_OVERLAP}, as 0.3 or 0-0.8`).default([0, MOST_OVERLAP]), {
    description:
      'share of the smaller mask that two organisms have in common; random frames have no more than the most',
    value: 'a-b',
    ...asRange,
  }),
  tolerance: option(share().default(0.02), {
    description: 'how far an overlap may be from the wanted one',
    value: 'share',
  }),
  laidOnOthers: option(share().default(0.3), {
    description: "share of a random frame's organisms that are laid on another one",
    value: 'share',
  }),
  pairOf: option(oneOf('any', 'same class', 'different classes').default('any'), {
    description: 'which classes the two of a pair have',
    value: 'which',
  }),
  draw: option(oneOf('crops', 'classes').default('crops'), {
    description: 'what is drawn as often as any other',
    value: 'which',
    choices: { crops: 'each crop', classes: 'each class' },
  }),
  scale: option(range(factor, 'factors from 0.05 to 20, as 1 or 0.8-1.2').default([0.8, 1.2]), {
    description: 'factors by which organisms are scaled',
    value: 'a-b',
    ...asRange,
  }),
  longestSide: option(whole(4).optional(), {
    description: 'longest side of an organism; larger ones are scaled down',
    unit: 'pixels',
    default: 'half of the shorter side of the frame',
  }),
  rotate: option(toggle().default(true), { description: 'turn organisms', negated: 'leave organisms as they lie' }),
  mirror: option(toggle().default(true), {
    description: 'mirror half of the organisms',
    negated: 'mirror no organism',
  }),
  paper: option(positive().default(250), { description: 'grey level of the background', value: 'level' }),
  texture: option(range(deviation, 'numbers from 0 to 128, as 1.5 or 0-5').default(1.5), {
    description:
      'unevenness of the background, as a standard deviation of grey levels; of a range, drawn for each frame',
    value: 'a-b',
    ...asRange,
  }),
  noise: option(range(deviation, 'numbers from 0 to 128, as 1.5 or 0-5').default(1.5), {
    description: 'noise of the camera, as a standard deviation of grey levels; of a range, drawn for each frame',
    value: 'a-b',
    ...asRange,
  }),
});
