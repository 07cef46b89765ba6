/** A training's history as a curve. */
import type { HistoryLine } from '../classifier/store/store.js';
import type { CurveHistory } from './learning-curves.js';

/** Epochs without validation images have no numbers there, and are drawn without them. */
export const curveOf = (name: string, history: readonly HistoryLine[]): CurveHistory => ({
  name,
  epochs: history.map((line) => ({
    ...line,
    validationLoss: line.validationLoss ?? Number.NaN,
    validationAccuracy: line.validationAccuracy ?? Number.NaN,
  })),
});
