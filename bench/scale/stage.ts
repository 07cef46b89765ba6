/** Stages of a measurement: the processor time of each, and the peak memory of the process so far. */

export interface Stage {
  readonly stage: string;
  /** Seconds of processor time, in all threads: other work on the machine hardly changes it. */
  readonly cpu: number;
  /** Peak resident memory of the process until the end of the stage, in MB. */
  readonly peak: number;
}

/** Measures stages one after another; each is printed as a line of JSON when it is done. */
export async function stage<T>(name: string, work: () => Promise<T> | T, per = 1): Promise<T> {
  const started = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(started);
  const measured: Stage = {
    stage: name,
    cpu: (user + system) / 1e6 / per,
    peak: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
  };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
  return result;
}
