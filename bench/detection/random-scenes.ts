/** Random scenes of test organisms: how many are found, how exactly, and how well they are counted. */
import type { Edges } from '../../src/detection/learned/reading/reading.js';
import { precisionOf } from '../../src/detection/learned/reading/validation-score.js';
import { composeScenes, type Scenes } from '../../src/detection/scenes/compose-scenes.js';
import { type Contender, forEachContender, foundIn, LOWEST, surest } from './contenders.js';
import { cutoutsOf, head, mean, percent, row, say, setting } from './setting.js';

/** Which share of the organisms is laid on another; the others may lie on another one by chance. */
const LAID = { 'anywhere at random': 0, '30 % laid on another one': 0.3 } as const;

export async function judgeRandomScenes(): Promise<void> {
  const test = await cutoutsOf('test');
  for (const [places, laidOnOthers] of Object.entries(LAID)) {
    const scenes = composeScenes(test, { seed: 1001, count: setting.frames, laidOnOthers });
    say(`\n${setting.frames} scenes of 1 to 12 organisms, ${places}`);
    const titles = ['AP', 'AP50', 'count error a frame', 'boxes a frame', 'organisms a frame'];
    head('detector', 'seed', 'edges', ...titles);
    await forEachContender(async (contender) => {
      const { learned, name, seed } = contender;
      row(name, seed ?? '', learned?.reading.edges ?? '', ...(await judged(contender, scenes)));
      if (learned?.reading.edges !== 'regions') return;
      // As the network alone tells them, by the same score.
      const edges: Edges = 'network';
      const all = learned.withReading({ edges, threshold: LOWEST, separates: false });
      row(name, seed ?? '', edges, ...(await judged({ ...contender, all }, scenes)));
      all.dispose();
    });
  }
}

async function judged(contender: Contender, scenes: Scenes): Promise<string[]> {
  const frames = await foundIn(contender.all, scenes);
  const { ap, ap50 } = precisionOf(frames);
  const counts = frames.map(({ found, boxes }) => [surest(found, contender).length, boxes.length] as const);
  return [
    percent(ap),
    percent(ap50),
    mean(counts.map(([found, there]) => Math.abs(found - there))).toFixed(2),
    mean(counts.map(([found]) => found)).toFixed(2),
    mean(counts.map(([, there]) => there)).toFixed(2),
  ];
}
