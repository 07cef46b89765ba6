/** Repeats work for about the length of a round. */

/** The work to repeat; training returns its loss. */
export type Work = () => number | undefined | Promise<number | undefined>;

export interface Repeated {
  readonly images: number;
  readonly seconds: number;
  /** The loss of the last repetition. */
  readonly loss?: number | undefined;
}

/** Runs that are not counted, because they plan memory and choose algorithms. */
const WARM_UP = 2;

/**
 * Warms `work` up, measures its duration, and returns a round: as many repetitions as take about `seconds`.
 *
 * @param images images that one repetition handles
 */
export async function repeatedly(images: number, seconds: number, work: Work): Promise<() => Promise<Repeated>> {
  for (let i = 0; i < WARM_UP; i++) await work();
  const once = await timed(1, work);
  const times = Math.max(1, Math.round(seconds / once.seconds));
  return async () => ({ images: times * images, ...(await timed(times, work)) });
}

export async function timed(times: number, work: Work): Promise<Omit<Repeated, 'images'>> {
  const started = performance.now();
  let loss: number | undefined;
  for (let i = 0; i < times; i++) loss = await work();
  return { seconds: (performance.now() - started) / 1000, loss };
}
