/** How the output of a detector's network is read. */
import type { GreyImage } from '../../../features/grey-image.js';
import { type ScoredBox, suppressed } from '../network/candidates.js';
import type { Parts } from '../network/network-of.js';
import { onRegionEdges } from './region-edges.js';

export const EDGES = ['network', 'regions'] as const;
/** Where the edges of boxes are from: `network`, as the network tells them; `regions`, moved onto those of connected regions of the frame. */
export type Edges = (typeof EDGES)[number];

/** While judging, detections below this score never count. */
export const LOWEST_SCORE = 0.05;

export interface Reading {
  /** Detections below this score are left out. */
  readonly threshold: number;
  /** Of two boxes whose intersection over union is larger, only the surer one is kept. */
  readonly suppression: number;
  readonly edges: Edges;
}

/** The organisms in a frame, the surest first. @param row the network's output for the frame */
export function organismsIn(
  frame: GreyImage,
  row: Float32Array,
  parts: Pick<Parts, 'decode'>,
  { threshold, suppression, edges }: Reading,
): ScoredBox[] {
  const candidates = parts.decode(row, threshold);
  return suppressed(edges === 'regions' ? onRegionEdges(candidates, frame) : candidates, suppression);
}
