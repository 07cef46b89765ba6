/** The pictures of `cladenet group`. */
import { join } from 'node:path';
import type { Confusion } from '../grouping/confusion.js';
import type { Symmetrization } from '../grouping/symmetrize.js';
import { log } from '../progress.js';
import { groupingFigures } from '../report/figures/grouping-figures.js';
import { writeFigure } from '../report/figures/write-figure.js';
import type { GroupingResults } from '../report/tables/grouping-text.js';

/** Into `folder`: the matrix by groups; and where the method has them, the merges and the sweep over beta. */
export async function drawGrouping(
  folder: string,
  confusion: Confusion,
  { grouping, beta, sweep }: GroupingResults,
  symmetrize: Symmetrization,
): Promise<void> {
  const figures = await groupingFigures(confusion, grouping, { symmetrize, beta, sweep });
  for (const [name, svg] of figures) await writeFigure(svg, join(folder, `${name}.png`));
  log(`drawn in ${folder}: ${Array.from(figures.keys(), (name) => `${name}.png`).join(', ')}`);
}
