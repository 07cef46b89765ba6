/** The figures of one classifier's evaluation, in a folder. */
import { join } from 'node:path';
import type { BalancePoint } from '../../calibration/balance.js';
import { balanceFigure } from './balance-figure.js';
import { type NoveltySeries, noveltyFigure } from './novelty-figure.js';
import { type CurveSeries, operatingCurves } from './operating-curves.js';
import { writeFigure } from './write-figure.js';

/** What is drawn; what is undefined is left out. */
export interface EvaluationFigures {
  /** One line for each rule of stopping. */
  readonly stopping?: readonly CurveSeries[] | undefined;
  readonly balance?: readonly BalancePoint[] | undefined;
  /** One line for each method of recognising new children. */
  readonly novelty?: readonly NoveltySeries[] | undefined;
}

/**
 * Writes `stopping.png`, `balance.png` and `novelty.png`.
 *
 * @returns the names of the files
 */
export async function writeEvaluationFigures(
  folder: string,
  name: string,
  { stopping, balance, novelty }: EvaluationFigures,
): Promise<string[]> {
  const drawn: [string, string][] = [];
  if (stopping !== undefined) drawn.push(['stopping.png', await operatingCurves(stopping, { title: name })]);
  if (balance !== undefined) drawn.push(['balance.png', await balanceFigure(balance, { title: name })]);
  if (novelty !== undefined)
    drawn.push(['novelty.png', await noveltyFigure(novelty, { title: `${name}: new children` })]);
  for (const [file, svg] of drawn) await writeFigure(svg, join(folder, file));
  return drawn.map(([file]) => file);
}
