/** How a classifier is trained. Ranges are those of the training's own schema, defaults those of the presets. */
import { z } from 'zod';
import { presets } from '../network/presets.js';
import { ALL_STAGES, RANDOM, type TrainingConfig, trainingSchema } from '../training/config.js';
import { headTraining, presetTraining } from '../training/presets.js';
import { oneOf, positive, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const PRESETS = Object.keys(presets) as (keyof typeof presets)[];
export const DEFAULT_PRESET = 'compact';

export const preset = option(oneOf(...PRESETS).default(DEFAULT_PRESET), {
  description: 'network by name',
  value: 'name',
});

/** The one value that all presets have, or `12 for compact, 100 for report, 8 for the others`: the most frequent value is the last. */
export function presetDefault(pick: (name: keyof typeof presets, config: TrainingConfig) => string | number): string {
  const values = new Map<string, (typeof PRESETS)[number][]>();
  for (const name of [DEFAULT_PRESET, ...PRESETS.filter((one) => one !== DEFAULT_PRESET)] as const) {
    const value = String(pick(name, configOf(name)));
    values.set(value, [...(values.get(value) ?? []), name]);
  }
  const [most, ...others] = [...values].sort(([, a], [, b]) => b.length - a.length);
  if (most === undefined || others.length === 0) return most?.[0] ?? '';
  return [...others.map(([value, names]) => `${value} for ${names.join(' and ')}`), `${most[0]} for the others`].join(
    ', ',
  );
}

const configOf = (name: (typeof PRESETS)[number]) => trainingSchema.parse(presetTraining[name]);

/** How heads on the features of a frozen CNN block are trained. */
export const headDefaults = trainingSchema.parse(headTraining);

const { shape } = trainingSchema;

export const trainingOptions = grouped('Training', {
  epochs: option(shape.epochs.unwrap().optional(), {
    description: 'passes over the training images',
    value: 'n',
    default: presetDefault((_, { epochs }) => epochs),
  }),
  batch: option(shape.batch.unwrap().optional(), {
    description: 'images in a training step',
    value: 'n',
    default: presetDefault((_, { batch }) => batch),
  }),
  rate: option(positive().optional(), {
    description: 'learning rate; of a one-cycle schedule its peak',
    value: 'x',
    default: presetDefault((_, { optimiser }) => optimiser.rate),
  }),
  labelSmoothing: option(shape.labelSmoothing.unwrap().optional(), {
    description: 'share of the target spread evenly over all classes, from 0 to below 1',
    unit: 'share',
    default: presetDefault((_, { labelSmoothing }) => labelSmoothing),
  }),
  classWeights: option(shape.classWeights.unwrap().optional(), {
    description:
      'weights of the classes in the loss: none, balanced (all classes count alike), or s for (max / n)^s, from 0 to 2',
    value: 'kind|s',
    default: presetDefault((_, { classWeights }) => classWeights),
  }),
  balance: option(shape.balance.unwrap().optional(), {
    description: 'show this many images of each class in an epoch; small classes are repeated',
    value: 'n',
    default: 'all images once',
  }),
  classShare: option(shape.classShare.unwrap().optional(), {
    description:
      'where images are labelled at inner nodes of the taxonomy: the least share of an epoch of those labelled by a class, which are repeated',
    unit: 'share',
    default: '0, all images once',
  }),
  augment: option(toggle().default(true), {
    description: 'augment the training images at random',
    negated: 'show the training images unchanged',
  }),
  unaugmentedShare: option(shape.unaugmentedShare.unwrap().optional(), {
    description: 'share of the epochs, the last ones, without augmentation, from 0 to 1',
    unit: 'share',
    default: presetDefault((_, { unaugmentedShare }) => unaugmentedShare),
    former: 'plainShare',
  }),
  precision: option(shape.precision.unwrap().optional(), {
    description: 'arithmetic of the convolutions while training',
    value: 'type',
    default: presetDefault((_, { precision }) => precision),
  }),
});

/** How a network is trained that starts from trained weights. Also of use to others, except the first. */
export const fineTuningOptions = grouped('Fine-tuning', {
  trunkWeights: option(shape.trunkWeights.unwrap().optional(), {
    description:
      'weights that the CNN block starts from: random, a network of cladenet trunk list, or a .safetensors or .pth file',
    value: 'name|file',
    reads: 'file',
    default: `those of the preset in the list of cladenet trunk list, else ${RANDOM}`,
  }),
  headRate: option(shape.headRate.unwrap().optional(), {
    description: 'learning rate of the MLP block, as a multiple of --rate',
    value: 'x',
    default: presetDefault((_, { headRate }) => headRate),
  }),
  layerDecay: option(shape.layerDecay.unwrap().optional(), {
    description: 'factor by which the learning rate falls from each layer of the CNN block to the one before it',
    value: 'x',
    default: presetDefault((_, { layerDecay }) => layerDecay),
  }),
  frozenStages: option(shape.frozenStages.unwrap().optional(), {
    description:
      'first layers and stages of the CNN block that are not trained, as cladenet network lists them; with all of them its features are computed once and the MLP block is trained on them',
    value: 'n|all',
    default: presetDefault((_, { frozenStages }) => frozenStages),
    read: (typed) => (typed === 'all' ? ALL_STAGES : /^\d+$/.test(typed) ? Number(typed) : typed),
    show: (stages: number) => (stages === ALL_STAGES ? 'all' : String(stages)),
  }),
  headSteps: option(shape.headSteps.unwrap().optional(), {
    description: 'steps at the start in which only the MLP block is trained',
    unit: 'steps',
    default: presetDefault((_, { headSteps }) => headSteps),
  }),
  sizes: option(shape.sizes.unwrap().optional(), {
    description: 'sides of smaller images for the first epochs, which are divided evenly among them and --size',
    unit: 'pixels',
    default: 'none',
    read: (typed) => typed.split(',').map((part) => (part.trim() === '' ? part : Number(part))),
    show: (sizes: readonly number[]) => sizes.join(','),
  }),
  averaging: option(shape.averaging.unwrap().optional(), {
    description:
      'share of the old value in a moving average of the weights per step, such as 0.999, which is kept; 0 for none',
    unit: 'share',
    default: presetDefault((_, { averaging }) => averaging),
  }),
  statisticsBatches: option(shape.statisticsBatches.unwrap().optional(), {
    description:
      'batches by which the statistics of batch normalisation are estimated anew after each epoch; 0 for none',
    unit: 'batches',
    default: presetDefault((_, { statisticsBatches }) => statisticsBatches),
  }),
});

/** How a network learns from others. */
export const teacherOptions = grouped('Teachers', {
  teacher: option(z.array(z.string()).min(1).optional(), {
    description:
      'classifier whose probabilities are learned, of the same classes: flat, or a tree with one CNN block; the probabilities of several are averaged, and the split is that of the first',
    value: 'model',
    repeatable: true,
    reads: 'classifier',
    argument: 'teachers',
  }),
  teacherShare: option(shape.teacherShare.unwrap().optional(), {
    description: 'share of the teachers in the target; the rest is the labels',
    unit: 'share',
    default: '1',
  }),
  teacherTemperature: option(shape.teacherTemperature.unwrap().optional(), {
    description:
      'what the scores of the teachers and of the network are divided by before they are compared; above 1, unlikely classes count more',
    value: 'x',
    default: '1',
  }),
});

/** Of heads on a shared CNN block: the features of augmented views are cached. */
export const views = option(whole(0, 100).optional(), {
  description: 'for heads on a shared CNN block: augmented views of each training image whose features are cached',
  value: 'n',
  default: '2',
});

/** Of classifiers within groups of classes, below a flat one. */
export const specialistTrunk = option(oneOf('shared', 'own').default('shared'), {
  description: 'CNN block of a specialist',
  value: 'kind',
  choices: {
    shared: "the flat classifier's, with its own MLP block",
    own: "a separate network that starts from the flat classifier's CNN block",
  },
});
