/** How classes are decided from probabilities. */
import { z } from 'zod';
import { ROUTINGS } from '../classifier/schema.js';
import { ruleText } from '../decision/class-threshold-table.js';
import { STOP_RULES } from '../decision/stop-rules.js';
import { names, number, oneOf, oneOfNumbers, text } from '../value-schemas.js';
import { imageChoice } from './images.js';
import { grouped, option } from './option.js';
import { singleChild, taxonomyFile } from './taxonomy.js';

const THRESHOLD_RULE = 'f1, or precision: and a number above 0 and below 1, like precision:0.9';
const precision = number(THRESHOLD_RULE, (value) => value > 0 && value < 1);
const RULES = [z.literal('f1'), z.strictObject({ precision })] as const;

/** By what a threshold is chosen for each class. */
export const thresholdRule = option(z.union(RULES, THRESHOLD_RULE), {
  description: 'what each threshold is chosen by',
  value: 'rule',
  read: readThresholdRule,
  show: ruleText as (value: never) => string,
});

function readThresholdRule(typed: string): unknown {
  const share = /^precision:(.+)$/.exec(typed)?.[1];
  return share === undefined ? typed : { precision: Number(share) };
}

const RULE_OR_TABLE = `${THRESHOLD_RULE}, or a table of thresholds`;
const thresholdTable = z.strictObject({ file: text(RULE_OR_TABLE) });

function readRuleOrTable(typed: string): unknown {
  const rule = readThresholdRule(typed);
  return rule === 'f1' || typeof rule === 'object' ? rule : { file: typed };
}

export const routing = option(oneOf(...ROUTINGS).optional(), {
  description: "how a tree combines its nodes' probabilities",
  value: 'kind',
  default: 'the one the tree chose on its validation images',
});

export const decidingOptions = grouped('Deciding', {
  routing,
  decide: option(oneOf('leaf', 'lca').default('leaf'), {
    description: 'rule that picks the class',
    value: 'rule',
    choices: { leaf: 'the most probable class', lca: 'the class with the lowest expected LCA height in the taxonomy' },
  }),
  tta: option(oneOfNumbers(1, 2, 4, 8).default(1), {
    description: 'test-time augmentation: average over this many rotated and mirrored views of each image',
    value: 'n',
  }),
});

/** Predicting within a subset of taxa. */
export const amongOptions = grouped('Deciding', {
  among: option(names().optional(), {
    description: 'predict within these classes or nodes of the taxonomy; their probabilities are made to sum to 1',
    value: 'a,b,c',
    default: 'all classes',
  }),
  below: option(text('a node').optional(), {
    description: 'predict within the classes below this node of the taxonomy, as --among',
    value: 'node',
  }),
});

/** Deciding on an ancestor where the class is not sure enough. */
export const stoppingOptions = grouped('Stopping at an ancestor', {
  minConfidence: option(number('a number above 0 and at most 1', (value) => value > 0 && value <= 1).optional(), {
    description: 'where the class is less probable than this, decide on the first ancestor that is not',
    unit: 'probability',
  }),
  stopBy: option(oneOf(...STOP_RULES).optional(), {
    description: 'what the threshold bounds',
    value: 'rule',
    default: 'probability',
    choices: {
      probability: 'the probability of the node',
      information: 'the weight of being right against saying more, which says more where as much is right',
      rejection: 'the probability of the class; below it only the root is left',
    },
  }),
  targetAccuracy: option(number('a number above 0 and below 1', (value) => value > 0 && value < 1).optional(), {
    description: 'choose that threshold so that this share of the decided nodes is right',
    unit: 'share',
  }),
  classThresholds: option(z.union([...RULES, thresholdTable], RULE_OR_TABLE).optional(), {
    description:
      'a threshold for each class, from a table that `cladenet thresholds` wrote, or chosen now: f1 (the largest F1), or ' +
      'precision:0.9 (that this share of the images named so is right; otherwise the class is never named)',
    value: 'rule|file',
    reads: 'file',
    read: readRuleOrTable,
  }),
  images: option(imageChoice.images.optional(), {
    description:
      'for --target-accuracy, --class-thresholds, --coverage and --balance: the images the classifier was trained with, whose validation ' +
      'set chooses; --target-accuracy needs none for a tree that decides as it chose itself',
    value: 'dir|table',
  }),
  taxonomy: option(taxonomyFile.optional(), {
    description: 'taxonomy to stop in, as a CSV, TSV or JSON file or a folder of folders',
    value: 'file',
    default: "the model's own; a flat classifier has none",
  }),
  singleChild,
});
