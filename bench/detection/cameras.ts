/** Large frames as other cameras take them: how many organisms are found, and how much of what is found is an organism. */
import { matchFrame } from '../../src/detection/judging/matching.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import type { SceneOptions } from '../../src/detection/scenes/options.js';
import { forEachContender, foundIn, surest } from './contenders.js';
import { cutoutsOf, head, percent, row, say } from './setting.js';

const CAMERAS: Readonly<Record<string, Partial<SceneOptions>>> = {
  usual: {},
  'paper 215': { paper: 215 },
  'noise 4': { noise: 4 },
  'texture 5': { texture: 5 },
  'scale 0.5 to 1': { scale: [0.5, 1] },
  'all of these': { paper: 215, noise: 4, texture: 5, scale: [0.5, 1] },
};
const FRAMES = 4;
const FRAME = { width: 1536, height: 1024, organisms: 70, longestSide: 128 } as const;

export async function judgeCameras(): Promise<void> {
  say(
    `\nOrganisms found / precision, of ${FRAMES} frames of ${FRAME.width} x ${FRAME.height} with ${FRAME.organisms} each`,
  );
  head('detector', 'seed', ...Object.keys(CAMERAS));
  const test = await cutoutsOf('test');
  await forEachContender(async (contender) => {
    const shares: string[] = [];
    for (const camera of Object.values(CAMERAS)) {
      const scenes = composeScenes(test, { seed: 5000, count: FRAMES, ...FRAME, ...camera });
      let [right, kept, there] = [0, 0, 0];
      for (const { found, boxes } of await foundIn(contender.all, scenes)) {
        const counted = surest(found, contender);
        const truths = boxes.map((box) => ({ box, isCrowd: false }));
        right += matchFrame(truths, counted, [0.5]).at[0]?.truth.filter((truth) => truth >= 0).length ?? 0;
        kept += counted.length;
        there += boxes.length;
      }
      shares.push(`${percent(right / there)} / ${percent(right / Math.max(1, kept))}`);
    }
    row(contender.name, contender.seed ?? '', ...shares);
  });
}
