/** How an image becomes the square that a network sees. It is saved with every classifier. */
import { CladenetError, type Problem } from '../errors.js';

export interface Preprocessing {
  /** The side of the square in pixels, such as 95 for the report's network. */
  readonly size: number;
  /** 1: grey (plain luminance); 3: RGB. */
  readonly channels: 1 | 3;
  /** What is around the image: 255, or the median of the pixels along its border (for each channel). */
  readonly background: 'white' | 'border-median';
  /** The longer side is scaled to `size`, up or down; the shape is kept and the image centred. */
  readonly fit: 'longer-side';
}

/** The bytes of one square. */
export function squareBytes({ size, channels }: Preprocessing): number {
  return size * size * channels;
}

/** @throws CladenetError CONFIG, with everything that makes no sense */
export function checkPreprocessing({ size, channels, background, fit }: Preprocessing): void {
  const problems: Problem[] = [];
  const check = (right: boolean, field: string, expected: string, received: unknown) => {
    if (!right) problems.push({ where: `preprocessing.${field}`, expected, received: String(received) });
  };
  check(Number.isInteger(size) && size >= 1 && size <= 4096, 'size', 'a whole number from 1 to 4096', size);
  check(channels === 1 || channels === 3, 'channels', '1 (grey) or 3 (RGB)', channels);
  check(background === 'white' || background === 'border-median', 'background', 'white or border-median', background);
  check(fit === 'longer-side', 'fit', 'longer-side', fit);
  if (problems.length > 0) throw new CladenetError('CONFIG', 'The images cannot be prepared so.', problems);
}
