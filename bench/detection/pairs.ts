/** Pairs of test organisms that overlap as wanted: how often both are found. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foundOfPair } from '../../src/detection/judging/pairs.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import { forEachContender, foundIn, surest } from './contenders.js';
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
}

export async function judgePairs(): Promise<void> {
  say(`\nBoth of two found, by overlap, of ${setting.pairs} pairs a level; boxes a pair`);
  head('detector', 'seed', 'classes', ...levelTitles, 'boxes');
  const test = await cutoutsOf('test');
  const points: PairPoint[] = [];
  await forEachContender(async (contender) => {
    const { name, seed } = contender;
    for (const pairOf of PAIRS) {
      const boxes: number[] = [];
      const shares: string[] = [];
      for (const overlap of LEVELS) {
        const count = Math.round(setting.pairs / PAIRS.length);
        const options = { seed: 2000 + 100 * overlap, count, layout: 'pairs', overlap, pairOf } as const;
        const frames = await foundIn(contender.all, composeScenes(test, options));
        const found = frames.map((frame) => {
          const counted = surest(frame.found, contender);
          boxes.push(counted.length);
          return foundOfPair(
            frame.boxes.map((box) => ({ box, isCrowd: false })),
            counted,
          );
        });
        const both = mean(found.map((organisms) => (organisms === 2 ? 1 : 0)));
        points.push({ name, seed, pairOf, overlap, both });
        shares.push(percent(both));
      }
      row(name, seed ?? '', pairOf, ...shares, mean(boxes).toFixed(2));
    }
  });
  await writeFile(join(setting.out, 'pairs.json'), `${JSON.stringify(points, null, 1)}\n`);
  await pairsFigure(points, join(setting.out, 'pairs.svg'));
}
