/** Counts of samples as rows of a table, and as text for the terminal. */
import type { AdjustedCounts } from '../../evaluation/counting/adjust-counts.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted } from '../../units.js';
import { alignColumns } from './columns.js';

/** The counts of a sample, with its name. */
export interface SampleCounts extends AdjustedCounts {
  /** Empty where all images are one sample. */
  readonly sample: string;
}

/** What a row of {@link countRows} shows. */
interface Counted {
  readonly node: string;
  readonly class: string;
  readonly depth: string;
  readonly rank: string;
  readonly id: string;
  readonly raw: number;
  readonly adjusted: number;
  readonly ci95: readonly [number, number];
}

const HEADER = ['node', 'class', 'depth', 'rank', 'id', 'raw', 'adjusted', 'low', 'high'];

/** Everything of a sample that was predicted, or may be there: nodes in pre-order, or classes. */
function countsOf({ classes, nodes }: AdjustedCounts, taxonomy: Taxonomy | undefined): readonly Counted[] {
  const all: readonly Counted[] =
    nodes === null || taxonomy === undefined
      ? classes.map((count) => ({ ...count, node: count.class, depth: '', rank: '', id: '' }))
      : nodes.map((count) => {
          const { path, label = '', depth, rank = '', id = '' } = taxonomy.node(count.path);
          return { ...count, node: printPath(path), class: label, depth: String(depth), rank, id };
        });
  return all.filter(({ raw, ci95 }) => raw > 0 || ci95[1] > 0);
}

/** Header and rows: one a taxon of a sample. `by` is the name of the column of samples; undefined where there is one sample. */
export function countRows(
  samples: readonly SampleCounts[],
  taxonomy: Taxonomy | undefined,
  by: string | undefined,
): (string | number)[][] {
  const key = (value: string) => (by === undefined ? [] : [value]);
  const rows = samples.flatMap((counts) =>
    countsOf(counts, taxonomy).map(({ node, class: name, depth, rank, id, raw, adjusted, ci95 }) => [
      ...key(counts.sample),
      ...[node, name, depth, rank, id, raw, Number(adjusted.toFixed(2)), ...ci95],
    ]),
  );
  return [[...key(by ?? ''), ...HEADER], ...rows];
}

/** Taxa that were not predicted are printed from this number of images on. The table has all that may be there. */
const LEAST = 0.5;

/** A sample for the terminal: its taxa, and what speaks against the adjusted counts. */
export function countText(counts: SampleCounts, taxonomy: Taxonomy | undefined): string {
  const there = countsOf(counts, taxonomy).filter(({ raw, adjusted }) => raw > 0 || adjusted >= LEAST);
  const rows = there.map(({ node, raw, adjusted, ci95: [low, high] }) => {
    const depth = taxonomy === undefined || !taxonomy.has(node) ? 0 : taxonomy.node(node).depth;
    const name = taxonomy?.has(node) ? taxonomy.node(node).name : node;
    return ['  '.repeat(depth) + name, String(raw), adjusted.toFixed(1), `[${low}, ${high}]`];
  });
  const title =
    counts.sample === '' ? counted(counts.images, 'image') : `${counts.sample}: ${counted(counts.images, 'image')}`;
  return [title, ...alignColumns([['', 'raw', 'adjusted', '95 % interval'], ...rows], 1)].join('\n');
}

/** What speaks against the adjusted counts of samples: each reason once, with the number of samples that it holds for. */
export function doubtLines(samples: readonly SampleCounts[]): readonly string[] {
  const texts = new Map<string, string[]>();
  for (const { doubts } of samples) {
    for (const { kind, text } of doubts) texts.set(kind, [...(texts.get(kind) ?? []), text]);
  }
  return [...texts.values()].map((found) => {
    const [first = ''] = found;
    return samples.length === 1
      ? first
      : `${counted(found.length, 'sample')} of ${samples.length}, the first: ${first}`;
  });
}
