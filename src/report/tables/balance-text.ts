/** Accuracy against balanced accuracy as plain text. */
import type { BalancePoint } from '../../calibration/balance.js';
import type { ChosenBalance } from '../../classifier/judging/choose-balance.js';
import { percent } from '../../units.js';
import { alignColumns } from './columns.js';
import { judgedLine } from './image-text.js';

/** The images that chose the balance, and what it is. */
export function balanceLines({ judged, point, curve }: ChosenBalance): string[] {
  const [first] = curve;
  const from =
    first === undefined ? '' : ` (${percent(first.accuracy)} and ${percent(first.balancedAccuracy)} without)`;
  return [
    judgedLine(judged, judged.of, 'validation'),
    `balance ${point.tau}: accuracy ${percent(point.accuracy)}, balanced ${percent(point.balancedAccuracy)} on validation images${from}`,
  ];
}

/** One line for each tenth of tau: what it costs in accuracy, with its standard error, and the balanced accuracy it brings. */
export function balanceTable(curve: readonly BalancePoint[]): string {
  const shown = curve.filter(({ tau }) => Math.abs(tau * 10 - Math.round(tau * 10)) < 1e-9);
  const rows = shown.map(({ tau, accuracy, balancedAccuracy, loss, lossError }) => [
    tau.toFixed(1),
    percent(accuracy),
    percent(balancedAccuracy),
    `${(100 * loss).toFixed(1)} +/- ${(100 * lossError).toFixed(1)}`,
  ]);
  return alignColumns([['balance', 'accuracy', 'balanced', 'accuracy lost, points'], ...rows], 0).join('\n');
}
