/** The detectors that are compared: those that were trained, and threshold with watershed. */
import type { Box } from '../../src/box.js';
import type { Detection, Detector } from '../../src/detection/detector.js';
import type { LearnedDetector } from '../../src/detection/learned/learned-detector.js';
import { breakEvenScore, precisionOf } from '../../src/detection/learned/reading/validation-score.js';
import { loadDetector } from '../../src/detection/learned/store.js';
import type { Scene } from '../../src/detection/scenes/compose-scenes.js';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import { thresholdDetector } from '../../src/detection/threshold/threshold-detector.js';
import { cutoutsOf, folderOf, isTrained, setting } from './setting.js';

export interface Contender {
  readonly name: string;
  /** Null where nothing is drawn. */
  readonly seed: number | null;
  /** Finds all that average precision takes. */
  readonly all: Detector;
  /** Detections from this score on count; it was chosen on validation scenes. */
  readonly threshold: number;
  /** Where it was trained. */
  readonly learned: LearnedDetector | undefined;
}

/** Average precision takes detections from this score on. */
export const LOWEST = 0.05;
const SPLIT_DEPTHS = [0, 1, 2, 4, 6];
const VALIDATION_SCENES = 200;

export const surest = (found: readonly Detection[], { threshold }: Contender): Detection[] =>
  found.filter(({ score }) => score >= threshold);

export const THRESHOLD = 'threshold and watershed';

/** A contender that was trained. */
export interface LearnedContender extends Contender {
  readonly learned: LearnedDetector;
}

/** Each detector in turn: threshold first, then those that are trained. */
export async function forEachContender(work: (contender: Contender) => Promise<void>): Promise<void> {
  await work(await thresholdContender());
  await forEachLearned(work);
}

/** Each trained detector in turn. */
export async function forEachLearned(work: (contender: LearnedContender) => Promise<void>): Promise<void> {
  for (const kind of setting.kinds) {
    for (const seed of setting.seeds) {
      if (!isTrained(folderOf(kind, seed))) continue;
      for (const views of setting.views) {
        const learned = await loadDetector(folderOf(kind, seed), { views });
        const all = learned.withReading({ threshold: LOWEST, separates: false });
        try {
          const name = views === 1 ? kind : `${kind}, ${views} views`;
          await work({ name, seed, all, threshold: learned.reading.threshold, learned });
        } finally {
          all.dispose();
          learned.dispose();
        }
      }
    }
  }
}

export interface Frame {
  readonly found: readonly Detection[];
  readonly boxes: readonly Box[];
}

/** What a detector finds in scenes, and what is there. */
export async function foundIn(detector: Detector, scenes: Iterable<Scene>): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const { frame, organisms } of scenes) {
    frames.push({ found: await detector.detect(frame), boxes: organisms.map(({ box }) => box) });
  }
  return frames;
}

let chosen: Contender | undefined;

/** How deep a narrow place must be to split there, and the score, are chosen on scenes of validation organisms. */
async function thresholdContender(): Promise<Contender> {
  if (chosen !== undefined) return chosen;
  const validation = await cutoutsOf('validation');
  const scenes = [...composeScenes(validation, { seed: 1002, count: VALIDATION_SCENES, laidOnOthers: 0 })];
  let best = -1;
  for (const splitDepth of SPLIT_DEPTHS) {
    const all = thresholdDetector({ splitDepth });
    const frames = await foundIn(all, scenes);
    const { ap50 } = precisionOf(frames);
    if (ap50 <= best) continue;
    best = ap50;
    chosen = { name: THRESHOLD, seed: null, all, threshold: breakEvenScore(frames, 0), learned: undefined };
    // Not into the tables that are being printed.
    process.stderr.write(
      `threshold: split depth ${splitDepth}, score ${chosen.threshold.toFixed(3)}: validation AP50 ${ap50.toFixed(3)}\n`,
    );
  }
  return chosen as Contender;
}
