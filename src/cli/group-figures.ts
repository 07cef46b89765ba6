/** The pictures of `cladenet group`. */
import { join } from 'node:path';
import type { Confusion } from '../grouping/confusion.js';
import { namedGroups } from '../grouping/named-groups.js';
import { say } from '../progress.js';
import { confusionMatrixFigure } from '../report/figures/confusion-figure.js';
import { dendrogramFigure } from '../report/figures/dendrogram-figure.js';
import { sweepFigure } from '../report/figures/sweep-figure.js';
import { writeFigure } from '../report/figures/write-figure.js';
import type { GroupResult } from './group-result.js';

/** Into `folder`: the matrix by groups; and where the method has them, the merges and the sweep over beta. */
export async function drawGrouping(
  folder: string,
  confusion: Confusion,
  { grouping, beta, sweep }: GroupResult,
  symmetrize: string,
): Promise<void> {
  const { unit } = confusion;
  const groups = namedGroups(grouping);
  const order = [...groups.flatMap((group) => group.classes), ...grouping.alone];
  const title = `Confusion by groups${beta === undefined ? '' : ` at beta ${beta}`}`;
  const figures = new Map([['confusion.png', await confusionMatrixFigure(confusion, { groups, order, unit, title })]]);
  if (grouping.merges.length > 0) {
    const similarity = `similarity at the merge (C made symmetric by ${symmetrize}), square-root scale`;
    figures.set('dendrogram.png', await dendrogramFigure(grouping, { beta, similarity }));
  }
  if (sweep !== undefined && beta !== undefined) figures.set('sweep.png', await sweepFigure(sweep, { beta }));
  for (const [name, svg] of figures) await writeFigure(svg, join(folder, name));
  say(`drawn in ${folder}: ${[...figures.keys()].join(', ')}`);
}
