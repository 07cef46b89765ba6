/**
 * Contenders take turns, A B C D, A B C D, ..., so that other load and the temperature of the machine affect all of them
 * equally. Ratios are computed within a round, between neighbours in time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prepared } from './contender.js';
import { type ContenderName, type Field, TITLES } from './field.js';
import { type Summary, summarise } from './statistics.js';

export interface Entrant {
  readonly name: ContenderName;
  readonly task: string;
  readonly options: object;
}

/** An entrant's speed in images per second, round by round. */
export interface Series {
  readonly name: ContenderName;
  readonly task: string;
  readonly prepared: Prepared;
  readonly rates: readonly number[];
}

/** Pause after a round: threads that wait for more work spin for a moment and would share the cores with the next entrant. */
const PAUSE_MS = 200;

/** Lets all entrants run `rounds` rounds. Those that fail are dismissed from the field and left out of the result. */
export async function takeTurns(field: Field, entrants: readonly Entrant[], rounds: number): Promise<Series[]> {
  const running: (Entrant & { readonly prepared: Prepared; readonly rates: number[] })[] = [];
  for (const entrant of entrants) {
    const { name, task, options } = entrant;
    const contender = await field.get(name);
    if (contender === undefined) continue;
    try {
      const prepared = await contender.prepare(task, options);
      const weights = running[0]?.prepared.weights;
      if (weights !== undefined && prepared.weights !== weights) {
        throw new Error(`its network has ${prepared.weights} weights instead of ${weights}`);
      }
      running.push({ ...entrant, prepared, rates: [] });
    } catch (error) {
      await field.dismiss(name, error);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, task, rates } of running) {
      const contender = await field.get(name);
      if (contender === undefined) continue;
      try {
        const { images, seconds, loss } = await contender.round(task);
        if (loss === null) throw new Error('its loss is not a finite number');
        rates.push(images / seconds);
      } catch (error) {
        await field.dismiss(name, error);
      }
      await sleep(PAUSE_MS);
    }
  }
  const through = running.filter(({ rates }) => rates.length === rounds);
  for (const { name, task } of through) {
    const contender = await field.get(name);
    await contender?.finish(task).catch((error: unknown) => field.dismiss(name, error));
  }
  return through;
}

/** How many times as fast `a` is as `b`, round by round. */
export function ratio(a: Series, b: Series): Summary {
  return summarise(a.rates.map((rate, round) => rate / (b.rates[round] ?? Number.NaN)));
}

/** The results of a comparison, as they are printed and written to files. */
export interface Comparison {
  readonly title: string;
  readonly rows: readonly Row[];
}

interface Row {
  readonly name: ContenderName;
  readonly title: string;
  readonly imagesPerSecond: Summary;
  readonly rounds: readonly number[];
  /** Loss of the first batch. */
  readonly firstLoss: number | undefined;
  /** cladenet's speed divided by that of this contender. */
  readonly ratio: Summary | undefined;
  /** The target of the ratio on a CPU. */
  readonly bar: number | undefined;
}

/** @param series cladenet's series first, then those of the peers */
export function compare(
  title: string,
  [ours, ...peers]: readonly Series[],
  bars: Partial<Record<ContenderName, number>>,
): Comparison {
  if (ours === undefined) return { title, rows: [] };
  const row = (series: Series): Row => ({
    name: series.name,
    title: TITLES[series.name],
    imagesPerSecond: summarise(series.rates),
    rounds: series.rates,
    firstLoss: series.prepared.firstLoss,
    ratio: series === ours ? undefined : ratio(ours, series),
    bar: bars[series.name],
  });
  return { title, rows: [ours, ...peers].map(row) };
}

/** The ratio to a peer, or null if it did not take part. */
export function ratioTo(comparison: Comparison | undefined, name: ContenderName): number | null {
  return comparison?.rows.find((row) => row.name === name)?.ratio?.median ?? null;
}
