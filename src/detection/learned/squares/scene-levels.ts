/** Frames at the grey levels of composed scenes: a detector of scenes knows dark organisms on paper of one level. */
import type { GreyImage } from '../../../features/grey-image.js';
import { backgroundOf } from '../../../features/segmentation/background.js';

/** Backgrounds nearer to each other than this many grey levels are alike: texture and noise differ by as much. */
const ALIKE = 4;

/** Whether a background of this grey level is dark, so that its frame is inverted. */
export const isDark = (border: number): boolean => backgroundOf(border) === 'dark';

/** For each grey level, the one in its place. */
export type Levels = Uint8Array;

/**
 * The levels of a frame as a detector of scenes looks at them, and back again. A frame with a dark background is inverted. Transmissions
 * multiply, so that levels in proportion to the background's are the same organisms on other paper.
 *
 * @param border the level of the frame's background
 * @param paper  that of the scenes
 * @returns undefined where the frame is as the scenes are
 */
export function sceneLevels(
  border: number,
  paper: number,
): { readonly there: Levels; readonly back: Levels } | undefined {
  const invert = (level: number) => (isDark(border) ? 255 - level : level);
  const light = invert(border);
  const factor = Math.abs(light - paper) < ALIKE ? 1 : paper / light;
  if (factor === 1 && !isDark(border)) return undefined;
  return {
    there: levelsOf((level) => invert(level) * factor),
    back: levelsOf((level) => invert(Math.min(255, level / factor))),
  };
}

const levelsOf = (of: (level: number) => number): Levels =>
  Uint8Array.from(Uint8ClampedArray.from({ length: 256 }, (_, level) => of(level)));

/** An image with other levels. */
export const atLevels = (image: GreyImage, levels: Levels): GreyImage => ({
  ...image,
  pixels: image.pixels.map((level) => levels[level] as number),
});
