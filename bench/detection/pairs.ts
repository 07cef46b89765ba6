/** Pairs of test organisms that overlap as wanted: how often both are found. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Detection } from '../../src/detection/detector.js';
import { foundOfPair } from '../../src/detection/judging/pairs.js';
import { composeScenes, type Scenes } from '../../src/detection/scenes/compose-scenes.js';
import type { Cutout } from '../../src/detection/scenes/cutout.js';
import { type Frame, forEachContender, foundIn, surest } from './contenders.js';
import { BOUNDS } from './pair-bounds.js';
import { pairsFigure } from './pairs-figure.js';
import { cutoutsOf, head, mean, percent, row, say, setting } from './setting.js';

export const LEVELS = [0, 0.1, 0.3, 0.5, 0.7];
export const levelTitles = LEVELS.map((level) => `${100 * level} %`);
const PAIRS = ['same class', 'different classes'] as const;
type PairOf = (typeof PAIRS)[number];

/** How often a detector finds both of two at one overlap. */
export interface PairPoint {
  /** The name of a detector; of what a design could find, that of the design's. */
  readonly design: string;
  readonly name: string;
  readonly seed: number | null;
  readonly pairOf: PairOf;
  readonly overlap: number;
  readonly both: number;
  /** The same if its two surest boxes count, whatever their scores; null for what a design could find. */
  readonly bothOfTwo: number | null;
}

function pairsAt(cutouts: readonly Cutout[], overlap: number, pairOf: PairOf): Scenes {
  const count = Math.round(setting.pairs / PAIRS.length);
  return composeScenes(cutouts, { seed: 2000 + 100 * overlap, count, layout: 'pairs', overlap, pairOf });
}

export async function judgePairs(): Promise<void> {
  say(`\nBoth of two found, by overlap, of ${setting.pairs} pairs a level; boxes a pair`);
  head('detector', 'seed', 'classes', 'counted', ...levelTitles, 'boxes');
  const test = await cutoutsOf('test');
  const points: PairPoint[] = [];
  for (const { design, name, holds } of BOUNDS) {
    for (const pairOf of PAIRS) {
      const own = LEVELS.map((overlap): PairPoint => {
        const held = [...pairsAt(test, overlap, pairOf)].map(({ frame, organisms: [first, second] }) =>
          first !== undefined && second !== undefined && holds(first.box, second.box, frame.width) ? 1 : 0,
        );
        return { design, name, seed: null, pairOf, overlap, both: mean(held), bothOfTwo: null };
      });
      row(name, '', pairOf, '', ...own.map(({ both }) => percent(both)), '');
      points.push(...own);
    }
  }
  await forEachContender(async (contender) => {
    const { name, seed } = contender;
    for (const pairOf of PAIRS) {
      const boxes: number[] = [];
      const own: PairPoint[] = [];
      for (const overlap of LEVELS) {
        const frames = await foundIn(contender.all, pairsAt(test, overlap, pairOf));
        boxes.push(...frames.map(({ found }) => surest(found, contender).length));
        const both = share(frames, (found) => surest(found, contender));
        const bothOfTwo = share(frames, (found) => [...found].sort((a, b) => b.score - a.score).slice(0, 2));
        own.push({ design: name, name, seed, pairOf, overlap, both, bothOfTwo });
      }
      const kept = own.map(({ both }) => percent(both));
      row(name, seed ?? '', pairOf, 'from its score on', ...kept, mean(boxes).toFixed(2));
      row(name, seed ?? '', pairOf, 'the two surest', ...own.map(({ bothOfTwo }) => percent(bothOfTwo ?? 0)), '2.00');
      points.push(...own);
    }
  });
  await writeFile(join(setting.out, 'pairs.json'), `${JSON.stringify(points, null, 1)}\n`);
  await pairsFigure(points, join(setting.out, 'pairs.svg'));
}

/** The share of the pairs of which both are found by the detections that count. */
function share(frames: readonly Frame[], counted: (found: readonly Detection[]) => readonly Detection[]): number {
  const isBoth = ({ found, boxes }: Frame) => {
    const truths = boxes.map((box) => ({ box, isCrowd: false }));
    return foundOfPair(truths, counted(found)) === 2 ? 1 : 0;
  };
  return mean(frames.map(isBoth));
}
