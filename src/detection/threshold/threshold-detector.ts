/**
 * Organisms found by their grey levels, as ZooProcess finds them: what is darker (or lighter) than the background, in connected
 * regions, which are split where they are narrow. It is not trained, and needs no TensorFlow.
 */
import { type Box, roundedOutwards } from '../../box.js';
import { CladenetError, type Problem } from '../../errors.js';
import type { GreyImage } from '../../features/grey-image.js';
import { countLevels, medianOfBorder } from '../../features/segmentation/background.js';
import type { SegmentationOptions } from '../../features/segmentation/options.js';
import { segment } from '../../features/segmentation/segment.js';
import type { SeenLevels } from '../../features/segmentation/separated.js';
import { splitAtNarrows } from '../../features/segmentation/watershed.js';
import type { Detection, Detector } from '../detector.js';
import { frameSeparation } from './object-levels.js';

/** How organisms are told from the background and from each other. */
export interface ThresholdOptions extends Pick<SegmentationOptions, 'background' | 'threshold' | 'fillHoles'> {
  /** The fewest pixels of an organism; what is smaller is noise. Default 30. */
  readonly minArea?: number | undefined;
  /**
   * How much thicker, in pixels of radius, each of two parts must be than the narrow place between them to be two organisms; 0
   * leaves all regions whole. Default 2.
   */
  readonly splitDepth?: number | undefined;
}

/**
 * A detector by grey levels. Its scores are contrasts: the difference of an organism's mean grey level to the background's, as a share
 * of the range from black to white.
 *
 * @throws CladenetError CONFIG for options out of their ranges
 * @example
 * ```ts
 * import { thresholdDetector } from 'cladenet/detection';
 *
 * const pixels = new Uint8Array(40 * 30).fill(255);
 * for (let y = 10; y < 20; y++) pixels.fill(51, y * 40 + 5, y * 40 + 15);
 * const found = await thresholdDetector().detect({ pixels, width: 40, height: 30 });
 * found[0]?.box; // => { x: 5, y: 10, width: 10, height: 10 }
 * found[0]?.score; // => 0.8
 * ```
 */
export function thresholdDetector(options: ThresholdOptions = {}): Detector {
  const { minArea = 30, splitDepth = 2, ...how } = options;
  requireRanges(minArea, splitDepth);
  const within = (frame: GreyImage, levels: SeenLevels) => found(frame, levels, { minArea, splitDepth, ...how });
  return {
    detect: async (frame) => within(frame, { border: medianOfBorder(frame), counts: () => countLevels(frame.pixels) }),
    withLevels: ({ border, counts }) => ({ detect: async (part) => within(part, { border, counts: () => counts }) }),
    dispose: () => undefined,
  };
}

interface Settings extends SegmentationOptions {
  readonly minArea: number;
  readonly splitDepth: number;
}

/** @param levels of the frame that the part is of */
function found(part: GreyImage, levels: SeenLevels, { minArea, splitDepth, ...how }: Settings): Detection[] {
  const { width, height } = part;
  const separation = frameSeparation(levels, how);
  const { regions, labels } = segment(part.pixels, width, height, { ...how, ...separation, objects: 'all' });
  const paper = levels.border;
  const detections: Detection[] = [];
  for (const [number, { area, box }] of regions.entries()) {
    if (area < minArea) break;
    const mask = maskOf(labels, number + 1, box, width);
    const pieces = splitDepth === 0 ? mask : splitAtNarrows(mask, box.width, box.height, splitDepth);
    for (const piece of boxesOf(pieces, box)) {
      if (piece.area < minArea) continue;
      detections.push(detectionOf(part, paper, piece.box, maskOf(pieces, piece.number, piece.box, box.width, box)));
    }
  }
  return detections.sort((a, b) => b.score - a.score);
}

/** 1 where a label is, in a box; the labels have rows of `stride` pixels, from `from` on. */
function maskOf(
  labels: Int32Array | Uint8Array,
  label: number,
  { x, y, width, height }: Box,
  stride: number,
  from: Pick<Box, 'x' | 'y'> = { x: 0, y: 0 },
): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (row + y - from.y) * stride + x - from.x;
    for (let column = 0; column < width; column++) {
      if (labels[start + column] === label) mask[row * width + column] = 1;
    }
  }
  return mask;
}

/** The boxes of labelled parts within a box, in the frame. */
function boxesOf(parts: Int32Array | Uint8Array, { x: left, y: top, width }: Box) {
  const found = new Map<number, { x0: number; x1: number; y0: number; y1: number; area: number }>();
  for (let at = 0; at < parts.length; at++) {
    const number = parts[at] as number;
    if (number === 0) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    const part = found.get(number);
    if (part === undefined) {
      found.set(number, { x0: x, x1: x, y0: y, y1: y, area: 1 });
      continue;
    }
    part.area++;
    if (x < part.x0) part.x0 = x;
    if (x > part.x1) part.x1 = x;
    part.y1 = y;
  }
  return [...found].map(([number, { x0, x1, y0, y1, area }]) => ({
    number,
    area,
    box: { x: x0 + left, y: y0 + top, width: x1 - x0 + 1, height: y1 - y0 + 1 },
  }));
}

function detectionOf(frame: GreyImage, paper: number, box: Box, mask: Uint8Array): Detection {
  const { x, y, width, height } = roundedOutwards(box);
  const pixels = new Uint8Array(width * height).fill(paper);
  let [sum, area] = [0, 0];
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    const level = frame.pixels[(y + Math.floor(at / width)) * frame.width + x + (at % width)] as number;
    pixels[at] = level;
    sum += level;
    area++;
  }
  const score = Math.abs(sum / area - paper) / 255;
  return { box, score, mask, alone: { pixels, width, height } };
}

function requireRanges(minArea: number, splitDepth: number): void {
  const problems: Problem[] = [];
  if (!(Number.isInteger(minArea) && minArea >= 1)) {
    problems.push({ where: 'minArea', expected: 'a whole number of pixels from 1', received: String(minArea) });
  }
  if (!(splitDepth >= 0 && Number.isFinite(splitDepth))) {
    problems.push({ where: 'splitDepth', expected: 'pixels, at least 0', received: String(splitDepth) });
  }
  if (problems.length > 0) throw new CladenetError('CONFIG', 'This detector is not valid', problems);
}
