/** Plain text in columns, for the terminal. */
import { visible } from '../../visible.js';
import { padEnd, padStart, widest } from './terminal-text.js';

const GAP = '  ';

/** Lines up cells, all rows having as many: the first `left` columns to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) =>
    row
      .map((cell, column) => (column < left ? padEnd : padStart)(cell, widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/**
 * As {@link alignColumns} with one column to the left, and a last column that is to the left as well and not padded.
 */
export function alignWithRemark(rows: readonly (readonly string[])[], left: number): string[] {
  const lines = alignColumns(
    rows.map((row) => row.slice(0, -1)),
    left,
  );
  const width = widest(lines);
  return lines.map((line, i) => `${padEnd(line, width)}${GAP}${visible(rows[i]?.at(-1) ?? '')}`.trimEnd());
}

/** The rows in pieces no wider than `width`, each with the first column and at least one more. */
export function blocksOf(rows: readonly (readonly string[])[], width: number): string[][][] {
  const widths = columnWidths(rows);
  const [first = 0] = widths;
  let block: number[] = [];
  const blocks = [block];
  let taken = first;
  for (let column = 1; column < widths.length; column++) {
    const wide = GAP.length + (widths[column] ?? 0);
    if (block.length > 0 && taken + wide > width) {
      block = [];
      blocks.push(block);
      taken = first;
    }
    block.push(column);
    taken += wide;
  }
  return blocks.map((columns) => rows.map((row) => [0, ...columns].map((column) => row[column] ?? '')));
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => widest(rows.map((row) => row[column] ?? '')));
}
