/** Pairs of test organisms that overlap as wanted: how often both are found. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Detection } from '../../src/detection/detector.js';
import { foundOfPair } from '../../src/detection/judging/pairs.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import { type Frame, forEachContender, foundIn, surest } from './contenders.js';
import { pairsFigure } from './pairs-figure.js';
import { cutoutsOf, head, mean, percent, row, say, setting } from './setting.js';

export const LEVELS = [0, 0.1, 0.3, 0.5, 0.7];
export const levelTitles = LEVELS.map((level) => `${100 * level} %`);
const PAIRS = ['same class', 'different classes'] as const;

/** How often a detector finds both of two at one overlap. */
export interface PairPoint {
  readonly name: string;
  readonly seed: number | null;
  readonly pairOf: (typeof PAIRS)[number];
  readonly overlap: number;
  readonly both: number;
  /** The same if its two surest boxes count, whatever their scores. */
  readonly bothOfTwo: number;
}

export async function judgePairs(): Promise<void> {
  say(`\nBoth of two found, by overlap, of ${setting.pairs} pairs a level; boxes a pair`);
  head('detector', 'seed', 'classes', 'counted', ...levelTitles, 'boxes');
  const test = await cutoutsOf('test');
  const points: PairPoint[] = [];
  await forEachContender(async (contender) => {
    const { name, seed } = contender;
    for (const pairOf of PAIRS) {
      const boxes: number[] = [];
      const own: PairPoint[] = [];
      for (const overlap of LEVELS) {
        const count = Math.round(setting.pairs / PAIRS.length);
        const options = { seed: 2000 + 100 * overlap, count, layout: 'pairs', overlap, pairOf } as const;
        const frames = await foundIn(contender.all, composeScenes(test, options));
        boxes.push(...frames.map(({ found }) => surest(found, contender).length));
        const both = share(frames, (found) => surest(found, contender));
        const bothOfTwo = share(frames, (found) => [...found].sort((a, b) => b.score - a.score).slice(0, 2));
        own.push({ name, seed, pairOf, overlap, both, bothOfTwo });
      }
      const kept = own.map(({ both }) => percent(both));
      row(name, seed ?? '', pairOf, 'from its score on', ...kept, mean(boxes).toFixed(2));
      row(name, seed ?? '', pairOf, 'the two surest', ...own.map(({ bothOfTwo }) => percent(bothOfTwo)), '2.00');
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
