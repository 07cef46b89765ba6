/** What the examples of a training are made of, as plain values, so that threads can make them. */
import { inSharedMemory } from '../../../shared-memory.js';
import type { Answers } from '../../../threads.js';
import { composeScenes } from '../../scenes/compose-scenes.js';
import type { Cutout } from '../../scenes/cutout.js';
import type { SceneOptions } from '../../scenes/options.js';
import { type Example, type Examples, type ExampleTask, type Looked, made } from './examples.js';
import { type AnnotatedFrame, drawnFrames, type FrameOptions } from './frame-examples.js';
import { sceneExamples } from './scene-examples.js';
import { type SeparatorExample, separatorExamples } from './separator-examples.js';

/** Scenes, or the organisms of pairs for a separator. */
interface SceneWork<Of extends 'scenes' | 'pairs'> {
  readonly of: Of;
  readonly cutouts: readonly Cutout[];
  readonly options: SceneOptions;
  readonly count: number;
}

/** Parts of annotated frames. */
interface FrameWork {
  readonly of: 'frames';
  readonly frames: readonly AnnotatedFrame[];
  readonly options: FrameOptions;
  readonly count: number;
}

/** What a detector learns from. */
export type DetectorWork = SceneWork<'scenes'> | FrameWork;

/** What a detector or a separator learns from. */
export type ExampleWork = DetectorWork | SceneWork<'pairs'>;

/** The examples of a work. */
export type MadeOf<Work extends ExampleWork> = Work['of'] extends 'pairs' ? SeparatorExample : Example;

/** @throws CladenetError as `composeScenes` */
export function examplesOf<Work extends ExampleWork>(work: Work): Examples<MadeOf<Work>> {
  return all(work) as Examples<MadeOf<Work>>;
}

function all(work: ExampleWork): Examples<Looked> {
  const { count } = work;
  switch (work.of) {
    case 'scenes':
      return sceneExamples(composeScenes(work.cutouts, work.options), count);
    case 'pairs':
      return separatorExamples(composeScenes(work.cutouts, { ...work.options, layout: 'pairs' }), count);
    case 'frames':
      return drawnFrames(work.frames, count, work.options);
  }
}

/** The same work with its pixels in memory that threads share. */
export function shared<Work extends ExampleWork>(work: Work): Work {
  if (work.of === 'frames') {
    const pixels = inSharedMemory(work.frames.map(({ image }) => image.pixels));
    const frames = work.frames.map(({ image, boxes }, i) => ({
      image: { ...image, pixels: pixels[i] ?? image.pixels },
      boxes,
    }));
    return { ...work, frames };
  }
  return { ...work, cutouts: sharedCutouts(work.cutouts) };
}

function sharedCutouts(cutouts: readonly Cutout[]): Cutout[] {
  const bytes = inSharedMemory(cutouts.flatMap(({ levels, mask }) => [levels, mask]));
  return cutouts.map((cutout, i) => ({
    ...cutout,
    levels: bytes[2 * i] ?? cutout.levels,
    mask: bytes[2 * i + 1] ?? cutout.mask,
  }));
}

/** What a thread does: makes examples, and hands over their memory. */
export function startMaking(work: ExampleWork): Answers<ExampleTask, Looked[]> {
  const examples = all(work);
  return (task) => {
    const answer = made(examples, task);
    const arrays = answer.flatMap((example) => Object.values(example).filter(ArrayBuffer.isView));
    return { answer, transfer: arrays.map(({ buffer }) => buffer as ArrayBuffer) };
  };
}
