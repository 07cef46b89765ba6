/** The network of a detector: trained, then judged by examples that it was not trained on. */
import type { MakeProgram } from '../../../tensorflow/device.js';
import type { FitHooks } from '../../../training/hooks.js';
import { type Fitted, type Lesson, learn } from '../../../training/loop.js';
import { createTrainerFor } from '../../../training/trainer.js';
import { exampleSource } from '../examples/example-source.js';
import type { ExampleStream } from '../examples/examples.js';
import { withExamples } from '../examples/examples-ahead.js';
import { forwardOf } from '../network/forward.js';
import type { Parts } from '../network/network-of.js';
import type { DetectorData } from './detector-data.js';
import { detectorLesson, judgedBy } from './detector-lesson.js';
import type { DetectorPlan } from './detector-plan.js';
import { judgingOf, workOf } from './detector-work.js';
import { foundMirrored, type Judgement, judgementOf, NOT_JUDGED } from './judgement.js';
import { AT_ONCE } from './training-parts.js';

export interface DetectorFit {
  readonly fitted: Fitted;
  readonly judgement: Judgement;
}

export interface FitDetectorOptions {
  readonly make: MakeProgram;
  readonly suppression: number;
  /** Threads that make examples beside this one. */
  readonly threads: number;
  readonly hooks: FitHooks;
}

/** @throws CladenetError TRAINING, DIVERGED, RUNTIME, ABORTED */
export function fitDetector(
  data: DetectorData,
  plan: DetectorPlan,
  parts: Parts,
  { make, suppression, threads, hooks }: FitDetectorOptions,
): Promise<DetectorFit> {
  const ahead = { side: plan.size, threads };
  return withExamples(workOf(data, plan), judgingOf(data, plan), ahead, async (stream) => {
    const lesson = detectorLesson(parts, stream, { trained: plan.examples, suppression });
    const { fitted, judged } = await trainOn(stream, lesson);
    if (judged === undefined || judged.frames.length === 0) return { fitted, judgement: NOT_JUDGED };
    const forward = forwardOf(make, parts.model, parts.objective, fitted.weights, { side: plan.size, channels: 1 });
    try {
      const reading = { suppression, edges: judged.edges };
      const found = await foundMirrored(forward.run, parts, stream, lesson.validation, reading, hooks.signal);
      return { fitted, judgement: judgementOf(judged, found) };
    } finally {
      forward.dispose();
    }
  });

  async function trainOn(stream: ExampleStream, lesson: Lesson<object>) {
    const { config } = plan;
    const objective = parts.objective(stream);
    const trainer = createTrainerFor(objective, make, parts.model, exampleSource(stream), config, AT_ONCE);
    try {
      const fitted = await learn(trainer, lesson, config, parts.first(config.seed), hooks);
      trainer.start(fitted.weights, parts.model.outputs);
      return { fitted, judged: judgedBy(trainer, parts, stream, lesson.validation, suppression) };
    } finally {
      trainer.dispose();
    }
  }
}
