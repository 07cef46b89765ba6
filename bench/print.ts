/** Results as text. */
import type { EpochResult } from './benchmarks/epoch.js';
import type { MemoryResult } from './benchmarks/memory.js';
import type { RoofResult } from './benchmarks/roof.js';
import type { Summary } from './statistics.js';
import type { Comparison } from './turns.js';

const number = (value: number) => (value >= 1000 ? Math.round(value).toString() : value.toPrecision(3));
const range = ({ median, min, max }: Summary, digits = number) => `${digits(median)} (${digits(min)}-${digits(max)})`;
const times = (summary: Summary) => range(summary, (value) => value.toFixed(2));
const percent = (summary: Summary) => `${range(summary, (value) => (100 * value).toFixed(1))} %`;
const verdict = (reached: boolean) => (reached ? 'reached' : 'missed');

/** One row for each contender: images per second, and cladenet's speed divided by the contender's. */
export function comparisonText({ title, rows }: Comparison, withBars: boolean): string {
  const cells = rows.map(({ title: name, imagesPerSecond, ratio, bar }) => [
    name,
    range(imagesPerSecond),
    ratio === undefined ? '' : times(ratio),
    withBars && bar !== undefined && ratio !== undefined ? `>= ${bar}: ${verdict(ratio.median >= bar)}` : '',
  ]);
  const table = [['', 'images/s', 'cladenet / it', withBars ? 'target' : ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('   ')}`.trimEnd());
  const losses = rows.flatMap(({ firstLoss }) => (firstLoss === undefined ? [] : [firstLoss.toFixed(2)]));
  const note = losses.length === 0 ? [] : [`  first losses: ${losses.join(', ')}`];
  return [title, ...lines, ...note].join('\n');
}

export function epochText({ comparison, inputShare }: EpochResult, withBars: boolean): string {
  const target = withBars ? `   <= 10 %: ${verdict(inputShare.median <= 0.1)}` : '';
  return `${comparisonText(comparison, withBars)}\n  share of cladenet's input: ${percent(inputShare)}${target}`;
}

export function roofText(
  { batch, gigaflopsPerImage, matrixProduct, step, share }: RoofResult,
  withBars: boolean,
): string {
  return [
    `Share of the matrix-product rate, report, batch ${batch}`,
    `  matrix product: ${range(matrixProduct)} GFLOP/s`,
    `  training step: ${range(step)} GFLOP/s (${gigaflopsPerImage.toFixed(3)} GFLOP an image)`,
    `  share: ${times(share)}${withBars ? `   >= 0.65: ${verdict(share.median >= 0.65)}` : ''}`,
  ].join('\n');
}

export function memoryText({ steps, early, late, flat }: MemoryResult): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const figures = `${megabytes(early)} MB early, ${megabytes(late)} MB late`;
  return `Resident memory over ${steps} steps of a small network\n  ${figures}: ${flat ? 'flat' : 'it grows'}`;
}
