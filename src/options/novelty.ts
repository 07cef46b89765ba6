/** Recognising images of classes that nobody labelled. */
import { NOVELTY_METHOD_NAMES, NOVELTY_METHODS } from '../decision/novelty/methods.js';
import { names, oneOf, share, text } from '../value-schemas.js';
import { grouped, option } from './option.js';

/** How new children are recognised. */
export const noveltyMethod = option(oneOf(...NOVELTY_METHOD_NAMES).optional(), {
  description: 'how a new child of a node is recognised',
  value: 'method',
  choices: Object.fromEntries(NOVELTY_METHOD_NAMES.map((name) => [name, NOVELTY_METHODS[name].description])),
  default: 'the best one on these classes',
});

/** What new children are recognised by. */
export const noveltyRule = option(text('a file of `cladenet novelty`').optional(), {
  description: 'recognise new children of nodes by this rule, which `cladenet novelty` chose',
  value: 'file',
  reads: 'file',
  group: 'New species',
});

export const choosingNovelty = grouped('New species', {
  chooseOn: option(names(), {
    description: 'classes that the classifier was not trained on (--hold-out), which choose; others judge it later',
    value: 'a,b,c',
    argument: 'novelClasses',
  }),
  method: noveltyMethod,
  knownAccuracy: option(share().optional(), {
    description: 'the most new children at their parent while this share of known images gets its class',
    unit: 'share',
    default: 'the best mean of both',
  }),
});

export const judgingNovelty = grouped('New species', {
  novelClasses: option(names().optional(), {
    description: 'judge how images of these classes, which the classifier was not trained on, are placed in the tree',
    value: 'a,b,c',
  }),
  novel: option(noveltyRule, {
    description: 'judge this rule of `cladenet novelty` too, and leave out the images of the classes that chose it',
  }),
});
