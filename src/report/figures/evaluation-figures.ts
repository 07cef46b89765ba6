/** The figures of one classifier's evaluation, in a folder. */
import { join } from 'node:path';
import type { BalancePoint } from '../../calibration/balance.js';
import { balanceFigure } from './balance-figure.js';
import { type CurveSeries, operatingCurves } from './operating-curves.js';
import { writeFigure } from './write-figure.js';

/** What is drawn; what is undefined is left out. */
export interface EvaluationFigures {
  /** One line for each rule of stopping. */
  readonly stopping?: readonly CurveSeries[] | undefined;
  readonly balance?: readonly BalancePoint[] | undefined;
}

/**
 * Writes `stopping.png` and `balance.png`.
 *
 * @returns the names of the files
 */
export async function writeEvaluationFigures(
  folder: string,
  name: string,
  { stopping, balance }: EvaluationFigures,
): Promise<string[]> {
  const drawn: [string, string][] = [];
  if (stopping !== undefined) drawn.push(['stopping.png', await operatingCurves(stopping, { title: name })]);
  if (balance !== undefined) drawn.push(['balance.png', await balanceFigure(balance, { title: name })]);
  for (const [file, svg] of drawn) await writeFigure(svg, join(folder, file));
  return drawn.map(([file]) => file);
}
