/** Edges of boxes from the pixels of the frame: a network tells which organisms there are, and the dark region where they end. */
import { type Box, intersectionOverUnion } from '../../../box.js';
import type { GreyImage } from '../../../features/grey-image.js';
import { countLevels, medianOfBorder } from '../../../features/segmentation/background.js';
import { segment } from '../../../features/segmentation/segment.js';
import { frameSeparation } from '../../threshold/object-levels.js';
import type { Candidate } from '../network/candidates.js';

/** An edge of a box is moved onto that of its region if it lies within this share of the box's side; less in a region of several organisms. */
const [NEAR, NEAR_AMONG_OTHERS] = [0.4, 0.15];
/** Another organism in the region: a box nearly as sure, and not about the same one. */
const [AS_SURE, SAME] = [0.6, 0.6];

/**
 * Moves the edges of boxes onto the edges of the connected region that each of them is of. A network tells edges from coarse maps, and
 * is off by several pixels; of an organism that touches no other one the region has exact edges, and of a pair the outer ones. Edges
 * between organisms that lie on each other remain as the network tells them.
 *
 * @param frame that the candidates are of; where a region touches its border, the organism may go on beyond
 */
export function onRegionEdges(candidates: readonly Candidate[], frame: GreyImage): Candidate[] {
  const levels = { border: medianOfBorder(frame), counts: () => countLevels(frame.pixels) };
  const separation = frameSeparation(levels, {});
  const { labels, regions } = segment(frame.pixels, frame.width, frame.height, { ...separation, objects: 'all' });
  const counts = new Int32Array(regions.length + 1);
  const own = candidates.map(({ box }) => mainLabel(box, labels, frame, counts));
  const isAmongOthers = (i: number, { box, score }: Candidate) =>
    candidates.some(
      (other, k) => own[k] === own[i] && other.score >= AS_SURE * score && intersectionOverUnion(other.box, box) < SAME,
    );
  return candidates.map((candidate, i) => {
    const region = regions[(own[i] as number) - 1];
    if (region === undefined) return candidate;
    const near = isAmongOthers(i, candidate) ? NEAR_AMONG_OTHERS : NEAR;
    return { ...candidate, box: moved(candidate.box, region.box, frame, near) };
  });
}

/** The label of most pixels in a box; 0 where none has one. @param counts memory for a number of each label */
function mainLabel({ x, y, width, height }: Box, labels: Int32Array, frame: GreyImage, counts: Int32Array): number {
  const [right, bottom] = [Math.min(frame.width, Math.ceil(x + width)), Math.min(frame.height, Math.ceil(y + height))];
  counts.fill(0);
  let main = 0;
  let most = 0;
  for (let row = Math.max(0, Math.floor(y)); row < bottom; row++) {
    for (let at = row * frame.width + Math.max(0, Math.floor(x)), end = row * frame.width + right; at < end; at++) {
      const label = labels[at] as number;
      if (label === 0) continue;
      const count = (counts[label] as number) + 1;
      counts[label] = count;
      if (count <= most) continue;
      main = label;
      most = count;
    }
  }
  return main;
}

function moved(box: Box, region: Box, frame: GreyImage, near: number): Box {
  const [left, right] = span([box.x, box.width], [region.x, region.width], frame.width, near);
  const [top, bottom] = span([box.y, box.height], [region.y, region.height], frame.height, near);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

type Span = readonly [start: number, length: number];

function span([start, length]: Span, [from, extent]: Span, side: number, share: number): [number, number] {
  const near = (edge: number, other: number) => Math.abs(edge - other) <= share * length;
  const [end, to] = [start + length, from + extent];
  return [from > 0 && near(start, from) ? from : start, to < side && near(end, to) ? to : end];
}
