/**
 * Millilitres of a sample that a bin's images are of: the pump's rate times the time in which triggers were taken. Counts per
 * millilitre are counts divided by it.
 */
import type { AdcRows, RowTimes } from './adc.js';
import type { BinHeader } from './header.js';

/** Millilitres a minute of the pump, for both layouts. */
const RATE = 0.25;
/** Seconds that a trigger of the first layout takes at least. */
const SHORTEST = 0.073;
const DAY = 24 * 60 * 60;
/** The header and the rows may differ by this share of the time. */
const TOLERANCE = 0.02;
/** A row's run time is that of the row if it is as close as this to the time of its trigger (seconds). */
const CLOSE = 0.3;

/** @returns undefined where neither the header nor the rows tell */
export function mlAnalysed(header: BinHeader | undefined, { version, times }: AdcRows): number | undefined {
  const seconds = version === 1 ? firstLayout(times) : secondLayout(header, times);
  return seconds !== undefined && seconds > 0 ? (RATE * seconds) / 60 : undefined;
}

/**
 * 0.25 * (runTime - inhibitTime) / 60: of the header, or where the last row of the `.adc` file differs from it by more than
 * 2 %, of that row.
 */
function secondLayout(header: BinHeader | undefined, times: readonly RowTimes[]): number | undefined {
  const { runTime, inhibitTime } = header ?? {};
  const inHeader = runTime === undefined || inhibitTime === undefined ? undefined : runTime - inhibitTime;
  const last = times.findLast(({ runTime, adcTime }) => runTime > 0 && !(Math.abs(runTime - adcTime) >= CLOSE));
  const inRows = last === undefined ? Number.NaN : last.runTime - last.inhibitTime;
  if (!(inRows > 0)) return inHeader;
  if (inHeader === undefined || Math.abs(inHeader - inRows) > TOLERANCE * inRows) return inRows;
  return inHeader;
}

/**
 * The first layout has no run time. The time of the last frame less, for each trigger, the time from the frame before it to
 * its own start, at least 0.073 s each (joefutrelle/pyifcb, `compute_ml_analyzed_s1`).
 */
function firstLayout(times: readonly RowTimes[]): number | undefined {
  const seen = new Set<number>();
  const triggers = times.filter(({ trigger }) => seen.size < seen.add(trigger).size);
  // Bins that span midnight have negative times after it.
  const open = triggers.map(({ triggerOpenTime }) => triggerOpenTime + (triggerOpenTime < 0 ? DAY : 0));
  const grab = triggers.map(({ frameGrabTime }) => frameGrabTime + (frameGrabTime < 0 ? DAY : 0));
  const end = grab.at(-1);
  if (end === undefined || !grab.every(Number.isFinite) || !open.every(Number.isFinite)) return undefined;
  const taken = open.slice(1).map((time, i) => Math.max(SHORTEST, time - (grab[i] as number)));
  return end - taken.reduce((a, b) => a + b, SHORTEST);
}
