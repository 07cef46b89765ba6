/** Checks networks and training settings from callers by their schemas, before anything is computed. */
import { z } from 'zod';
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import { createTrunk } from '../network/network.js';
import { type PresetName, presets } from '../network/presets.js';
import { type HeadSpec, headSchema, type NetworkSpec, networkSchema } from '../network/spec.js';
import {
  type AugmentationConfig,
  augmentationSchema,
  type TrainingConfig,
  type TrainingConfigInput,
  trainingSchema,
} from '../training/config.js';
import { presetTraining } from '../training/presets.js';

/** The network of an option, and how it is trained. @throws CladenetError CONFIG with every problem of the one at fault */
export function resolveNetwork(
  network: PresetName | NetworkSpec = 'compact',
  training: TrainingConfigInput = {},
): { readonly spec: NetworkSpec; readonly config: TrainingConfig } {
  const preset = typeof network === 'string' ? requirePreset(network) : undefined;
  const spec = preset === undefined ? checked(networkSchema, network, 'network') : presets[preset];
  const config = parseTraining({ ...(preset && presetTraining[preset]), ...training });
  requireOneMix(config);
  requireBatchFits(spec, config);
  requireSizesFit(spec, config);
  return { spec, config };
}

/** Both say which images an epoch has. */
function requireOneMix({ balance, classShare }: TrainingConfig): void {
  if (balance === 0 || classShare === 0) return;
  const problem = { where: 'training.classShare', expected: '0 with `balance`', received: String(classShare) };
  throw new CladenetError('CONFIG', 'This training is not valid', [problem]);
}

/** 256 GiB, more than any device has. */
const MAX_BATCH_BYTES = 2 ** 38;

/** Training keeps what the layers put out for a batch until the gradient is computed: at least that has to fit. */
function requireBatchFits({ trunk }: NetworkSpec, { batch }: TrainingConfig): void {
  const { maps } = createTrunk(trunk);
  const bytes = 4 * batch * maps;
  if (bytes <= MAX_BATCH_BYTES) return;
  const largest = Math.floor(MAX_BATCH_BYTES / (4 * maps));
  throw new CladenetError('CONFIG', 'No device has the memory for a batch of this network', [
    {
      where: 'training.batch',
      expected: `at most ${largest} images, whose feature maps take 256 GiB`,
      received: String(batch),
      remedy: 'Lower `batch`, or use a smaller network.',
    },
  ]);
}

/** Smaller images than the network's are only of use to a network that takes them, with the same weights. */
function requireSizesFit({ trunk }: NetworkSpec, { sizes }: TrainingConfig): void {
  const where = 'training.sizes';
  const problems = sizes.flatMap((size): Problem[] => {
    if (size >= trunk.input.size)
      return [{ where, expected: `less than the network's ${trunk.input.size} pixels`, received: String(size) }];
    if (trunk.pooling === 'flatten') {
      const expected = 'no sizes, because the network flattens its last feature maps, whose number depends on the size';
      return [{ where, expected, received: String(size) }];
    }
    // Throws where a layer leaves no pixels.
    createTrunk({ ...trunk, input: { ...trunk.input, size } });
    return [];
  });
  if (problems.length > 0) throw new CladenetError('CONFIG', 'This training is not valid', problems);
}

/** @throws CladenetError CONFIG for a loss that needs a tree over the classes, where there is none */
export function requireCrossEntropy({ loss }: Pick<TrainingConfig, 'loss'>): void {
  if (loss === 'cross-entropy') return;
  const expected = 'cross-entropy, for a classifier without a tree';
  const remedy = "Train a tree whose one head learns all classes: with the trunk 'joint', or with path-sum heads.";
  throw new CladenetError('CONFIG', 'This training is not valid', [
    { where: 'training.loss', expected, received: loss, remedy },
  ]);
}

export function parseTraining(training: TrainingConfigInput): TrainingConfig {
  return checked(trainingSchema, training, 'training');
}

export function parseAugmentation(augmentation: NonNullable<TrainingConfigInput['augmentation']>): AugmentationConfig {
  return checked(augmentationSchema, augmentation, 'augmentation');
}

export function parseHead(head: HeadSpec): HeadSpec {
  return checked(headSchema, head, 'head');
}

function requirePreset(name: PresetName): PresetName {
  if (Object.hasOwn(presets, name)) return name;
  throw new CladenetError('CONFIG', 'There is no such network', [
    {
      where: 'network',
      expected: `${Object.keys(presets).join(', ')}, or a network specification`,
      received: name,
      remedy: didYouMean(name, Object.keys(presets)),
    },
  ]);
}

function checked<S extends z.ZodType>(schema: S, input: unknown, name: string): z.output<S> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue): Problem[] => {
    const where = (...more: string[]) => z.core.toDotPath([name, ...issue.path, ...more]);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ where: where(key), expected: 'a known field', received: key }));
    }
    // The schema's messages are "Too small: expected X" or "Invalid input: expected X, received a TYPE".
    const [, expected = issue.message] = /expected (.*?)(?:, received .*)?$/is.exec(issue.message) ?? [];
    return [{ where: where(), expected, received: JSON.stringify(issue.input) ?? 'nothing' }];
  });
  throw new CladenetError('CONFIG', `This ${name} is not valid`, problems);
}
