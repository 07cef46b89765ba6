/** Fine-tuning as plain text: each version of a node that was tried, and what the tree gained on its test images. */
import type { Measure, NodeAttempt } from '../../classifier/schema.js';
import type { Comparison } from '../../evaluation/compare.js';
import { printPath } from '../../taxonomy/names.js';
import type { Tuned } from '../../tuning/options.js';
import type { Weakest } from '../../tuning/weakest.js';
import { counted, duration, percent } from '../../units.js';
import { coverageNote } from '../coverage.js';
import { formatChange, formatP, metricColumn } from '../metrics.js';
import { alignWithRemark } from './columns.js';

const TITLES: Readonly<Record<Measure, string>> = { accuracy: 'accuracy', logLoss: 'log-loss', ahd: 'AHD' };

const format = (measure: Measure, value: number) => (measure === 'accuracy' ? percent(value) : value.toFixed(4));

/**
 * One line an attempt: the node, what was trained, its validation images, the measure of the whole tree on its
 * validation images before and after, and the outcome.
 * @param attempts `description.attempts` of a tuned tree, all judged by one measure
 * @returns lines of text; the empty string where there are none
 */
export function tuneTable(attempts: readonly NodeAttempt[]): string {
  const [first] = attempts;
  if (first === undefined) return '';
  const head = ['node', 'trained', 'images', `${TITLES[first.measure]} before`, 'after', 'took', ''];
  const rows = attempts.map((attempt) => {
    const { node, as, images, measure, before, after, seconds } = attempt;
    return [
      printPath(node),
      as,
      String(images),
      format(measure, before[measure]),
      after === null ? 'diverged' : format(measure, after[measure]),
      duration(seconds),
      outcome(attempt),
    ];
  });
  return alignWithRemark([head, ...rows], 2).join('\n');
}

/** The outcome, and its reason where the measure does not show it. */
function outcome({ accepted, measure, before, after, tried }: NodeAttempt): string {
  const fate = accepted ? 'accepted' : 'rejected';
  const why = accepted && after?.[measure] === before[measure] ? ' for lower log-loss' : '';
  return `${fate}${why}${tried === undefined ? '' : `, best of ${tried}`}`;
}

/**
 * `accuracy 71.2 % to 72.4 %: +1.2 points, 95 % [+0.3, +2.1], p 0.012`, the same for log-loss and AHD, and what the
 * intervals cover.
 * @param comparison of the tuned tree, first, with the tree as it was
 */
export function changeLines({ models, differences }: Comparison): string[] {
  const [after, before] = models;
  if (after === undefined || before === undefined) return [];
  const lines = (['accuracy', 'logLoss', 'ahd'] as const).flatMap((metric) => {
    const column = metricColumn(metric);
    const found = differences.find((one) => one.metric === metric);
    if (found === undefined) return [];
    const change = (value: number) => formatChange(column, value);
    const values = `${format(metric, before[metric] ?? 0)} to ${format(metric, after[metric] ?? 0)}`;
    const points = column.kind === 'share' ? ' points' : '';
    const interval = `95 % [${found.ci95.map(change).join(', ')}], p ${formatP(found.p)}`;
    return [`  ${TITLES[metric]} ${values}: ${change(found.difference)}${points}, ${interval}`];
  });
  return [`on its ${counted(after.images, 'test image')}, tuned compared with before:`, ...lines, coverageNote()];
}

/** What `tuneTable` does not show: that nothing was accepted, or what the tree gained on its test images. */
export function outcomeLines({ attempts, test }: Pick<Tuned, 'attempts' | 'test'>): string[] {
  if (!attempts.some(({ accepted }) => accepted)) return ['no version was accepted: the tree decides as before'];
  return test === undefined ? ['tree: the split has no test images'] : changeLines(test);
}

/** The nodes that `weakest` chose, and those that it skipped because too few images arrive there. */
export function weakestLines({ chosen, skipped }: Weakest): string[] {
  return [
    ...skipped.map(({ path, arrived, needed }) => {
      const images = counted(arrived, 'validation image');
      return `skipped ${printPath(path)}: ${images} arrive, but judging it takes ${needed}`;
    }),
    ...chosen.map(({ path, recoverable }) => {
      return `to tune: ${printPath(path)}, which could win back ${counted(recoverable, 'mistake')}`;
    }),
  ];
}

/** What `tune --json` writes. */
export function tuningJson({ tree, attempts, test }: Tuned, weakest: Weakest | undefined) {
  const { tunedFrom, decision } = tree.description;
  return {
    tunedFrom,
    weakest: weakest?.chosen.map(({ path, recoverable }) => ({ path, recoverable })) ?? null,
    skipped: weakest?.skipped.map(({ path, arrived, needed }) => ({ path, arrived, needed })) ?? null,
    attempts,
    decision,
    test: test ?? null,
  };
}
