/** Options of the commands that train. */

import { presets } from '../network/presets.js';
import { checkpointMinutes, config, deviceMemory, fresh, gpu, seed, splitOptions } from './common.js';
import { imageChoice, preparation } from './images.js';
import { grouped, option } from './option.js';
import { singleChild, taxonomyFile } from './taxonomy.js';
import { headDefaults, preset, presetDefault, trainingOptions, views } from './training.js';

/** The images that a classifier is trained on, and their split. */
export const trainedOn = { ...imageChoice, ...splitOptions };

/** How a training is run and kept. */
export const running = { seed, deviceMemory, gpu, checkpointMinutes, fresh, config };

export const networkOptions = grouped('Network', {
  preset,
  ...preparation,
  size: option(preparation.size, { default: presetDefault((name) => presets[name].trunk.input.size) }),
});

/** Images and a run of a training that keeps no checkpoints: on features, which takes minutes at most. */
export const measuredOn = {
  ...trainedOn,
  ...grouped('Labels', {
    taxonomy: option(taxonomyFile.optional(), {
      description: 'taxonomy, where images are labelled at its inner nodes',
      value: 'file',
    }),
    singleChild,
  }),
  seed,
  gpu,
  config,
};

type Described = 'epochs' | 'batch' | 'rate' | 'labelSmoothing' | 'classWeights';

/** Training of heads on a shared CNN block. */
export const headDefault: Readonly<Record<Described, string>> = {
  epochs: String(headDefaults.epochs),
  batch: String(headDefaults.batch),
  rate: String(headDefaults.optimiser.rate),
  labelSmoothing: String(headDefaults.labelSmoothing),
  classWeights: String(headDefaults.classWeights),
};

/** How nodes of a tree are trained, with these defaults. */
export function partTraining(defaults: Readonly<Record<Described, string>>) {
  const { epochs, batch, rate, labelSmoothing, classWeights, balance, augment } = trainingOptions;
  return {
    epochs: option(epochs, { default: defaults.epochs }),
    batch: option(batch, { default: defaults.batch }),
    rate: option(rate, { default: defaults.rate }),
    labelSmoothing: option(labelSmoothing, { default: defaults.labelSmoothing }),
    classWeights: option(classWeights, { default: defaults.classWeights }),
    balance,
    augment,
    views: option(views, { group: 'Training' }),
  };
}

/** As the split of the classifier that the new one is built on. */
export function splitAs(owner: string) {
  return {
    split: option(splitOptions.split, { default: owner }),
    splitSeed: option(splitOptions.splitSeed, { default: owner }),
    groupBy: option(splitOptions.groupBy, { default: owner }),
    fold: option(splitOptions.fold, { default: owner }),
  };
}
