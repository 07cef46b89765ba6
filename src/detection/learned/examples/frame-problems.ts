/** Which annotated frames cannot be learned from. */
import { CladenetError, type Problem } from '../../../errors.js';
import { counted } from '../../../units.js';
import type { AnnotatedFrame } from './frame-examples.js';

/** Problems that are named; of more, how many there are. */
const NAMED = 50;

/**
 * @throws CladenetError DATASET with all frames whose pixels are not those of their size, and all boxes without an extent or outside of
 *   their frame; and where no training frame has an organism
 */
export function requireFrames(train: readonly AnnotatedFrame[], validation: readonly AnnotatedFrame[]): void {
  const problems = [...framesIn(train, 'train'), ...framesIn(validation, 'validation')];
  if (train.every(({ boxes }) => boxes.length === 0)) {
    problems.push({
      where: 'train',
      expected: 'at least one organism',
      received: `${counted(train.length, 'frame')} without any`,
      remedy: 'Give annotations with boxes. Frames without organisms are of use beside others.',
    });
  }
  if (problems.length === 0) return;
  const more = problems.length - NAMED;
  const summary = `These frames cannot be learned from${more > 0 ? ` (and ${more} more problems)` : ''}`;
  throw new CladenetError('DATASET', summary, problems.slice(0, NAMED));
}

function framesIn(frames: readonly AnnotatedFrame[], part: string): Problem[] {
  return frames.flatMap(({ image, boxes }, i): Problem[] => {
    const { pixels, width, height } = image;
    const wrong = boxes.flatMap((box, k): Problem[] => {
      if (isIn(box, image)) return [];
      const expected = `a box with a width and a height above 0, in the frame of ${width} x ${height}`;
      const received = `x ${box.x}, y ${box.y}, ${box.width} x ${box.height}`;
      return [{ where: `${part}[${i}].boxes[${k}]`, expected, received }];
    });
    if (width >= 1 && height >= 1 && pixels.length === width * height) return wrong;
    const received = `${pixels.length} of them for ${width} x ${height} pixels`;
    return [{ where: `${part}[${i}].image`, expected: 'a grey level for each pixel', received }, ...wrong];
  });
}

const isIn = ({ x, y, width, height }: AnnotatedFrame['boxes'][number], frame: AnnotatedFrame['image']): boolean =>
  width > 0 &&
  height > 0 &&
  x < frame.width &&
  y < frame.height &&
  x + width > 0 &&
  y + height > 0 &&
  [x, y, width, height].every(Number.isFinite);
