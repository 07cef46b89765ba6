/** The sources and the decider that a description names, made from the parts of the classifier. */

import type { Weights } from '../../network/weights.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { FeatureSource } from '../feature-schema.js';
import { PCA_MODULE, SCALE_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../modules.js';
import type { FeatureDescription } from '../schema.js';
import type { FeaturesDecider } from './decider.js';
import { type Components, deepSource } from './deep-source.js';
import { forestDecider } from './forest-decider.js';
import { headDecider } from './head-decider.js';
import { measuredSource } from './measured-source.js';
import { memberSource } from './member-source.js';
import { mixtureDecider } from './mixture-decider.js';
import type { FeatureParts } from './parts.js';
import type { Scale } from './scale.js';
import type { Source } from './source.js';
import { tableSource } from './table-source.js';

export function openSources(
  { sources, preprocessing }: Pick<FeatureDescription, 'sources' | 'preprocessing'>,
  { weights, members = [], tables = [] }: Omit<FeatureParts, 'forest'>,
  make: MakeProgram,
): readonly Source[] {
  const classifiers = members[Symbol.iterator]();
  const given = tables[Symbol.iterator]();
  return sources.map(open);

  function open(source: FeatureSource): Source {
    switch (source.kind) {
      case 'deep': {
        const trunk = { spec: source.trunk, weights: required(weights.get(TRUNK_MODULE)), preprocessing };
        const pca = source.pca === null ? undefined : arraysOf(required(weights.get(PCA_MODULE)));
        return deepSource(trunk, pca as Components | undefined, make);
      }
      case 'biologists':
        return measuredSource(source);
      case 'table':
        return tableSource(source, given.next().value);
      case 'classifier':
        return memberSource(required(classifiers.next().value));
    }
  }
}

export function openDecider(
  { decider, classes }: FeatureDescription,
  { weights, forest }: FeatureParts,
  make: MakeProgram,
): FeaturesDecider {
  switch (decider.kind) {
    case 'forest':
      return forestDecider(required(forest));
    case 'head': {
      const scale = arraysOf(required(weights.get(SCALE_MODULE))) as unknown as Scale;
      const own = required(weights.get(TREE_HEAD_MODULE));
      return headDecider({ spec: decider.head, weights: own, scale, classes: classes.length }, make);
    }
    case 'mixture':
      return mixtureDecider(decider.share, classes.length);
  }
}

const arraysOf = (weights: Weights) =>
  Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data as Float32Array]));

/** Training and loading have made sure that there is each part. */
function required<T>(part: T | undefined): T {
  if (part === undefined) throw new TypeError('a part of the classifier is missing');
  return part;
}
