/** Where a taxonomy comes from, and how a tree is built on it. */
import { HEAD_KINDS, TRUNKS } from '../classifier/schema.js';
import { DECIDE_BY } from '../classifier/train/tree-options.js';
import { LOSSES, trainingSchema } from '../training/config.js';
import { oneOf, text } from '../value-schemas.js';
import { grouped, option } from './option.js';

export const taxonomyFile = option(text('a file or a folder'), {
  description: 'taxonomy: a table, JSON, Darwin Core, WoRMS or Newick file, or a folder',
  value: 'file',
  reads: 'file',
});

export const singleChild = option(oneOf('refuse', 'collapse', 'keep').default('refuse'), {
  description: 'what to do about an inner node with a single child',
  value: 'kind',
});

export const decideBy = option(oneOf(...DECIDE_BY).default('head'), {
  description: 'what decides in the nodes',
  value: 'kind',
  choices: {
    head: 'an MLP block',
    forest: 'a random forest, on the same features in all nodes',
  },
  group: 'Tree',
});

/** Without its default. */
export const trunk = option(oneOf(...TRUNKS), {
  description: 'CNN blocks of the nodes',
  value: 'kind',
  choices: {
    shared: 'heads on the frozen CNN block of a flat classifier',
    own: 'a CNN block for each node',
    joint: 'one CNN block, trained with all nodes',
    layered: 'as joint, level by level from the root',
  },
  group: 'Tree',
});

export const treeOptions = grouped('Tree', {
  trunk: trunk.default('shared'),
  headKind: option(oneOf(...HEAD_KINDS).default('conditional'), {
    description: 'what competes in a decision',
    value: 'kind',
    choices: {
      conditional: 'the children of a node',
      'path-sum': 'all leaves, by the sum of the scores on their paths',
      'new-child': 'the same and a new child of each node, learned from classes that are left out in turn',
    },
    former: 'head',
  }),
});

/** Of a head that decides in all nodes at once. */
export const lossOptions = grouped('Tree', {
  loss: option(oneOf(...LOSSES).optional(), {
    description: 'what the one head for all nodes minimises, with --trunk joint or --head-kind path-sum',
    value: 'kind',
    default: 'cross-entropy',
    choices: {
      'cross-entropy': 'all mistakes are equal',
      hxe: 'hierarchical cross-entropy: decisions far from the root count less',
      'soft-labels': 'classes near the label have a share of the target',
      margin: 'soft-max-margin: distant classes have to be told apart by more',
    },
  }),
  lossStrength: option(trainingSchema.shape.lossStrength.unwrap().unwrap().optional(), {
    description: 'alpha of hxe, beta of soft-labels, or the margin in logits',
    value: 'x',
    default: '0.1 for hxe, 10 for soft-labels, 1 for margin',
  }),
});
