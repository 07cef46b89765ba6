/** The examples of a training: which scenes, or parts of frames, a detector and its separator learn from and are judged by. */
import type { Cutout } from '../../scenes/cutout.js';
import type { SceneOptions } from '../../scenes/options.js';
import { type DetectorWork, examplesOf } from '../examples/example-work.js';
import type { Examples } from '../examples/examples.js';
import { tiledFrames } from '../examples/frame-examples.js';
import type { DetectorData } from './detector-data.js';
import type { DetectorPlan } from './detector-plan.js';

type OfScenes = Extract<DetectorData, { from: 'scenes' }>;

/** Noise and unevenness of any camera: a network that knows those of one finds organisms in the noise of another. */
const ANY_CAMERA = { texture: [0, 5], noise: [0, 5] } as const;
/** Scenes to train on have more organisms, on each other, than those that judge: what is alone is soon learned. */
const VARIED = { organisms: [1, 18], laidOnOthers: 0.6, ...ANY_CAMERA } as const;
/** Scenes that judge have organisms wherever they happen to lie, as frames do; the score from which on detections count depends on that. */
const ANYWHERE = { laidOnOthers: 0 } as const;

/** The scenes of a training and those that judge it, with all that they do not get from the plan; null without scenes. */
export const scenesOf = (data: DetectorData) =>
  data.from === 'frames' ? null : { trained: { ...VARIED, ...data.scenes }, judged: { ...ANYWHERE, ...data.scenes } };

/** What scenes get from the plan. Those of training and of validation derive from seeds of their own. */
const planned = ({ size }: DetectorPlan, seed: number): SceneOptions => ({ width: size, height: size, seed });

/** What a detector is trained on. */
export function workOf(data: DetectorData, plan: DetectorPlan): DetectorWork {
  const { examples: count, size, scale, config } = plan;
  if (data.from === 'frames') return { of: 'frames', frames: data.train, options: { side: size, scale }, count };
  const options = { ...scenesOf(data)?.trained, ...planned(plan, config.seed) };
  return { of: 'scenes', cutouts: data.train, options, count };
}

/** What it is judged by. */
export function judgingOf(data: DetectorData, plan: DetectorPlan): Examples {
  const { size: side, scale, config, judged: count } = plan;
  if (data.from === 'frames') return tiledFrames(data.validation, { side, scale });
  if (data.validation.length === 0) return { count: 0, exampleAt: () => ({ pixels: new Uint8Array(), boxes: [] }) };
  const options = { ...scenesOf(data)?.judged, ...planned(plan, config.seed + 1) };
  return examplesOf({ of: 'scenes', cutouts: data.validation, options, count });
}

/** The pairs that a separator is trained on, and those that judge it. @param seed of its training */
export function pairsOf(data: OfScenes, plan: DetectorPlan, seed: number) {
  const pairs = (cutouts: readonly Cutout[], drawnFrom: number, count: number) =>
    ({ of: 'pairs', cutouts, options: { ...data.scenes, ...planned(plan, drawnFrom) }, count }) as const;
  const train = pairs(data.train, seed, plan.examples);
  const judged = data.validation.length === 0 ? 0 : plan.judged;
  const validation = pairs(judged === 0 ? data.train : data.validation, seed + 1, judged);
  return { train: { ...train, options: { ...ANY_CAMERA, ...train.options } }, validation: examplesOf(validation) };
}
