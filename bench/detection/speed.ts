/** Frames a second, of two sizes. */
import type { Detector } from '../../src/detection/detector.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import type { Cutout } from '../../src/detection/scenes/cutout.js';
import { forEachContender } from './contenders.js';
import { cutoutsOf, head, row, say } from './setting.js';

const FRAMES = [
  { side: 256, organisms: 6 },
  { side: 1024, organisms: 100 },
];
const MILLISECONDS = 5000;

export async function measureSpeed(): Promise<void> {
  say('\nFrames a second');
  head('detector', ...FRAMES.map(({ side, organisms }) => `${side} x ${side}, ${organisms} organisms`));
  const test = await cutoutsOf('test');
  const done = new Set<string>();
  await forEachContender(async ({ name, all, learned }) => {
    if (done.has(name)) return;
    done.add(name);
    await measure(name, learned?.withReading({ separates: false }) ?? all, test);
    if (learned?.reading.separates === true) await measure(`${name}, with its separator`, learned, test);
  });
}

async function measure(name: string, detector: Detector, test: readonly Cutout[]): Promise<void> {
  const rates: string[] = [];
  for (const { side, organisms } of FRAMES) {
    const options = { seed: 4000, count: 5, width: side, height: side, organisms, longestSide: 128 };
    const frames = Array.from(composeScenes(test, options), ({ frame }) => frame);
    const detect = (i: number) => detector.detect(frames[i % frames.length] as (typeof frames)[number]);
    await detect(0);
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < MILLISECONDS) await detect(count++);
    rates.push(((1000 * count) / (performance.now() - started)).toFixed(1));
  }
  row(name, ...rates);
}
