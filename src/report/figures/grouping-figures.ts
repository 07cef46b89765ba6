/** The figures that show groups of confused classes. */
import { join } from 'node:path';
import type { Confusion } from '../../grouping/confusion.js';
import type { Grouping } from '../../grouping/grouping.js';
import { namedGroups } from '../../grouping/named-groups.js';
import type { Sweep } from '../../grouping/sweep.js';
import type { Symmetrization } from '../../grouping/symmetrize.js';
import { confusionMatrixFigure } from './confusion-figure.js';
import { dendrogramFigure } from './dendrogram-figure.js';
import { sweepFigure } from './sweep-figure.js';
import { writeFigure } from './write-figure.js';

/**
 * {@link groupingFigures} as PNG files in a folder.
 * @returns the names of the files
 */
export async function writeGroupingFigures(
  folder: string,
  confusion: Confusion,
  grouping: Grouping,
  options: GroupingFiguresOptions,
): Promise<string[]> {
  const figures = await groupingFigures(confusion, grouping, options);
  for (const [name, svg] of figures) await writeFigure(svg, join(folder, `${name}.png`));
  return Array.from(figures.keys(), (name) => `${name}.png`);
}

/** Options of {@link groupingFigures}. */
export interface GroupingFiguresOptions {
  /** How C was made symmetric, for the axis of the dendrogram. */
  readonly symmetrize: Symmetrization;
  /** The threshold of the groups; undefined for methods without one. */
  readonly beta?: number | undefined;
  /** With it and `beta` there is a figure of the sweep. */
  readonly sweep?: Sweep | undefined;
}

/**
 * The confusion matrix by groups (`confusion`); where the method merges, its merges (`dendrogram`); where there is a
 * sweep over beta, the sweep (`sweep`).
 * @returns the SVG document of each, by its name
 */
export async function groupingFigures(
  confusion: Confusion,
  grouping: Grouping,
  { symmetrize, beta, sweep }: GroupingFiguresOptions,
): Promise<Map<string, string>> {
  const { unit } = confusion;
  const groups = namedGroups(grouping);
  const order = [...groups.flatMap((group) => group.classes), ...grouping.alone];
  const title = `Confusion by groups${beta === undefined ? '' : ` at beta ${beta}`}`;
  const figures = new Map([['confusion', await confusionMatrixFigure(confusion, { groups, order, unit, title })]]);
  if (grouping.merges.length > 0) {
    const similarity = `similarity at the merge (C made symmetric by ${symmetrize}), square-root scale`;
    figures.set('dendrogram', await dendrogramFigure(grouping, { beta, similarity }));
  }
  if (sweep !== undefined && beta !== undefined) figures.set('sweep', await sweepFigure(sweep, { beta }));
  return figures;
}
