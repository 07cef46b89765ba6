/** Plain text in columns, for the terminal. */

const GAP = '  ';

/** Lines up cells, all rows having as many: the first `left` columns to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) =>
    row
      .map((cell, column) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(GAP)
      .trimEnd(),
  );
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

/** Pieces of text with blanks between, in lines no wider than `width` where they allow it, each line indented. */
export function wrap(pieces: readonly string[], width: number, indent = ''): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + piece.length <= width) lines[lines.length - 1] = `${line} ${piece}`;
    else lines.push(`${indent}${piece}`);
  }
  return lines;
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}
