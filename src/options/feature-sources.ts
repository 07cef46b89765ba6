/** Where the features of a classifier come from, for commands and studies. */
import { z } from 'zod';
import { classWeightsSchema } from '../class-weights.js';
import type { Measuring } from '../classifier/train/feature-options.js';
import { COMPONENTS } from '../features/pca.js';
import { featuresWithout } from '../features/sets/without.js';
import { names, text, whole } from '../value-schemas.js';
import { tableColumn } from './common.js';
import { measuringOptions, segmentationOf } from './measuring.js';
import { grouped, option } from './option.js';

const PCA = `none, or a whole number of at least 1`;

/** A source of features by its name: what is measured, what a CNN block gives, or the table of a file. */
export type NamedSource = 'biologists' | 'deep' | { readonly file: string };

/** The sources that words stand for: `both` is what is measured and what the CNN block gives; an unknown word is a file. */
export function sourcesNamed(words: readonly string[]): NamedSource[] {
  return words.flatMap((word): NamedSource[] => {
    if (word === 'both') return ['biologists', 'deep'];
    return [word === 'biologists' || word === 'deep' ? word : { file: word }];
  });
}

export const sourceOptions = grouped('Features', {
  features: option(z.array(text('biologists, deep, both or a file')).min(1).default(['biologists']), {
    description:
      'where features come from: biologists (measured), deep (the CNN block of --from), both, or a table of features',
    value: 'kind|file',
    repeatable: true,
    reads: 'file',
    show: (value: readonly string[]) => value.join(', '),
  }),
  from: option(text('the folder of a classifier').optional(), {
    description: 'classifier whose CNN block gives deep features, and whose split is taken over',
    value: 'model',
    reads: 'classifier',
  }),
  without: option(names().optional(), {
    description:
      'measured features that are not used: their names, or the groups size, shape, grey level, texture and position',
    value: 'a,b,c',
    default: 'all features of --set are used',
  }),
  pca: option(z.union([z.literal('none'), whole(1)], PCA).default(COMPONENTS), {
    description: 'principal components of the deep features that are kept, or none for the features as they are',
    value: 'n|none',
  }),
  tableColumn,
});

type Measured = Pick<z.output<z.ZodObject<typeof measuringOptions>>, 'set'> &
  Parameters<typeof segmentationOf>[0] & { readonly without?: readonly string[] | undefined };

/**
 * What is measured, and how organisms are found.
 *
 * @throws CladenetError USAGE for features to leave out that the set does not have
 */
export function measuringOf(options: Measured): Measuring {
  const { set, without } = options;
  const kept = without === undefined ? {} : { names: featuresWithout(set, without) };
  return { set, segmentation: segmentationOf(options), ...kept };
}

/** Where the forests in the nodes of a tree have their features from. The organism's background is found by the border of each image. */
export const nodeSourceOptions = {
  features: option(sourceOptions.features.default(['deep']), {
    description:
      'with --decide-by forest: where features come from: deep (the shared CNN block), biologists (measured), both, or a table of features',
  }),
  without: sourceOptions.without,
  pca: sourceOptions.pca,
  tableColumn: sourceOptions.tableColumn,
};
const { background: _, ...ofNodes } = measuringOptions;
export const nodeMeasuringOptions = ofNodes;

export const forestOptions = grouped('Forest', {
  trees: option(whole(1, 100_000).default(300), { description: 'number of trees', value: 'n' }),
  classWeights: option(classWeightsSchema.default('none'), {
    description: 'weights of the classes: none, balanced (all classes count alike), or s for (max / n)^s, from 0 to 2',
    value: 'kind|s',
  }),
  minLeaf: option(whole(1).default(1), { description: 'least number of training images in a leaf', value: 'n' }),
  mtry: option(whole(1).optional(), {
    description: 'features drawn at each node',
    value: 'n',
    default: 'the square root of their number',
  }),
});

const { classWeights: __, ...growing } = forestOptions;
/** Of the forests in the nodes of a tree, beside the class weights of every training. */
export const nodeForestOptions = growing;
