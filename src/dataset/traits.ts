/**
 * What is unusual about an image that can be used all the same. It is kept with the image's width, in the upper two bits,
 * which no width needs, so that it is in the cache too.
 */
import type { Problem } from '../errors.js';
import type { ImageMetadata } from './metadata.js';

export const TRAITS = ['none', 'dark', 'dark in 16 bits', 'several pages'] as const;

export type Trait = (typeof TRAITS)[number];

const SHIFT = 2 ** 30;
/** Images have fewer pixels, so that a width fits into the other bits. */
export const MOST_PIXELS = SHIFT - 1;

export const withTrait = (width: number, trait: Trait): number => width + SHIFT * TRAITS.indexOf(trait);

export const widthOf = ({ decoded }: Pick<ImageMetadata, 'decoded'>, i: number): number =>
  (decoded[i * 3] ?? 0) % SHIFT;

const traitOf = ({ decoded }: Pick<ImageMetadata, 'decoded'>, i: number): Trait =>
  TRAITS[Math.floor((decoded[i * 3] ?? 0) / SHIFT)] ?? 'none';

/** An eighth of the range from black to white. */
export const DARK = 31;

/** What is unusual about the decoded images, one problem for each kind. @param pathOf how an image is called */
export function traitProblems(metadata: ImageMetadata, pathOf: (i: number) => string): Problem[] {
  const numbers = metadata.paths.map((_, i) => i);
  const having = (trait: Trait) => numbers.filter((i) => traitOf(metadata, i) === trait);
  const usable = numbers.filter((i) => widthOf(metadata, i) > 0).length;
  const summary = (images: readonly number[], what: string) => ({
    where: pathOf(images[0] ?? 0),
    received: `${images.length} of ${usable} images ${what}`,
  });
  const [deep, dark, paged] = [having('dark in 16 bits'), having('dark'), having('several pages')];
  const problems: Problem[] = [];
  if (deep.length > 0) {
    problems.push({
      ...summary(deep, 'that use at most 1/8 of it, as those of a 12-bit camera do (0 to 4095), and look almost black'),
      expected: 'values that use the range of 16 bits, 0 to 65535',
      remedy: 'They are read as they are. Scale the files to 16 bits once, for example 12 bits by the factor 16.',
    });
  }
  // A single dark image is one of something dark.
  if (dark.length > usable / 2) {
    problems.push({
      ...summary(dark, 'that use at most 1/8 of it, and look almost black'),
      expected: 'values that use the range of 8 bits, 0 to 255',
      remedy: 'They are read as they are. If they are masks of labels, or were scaled wrongly, prepare them anew.',
    });
  }
  if (paged.length > 0) {
    problems.push({
      ...summary(paged, 'that have several pages, of which the first is used'),
      expected: 'one page in each file',
      remedy: 'Save the pages as files of their own if the others matter.',
    });
  }
  return problems;
}
