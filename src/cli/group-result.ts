/** What `cladenet group` prints and writes. */
import type { SpecialistsScores } from '../classifier/specialists/score-specialists.js';
import type { MethodsComparison } from '../grouping/compare-methods.js';
import type { Confusion } from '../grouping/confusion.js';
import type { Grouping } from '../grouping/grouping.js';
import { mistakesInGroup } from '../grouping/mistakes.js';
import { namedGroups } from '../grouping/named-groups.js';
import type { Sweep } from '../grouping/sweep.js';
import { agreementTable, groupsText, sweepTable, WIDTH } from '../report/tables/group-tables.js';
import { wordsOf, wrap } from '../report/tables/terminal-text.js';
import { counted, percent } from '../units.js';
import type { GroupCommand } from './options.js';

/** What the command worked out. */
export interface GroupResult {
  readonly grouping: Grouping;
  /** The threshold of the groups; undefined for methods without. */
  readonly beta: number | undefined;
  readonly sweep: Sweep | undefined;
  /** With specialists on the groups of each threshold of the sweep. */
  readonly specialists: SpecialistsScores | undefined;
  readonly comparison: MethodsComparison | undefined;
}

/** For the terminal: the groups, and the tables that were asked for. */
export function resultText(
  confusion: Confusion,
  command: GroupCommand,
  { grouping, beta, sweep, specialists, comparison }: GroupResult,
): string {
  const { symmetrize, method } = command;
  const width = process.stdout.columns ?? WIDTH;
  const parts = [`${method} on ${amount(confusion)}, C made symmetric by ${symmetrize}`];
  if (beta !== undefined) {
    const recommended = beta === sweep?.recommended.beta ? sweep.recommended.reason : undefined;
    parts.push(`beta ${beta}${recommended === undefined ? '' : ', recommended:'}`);
    if (recommended !== undefined) parts.push(...wrap(wordsOf(recommended), width, '    '));
  }
  parts.push('', groupsText(confusion, grouping, { width }));
  if (sweep !== undefined && command.sweep) parts.push('', sweepTable(sweep, { specialists }));
  if (specialists !== undefined) parts.push('', ...wrap(wordsOf(specialistsNote(specialists, command)), width));
  if (comparison !== undefined) {
    parts.push('', 'Agreement of the methods on as many groups (adjusted Rand index)', '', agreementTable(comparison));
  }
  return parts.join('\n');
}

/** What the accuracies with specialists are, and are not. */
function specialistsNote({ images, flat }: SpecialistsScores, { outOfFold }: GroupCommand): string {
  return (
    `specialists: kept of all that were trained, heads on the CNN block of the flat classifier; accuracy: with them, on the ` +
    `${counted(images, 'image')} of its validation part. Without any it is ${percent(flat.accuracy)}. The same images ` +
    `${outOfFold === undefined ? 'grouped the classes, ' : ''}chose the epochs, dropped specialists and scored, so that ` +
    'the accuracies are too good: they tell thresholds apart, and the test part has the word on what is gained.'
  );
}

/** `121 classes (2412 images, 793 mistakes)`, or what there is to say of probabilities and shares. */
function amount(confusion: Confusion): string {
  const { classes, counts, images, unit } = confusion;
  const named = counted(classes.length, 'class', 'classes');
  if (images === undefined) return `${named} (how many images is not known)`;
  const all = images.reduce((sum, count) => sum + count, 0);
  const hits = classes.reduce((sum, _, i) => sum + (counts[i * (classes.length + 1)] ?? 0), 0);
  const wrong =
    unit === 'images'
      ? counted(Math.round(all - hits), 'mistake')
      : `${percent(1 - hits / all)} of their probability on wrong classes`;
  return `${named} (${counted(Math.round(all), 'image')}, ${wrong})`;
}

/** The file of `--json`; what was not asked for is null. */
export function resultJson(
  confusion: Confusion,
  command: GroupCommand,
  { grouping, beta, sweep, specialists, comparison }: GroupResult,
) {
  const { method, symmetrize, alpha, linkage, seed } = command;
  const { classes, groups, merges } = grouping;
  const named = namedGroups(grouping).map((one) => ({ ...one, mistakes: mistakesInGroup(confusion, one.classes) }));
  return {
    classes,
    groups,
    merges,
    named,
    mistakesInside: named.reduce((sum, { mistakes }) => sum + mistakes.ofAll, 0),
    options: {
      method,
      symmetrize,
      alpha: alpha ?? null,
      linkage: linkage ?? null,
      beta: beta ?? null,
      groups: command.groups ?? null,
      seed,
    },
    recommended: sweep?.recommended ?? null,
    sweep: sweep?.points ?? null,
    specialists: specialists ?? null,
    agreement: comparison === undefined ? null : asTable(comparison),
  };
}

function asTable({ methods, agreement }: MethodsComparison) {
  return {
    methods: methods.map(({ method, grouping }) => ({ method, groups: grouping.groups })),
    adjustedRand: agreement,
  };
}
