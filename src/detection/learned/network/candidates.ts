/** Boxes that a network puts out, and which of them are kept. */
import { type Box, intersectionOverUnion } from '../../../box.js';

/** A box with its score, from 0 to 1. */
export interface ScoredBox {
  readonly box: Box;
  readonly score: number;
}

/** What a pixel of the maps, or a cell of YOLO's grid, puts out. */
export interface Candidate extends ScoredBox {
  /** The pixel or cell that it is of. Boxes of one cell stand for different organisms. */
  readonly cell: number;
}

/** The part of a box that lies in a frame of `side` pixels; undefined where nothing does. */
export function within({ x, y, width, height }: Box, side: number): Box | undefined {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(side, x + width), Math.min(side, y + height)];
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/**
 * Non-maximum suppression by sets (Chu et al., 2020): boxes of one cell never suppress each other, because they stand for different
 * organisms. The surest first.
 *
 * @param threshold of two boxes whose intersection over union is larger, only the surer one is kept
 */
export function suppressed(candidates: readonly Candidate[], threshold: number): ScoredBox[] {
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score || a.cell - b.cell)) {
    const isCovered = kept.some(
      ({ box, cell }) => cell !== candidate.cell && intersectionOverUnion(box, candidate.box) > threshold,
    );
    if (!isCovered) kept.push(candidate);
  }
  return kept.map(({ box, score }) => ({ box, score }));
}
