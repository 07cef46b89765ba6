/** `cladenet train detector`: a network that finds organisms in whole images. */
import { z } from 'zod';
import { preprocessingFor } from '../../classifier/preprocessing.js';
import { readAnnotations } from '../../detection/annotations/read-annotations.js';
import type { AnnotatedFrame } from '../../detection/learned/examples/frame-examples.js';
import { divideFrames, readFrames } from '../../detection/learned/examples/read-frames.js';
import type { DetectorDescription } from '../../detection/learned/schema.js';
import type { DetectorData } from '../../detection/learned/training/detector-data.js';
import { trainDetectorInto } from '../../detection/learned/training/train-detector.js';
import { DETECTOR_TRAININGS, SEPARATOR_TRAINING } from '../../detection/learned/training/usual-trainings.js';
import { cutOutPart } from '../../detection/scenes/cut-out-part.js';
import { CladenetError, type Problem } from '../../errors.js';
import { splitOptions } from '../../options/common.js';
import { detectorData, detectorOptions } from '../../options/detecting.js';
import { running } from '../../options/training-run.js';
import { log, print, startProgress } from '../../progress.js';
import { leftOutLines } from '../../report/tables/left-out-text.js';
import { share } from '../../report/tables/training-text.js';
import { requirePrecision } from '../../tensorflow/precision.js';
import type { TrainingConfigInput } from '../../training/config.js';
import { counted, duration } from '../../units.js';
import { deviceOf } from '../device.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';
import { epochProgress, networkHint, openTrainingData, reportResumed } from '../training.js';

const { seed, gpu, checkpointMinutes, fresh, config } = running;

const options = z.strictObject({
  ...detectorOptions,
  ...detectorData,
  ...splitOptions,
  ...{ seed, gpu, checkpointMinutes, fresh, config },
});

type DetectorCommand = z.output<typeof options>;

export const trainDetectorCommand = command({
  arguments: z.object({}),
  options,
  details:
    'The accuracy of an epoch is the mean overlap of boxes at the centres of organisms while training, and the average precision in validation.',
  run: (_, command) => run(command),
});

async function run(command: DetectorCommand): Promise<void> {
  const { out, kind, size, scale, examples, judged, separator, fresh, checkpointMinutes } = command;
  requirePrecision(command.precision, deviceOf(command));
  requireOneSource(command);
  await interruptible(networkHint(out), async (signal) => {
    const data = await (command.images === undefined ? openFrames(command, signal) : openCrops(command, signal));
    const progress = epochProgress();
    const onPart = (part: string) =>
      log(part === 'detector' ? `training a detector: ${kind}` : 'training its separator');
    const detector = await trainDetectorInto(out, data, {
      ...{ kind, size, scale, examples, judged, separator, fresh, checkpointMinutes },
      training: trainingOf(command, DETECTOR_TRAININGS[kind], 1),
      separatorTraining: trainingOf(command, SEPARATOR_TRAINING, 2),
      device: deviceOf(command),
      onResume: reportResumed,
      hooks: { ...progress, onPart, signal },
    }).finally(() => progress.stop());
    const { validation, threshold, edges, mirrored, summary } = detector.description;
    log(`trained in ${duration(summary.seconds)}, saved to ${out}`);
    if (validation !== null) print(`validation: ${precisionText(validation)}`);
    const moved = edges === 'regions' ? ', and their edges moved onto those of connected regions' : '';
    print(`detections are kept from a score of ${threshold.toFixed(3)} on${moved}`);
    if (mirrored !== null) {
      const { validation: seen, threshold: score } = mirrored;
      print(`with detect --views 4: ${precisionText(seen)}, from a score of ${score.toFixed(3)} on`);
    }
    detector.dispose();
  });
}

/** Scenes or frames, not both. */
function requireOneSource({ images, frames, annotations, separator, scale }: DetectorCommand): void {
  const problems = [];
  if ((images === undefined) === (frames === undefined)) {
    const received = images === undefined ? 'none' : 'both';
    problems.push({ where: '--images', expected: 'either --images or --frames', received });
  }
  if ((frames === undefined) !== (annotations === undefined)) {
    const [where, received] =
      frames === undefined ? ['--annotations', 'no --frames'] : ['--frames', 'no --annotations'];
    problems.push({ where, expected: '--frames and --annotations together', received });
  }
  if (frames !== undefined && separator) {
    problems.push({
      where: '--separator',
      expected: '--images, of which each organism is known alone',
      received: '--frames',
    });
  }
  if (images !== undefined && scale !== 1) {
    problems.push({ where: '--scale', expected: '--frames, which it scales', received: '--images' });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'No detector can be trained on that', problems);
}

function trainingOf(
  { epochs, batch, rate, precision, seed: own }: DetectorCommand,
  usual: TrainingConfigInput,
  times: number,
): TrainingConfigInput {
  return {
    ...(epochs !== undefined && { epochs: times * epochs }),
    ...(batch !== undefined && { batch }),
    ...(rate !== undefined && { optimiser: { ...usual.optimiser, kind: 'adamw', rate } }),
    ...(precision !== undefined && { precision }),
    seed: own,
  };
}

async function openCrops(command: DetectorCommand, signal: AbortSignal): Promise<DetectorData> {
  const images = command.images ?? '';
  const data = await openTrainingData({ ...command, images }, { preprocessing: preprocessingFor(), signal });
  const [train, validation] = [await cut('train'), data.split.validation.length === 0 ? [] : await cut('validation')];
  return { from: 'scenes', train, validation };

  async function cut(part: 'train' | 'validation') {
    const progress = startProgress(`cutting out, ${part}`, data.split[part].length);
    const { cutouts, problems } = await cutOutPart(data, part, {
      signal,
      onProgress: (done) => progress.update(done),
    }).finally(() => progress.stop());
    for (const { where, received } of problems.slice(0, 5)) log(`${where}: left out: ${received}`);
    if (problems.length > 5) log(`... and ${problems.length - 5} more are left out`);
    return cutouts;
  }
}

async function openFrames(command: DetectorCommand, signal: AbortSignal): Promise<DetectorData> {
  const { frames: folder = '', annotations = '', list, validationAnnotations, validationList, strict } = command;
  const hasOthers = validationAnnotations !== undefined || validationList !== undefined;
  const train = await framesIn(annotations, list);
  if (!hasOthers) return { from: 'frames', ...divideFrames(train, command.seed) };
  return { from: 'frames', train, validation: await framesIn(validationAnnotations ?? annotations, validationList) };

  async function framesIn(path: string, listed: string | undefined): Promise<AnnotatedFrame[]> {
    const read = await readAnnotations(path, { list: listed, images: folder, part: hasOthers || undefined, strict });
    const leftOut: Problem[] = [...read.problems];
    const progress = startProgress('reading frames', read.frames.length);
    const onProgress = (done: number) => progress.update(done);
    const onLeftOut = strict ? undefined : (problem: Problem) => void leftOut.push(problem);
    const frames = await readFrames(read, folder, { onProgress, onLeftOut, signal }).finally(() => progress.stop());
    for (const line of leftOutLines(leftOut, '--strict')) log(line);
    for (const note of read.notes) log(note);
    const organisms = frames.reduce((sum, { boxes }) => sum + boxes.length, 0);
    log(`${counted(frames.length, 'frame')} with ${counted(organisms, 'organism')}`);
    return frames;
  }
}

const precisionText = ({
  averagePrecision,
  averagePrecision50,
}: NonNullable<DetectorDescription['validation']>): string =>
  `average precision ${share(averagePrecision)}, ${share(averagePrecision50)} at an overlap of 0.5`;
