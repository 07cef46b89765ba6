/** Annotated frames as examples: parts of them, turned, mirrored and scaled anew in every step, with their boxes. */
import type { Box } from '../../../box.js';
import type { GreyImage } from '../../../features/grey-image.js';
import { random } from '../../../random.js';
import { sampled } from '../squares/sample.js';
import { startsOf } from '../squares/tiles.js';
import { type Turn, turnedBox, turnedPixels } from '../squares/turned.js';
import type { Example, Examples } from './examples.js';

/** A frame with the boxes of its organisms. */
export interface AnnotatedFrame {
  readonly image: GreyImage;
  readonly boxes: readonly Box[];
}

/** The least share of a box that has to lie in a part of a frame, so that it is one of its boxes. */
const LEAST_VISIBLE = 0.3;

export interface FrameOptions {
  /** Of the examples, in pixels. */
  readonly side: number;
  /** Frames are scaled by it. */
  readonly scale: number;
  /** The factor by which the scale varies in either direction. */
  readonly vary?: number | undefined;
}

/** Examples drawn from frames for a training, `count` an epoch. Each frame is drawn in proportion to its area. */
export function drawnFrames(
  frames: readonly AnnotatedFrame[],
  count: number,
  { side, scale, vary = 1.25 }: FrameOptions,
): Examples {
  const areas = frames.map(({ image }) => image.width * image.height);
  const total = areas.reduce((sum, area) => sum + area, 0);
  return {
    count,
    exampleAt(index, seed): Example {
      const draw = random('frame', ...(seed ?? [0, 0, index]));
      let left = draw.uniform() * total;
      let which = 0;
      while (which < frames.length - 1 && left >= (areas[which] as number)) left -= areas[which++] as number;
      const frame = frames[which] as AnnotatedFrame;
      const step = vary ** (2 * draw.uniform() - 1) / scale;
      const start = (length: number) => {
        const room = length - side * step;
        return room > 0 ? draw.uniform() * room : room / 2;
      };
      const part = partOf(frame, start(frame.image.width), start(frame.image.height), step, side);
      return turned(part, side, { turns: draw.integer(4), mirrored: draw.integer(2) === 1 });
    },
  };
}

/** All frames, as the tiles that cover them: always the same examples. */
export function tiledFrames(frames: readonly AnnotatedFrame[], { side, scale }: FrameOptions): Examples {
  const tiles = frames.flatMap((frame) => {
    const { width, height } = frame.image;
    const columns = startsOf(width * scale, side, 0);
    return startsOf(height * scale, side, 0).flatMap((y) =>
      columns.map((x) => ({ frame, x: x / scale, y: y / scale })),
    );
  });
  return {
    count: tiles.length,
    exampleAt(index) {
      const { frame, x, y } = tiles[index] as (typeof tiles)[number];
      return partOf(frame, x, y, 1 / scale, side);
    },
  };
}

function partOf({ image, boxes }: AnnotatedFrame, x: number, y: number, step: number, side: number): Example {
  const pixels = sampled(image, { x, y, step, width: side, height: side });
  const inPart = boxes.flatMap((box): Box[] => {
    const left = Math.max(0, (box.x - x) / step);
    const top = Math.max(0, (box.y - y) / step);
    const right = Math.min(side, (box.x + box.width - x) / step);
    const bottom = Math.min(side, (box.y + box.height - y) / step);
    const visible = ((right - left) * (bottom - top) * step * step) / (box.width * box.height);
    return right > left && bottom > top && visible >= LEAST_VISIBLE
      ? [{ x: left, y: top, width: right - left, height: bottom - top }]
      : [];
  });
  return { pixels, boxes: inPart };
}

/** @internal An example mirrored and turned with its boxes. */
export const turned = ({ pixels, boxes }: Example, side: number, turn: Turn): Example => ({
  pixels: turnedPixels(pixels, side, turn),
  boxes: boxes.map((box) => turnedBox(box, side, turn)),
});
