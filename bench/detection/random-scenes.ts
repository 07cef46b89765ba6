/** Random scenes of test organisms: how many are found, how exactly, and how well they are counted. */
import { precisionOf } from '../../src/detection/learned/validation-score.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import { forEachContender, foundIn, surest } from './contenders.js';
import { cutoutsOf, head, mean, percent, row, say, setting } from './setting.js';

export async function judgeRandomScenes(): Promise<void> {
  say(`\n${setting.frames} random scenes`);
  head('detector', 'seed', 'AP', 'AP50', 'count error a frame', 'boxes a frame', 'organisms a frame');
  const scenes = composeScenes(await cutoutsOf('test'), { seed: 1001, count: setting.frames });
  await forEachContender(async (contender) => {
    const frames = await foundIn(contender.all, scenes);
    const { ap, ap50 } = precisionOf(frames);
    const counts = frames.map(({ found, boxes }) => [surest(found, contender).length, boxes.length] as const);
    row(
      contender.name,
      contender.seed ?? '',
      percent(ap),
      percent(ap50),
      mean(counts.map(([found, there]) => Math.abs(found - there))).toFixed(2),
      mean(counts.map(([found]) => found)).toFixed(2),
      mean(counts.map(([, there]) => there)).toFixed(2),
    );
  });
}
