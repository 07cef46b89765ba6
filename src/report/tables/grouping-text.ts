/**
 * Groups of confused classes as a report in plain text: how they were found, what they hold, and the tables beside
 * them.
 */
import { append } from '../../arrays.js';
import type { SpecialistsScores } from '../../classifier/specialists/score-specialists.js';
import type { MethodsComparison } from '../../grouping/compare-methods.js';
import type { Confusion } from '../../grouping/confusion.js';
import type { GroupingMethod } from '../../grouping/group-classes.js';
import type { Grouping } from '../../grouping/grouping.js';
import type { Sweep } from '../../grouping/sweep.js';
import type { Symmetrization } from '../../grouping/symmetrize.js';
import { counted, percent } from '../../units.js';
import { agreementTable, groupsText, sweepTable, WIDTH } from './group-tables.js';
import { wordsOf, wrap } from './terminal-text.js';

/** What {@link groupingText} prints. */
export interface GroupingResults {
  readonly grouping: Grouping;
  /** The threshold of the groups; undefined for methods without one. */
  readonly beta?: number | undefined;
  /** If it recommends `beta`, its reason is quoted. */
  readonly sweep?: Sweep | undefined;
  /** Specialists on the groups of each threshold of the sweep. */
  readonly specialists?: SpecialistsScores | undefined;
  readonly comparison?: MethodsComparison | undefined;
}

/** Options of {@link groupingText}. */
export interface GroupingTextOptions {
  /** As the groups were made. */
  readonly method: GroupingMethod;
  readonly symmetrize: Symmetrization;
  /** Whether the table of the sweep is shown. Default false. */
  readonly showSweep?: boolean | undefined;
  /** Whether the confusion matrix was made out of fold, not on the images that judge the specialists. Default false. */
  readonly outOfFold?: boolean | undefined;
  /** Characters in a line. Default 100. */
  readonly width?: number | undefined;
}

/**
 * How the groups were found, each group with its classes and mistakes, then the tables of what there is beside them.
 */
export function groupingText(
  confusion: Confusion,
  { grouping, beta, sweep, specialists, comparison }: GroupingResults,
  { method, symmetrize, showSweep = false, outOfFold = false, width = WIDTH }: GroupingTextOptions,
): string {
  const parts = [`${method} on ${amount(confusion)}, C made symmetric by ${symmetrize}`];
  if (beta !== undefined) {
    const recommended = beta === sweep?.recommended.beta ? sweep.recommended.reason : undefined;
    parts.push(`beta ${beta}${recommended === undefined ? '' : ', recommended:'}`);
    if (recommended !== undefined) append(parts, wrap(wordsOf(recommended), width, '    '));
  }
  parts.push('', groupsText(confusion, grouping, { width }));
  if (sweep !== undefined && showSweep) parts.push('', sweepTable(sweep, { specialists }));
  if (specialists !== undefined) append(parts, ['', ...wrap(wordsOf(specialistsNote(specialists, outOfFold)), width)]);
  if (comparison !== undefined) {
    parts.push('', 'Agreement of the methods on as many groups (adjusted Rand index)', '', agreementTable(comparison));
  }
  return parts.join('\n');
}

/** What the accuracies with specialists are, and are not. */
function specialistsNote({ images, flat }: SpecialistsScores, outOfFold: boolean): string {
  return (
    'specialists: how many were kept of those trained, heads on the CNN block of the flat classifier. accuracy: with ' +
    `them, on the ${counted(images, 'validation image')} of the flat classifier, which alone reaches ` +
    `${percent(flat.accuracy)}. The same images ${outOfFold ? '' : 'grouped the classes, '}chose the epochs, dropped ` +
    'specialists and gave these accuracies, which are therefore too high: use them to compare thresholds, and the test ' +
    'images to measure what is gained.'
  );
}

/** `121 classes (2412 images, 793 mistakes)`, or what there is to say of probabilities and shares. */
function amount({ classes, counts, images, unit }: Confusion): string {
  const named = counted(classes.length, 'class', 'classes');
  if (images === undefined) return `${named} (number of images unknown)`;
  const all = images.reduce((sum, count) => sum + count, 0);
  const hits = classes.reduce((sum, _, i) => sum + (counts[i * (classes.length + 1)] ?? 0), 0);
  const wrong =
    unit === 'images'
      ? counted(Math.round(all - hits), 'mistake')
      : `${percent(1 - hits / all)} of their probability on wrong classes`;
  return `${named} (${counted(Math.round(all), 'image')}, ${wrong})`;
}
