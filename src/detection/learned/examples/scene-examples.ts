/** Composed scenes as examples: new ones in every step. */
import { hash32 } from '../../../random.js';
import type { Scenes } from '../../scenes/compose-scenes.js';
import type { Example, Examples } from './examples.js';

/** The numbers of scenes that trainings draw from. */
const NUMBERS = 2 ** 31;

/** The number of the scene that a draw gives. */
export const sceneOf = (seed: readonly [number, number, number]): number => (hash32('scene', ...seed) >>> 0) % NUMBERS;

/** @param scenes square, as large as the detector's input */
export function sceneExamples(scenes: Scenes, count = scenes.count): Examples {
  return {
    count,
    exampleAt(index, seed): Example {
      const { frame, organisms } = scenes.sceneAt(seed === undefined ? index : sceneOf(seed));
      return { pixels: frame.pixels, boxes: organisms.map(({ box }) => box) };
    },
  };
}
