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
