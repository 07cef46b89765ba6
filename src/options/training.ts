/** How a classifier is trained. Ranges are those of the training's own schema, defaults those of the presets. */
import { presets } from '../network/presets.js';
import { type TrainingConfig, trainingSchema } from '../training/config.js';
import { headTraining, presetTraining } from '../training/presets.js';
import { oneOf, positive, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const PRESETS = Object.keys(presets) as (keyof typeof presets)[];
export const DEFAULT_PRESET = 'compact';

export const preset = option(oneOf(...PRESETS).default(DEFAULT_PRESET), {
  description: 'network by name',
  value: 'name',
});

/** `12 for compact, 100 for report`, or the one value that all presets have. */
export function presetDefault(pick: (name: keyof typeof presets, config: TrainingConfig) => string | number): string {
  const values = new Map(
    [DEFAULT_PRESET, ...PRESETS].map((name) => [name, pick(name as (typeof PRESETS)[number], configOf(name))]),
  );
  if (new Set(values.values()).size === 1) return String([...values.values()][0]);
  return [...values].map(([name, value]) => `${value} for ${name}`).join(', ');
}

const configOf = (name: string) => trainingSchema.parse(presetTraining[name as (typeof PRESETS)[number]]);

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
