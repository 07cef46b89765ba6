/** Whether training leaks: resident memory over thousands of steps, in a process of its own. */
import { join } from 'node:path';
import { Contender } from '../contender.js';
import type { Context } from '../context.js';
import { writeData } from '../data.js';
import { SMALL_SIDE } from '../ours/memory.js';
import { summarise } from '../statistics.js';

const STEPS = 5_000;
const EVERY = 250;
const BATCH = 16;
const IMAGES = 256;
/** Growth below this share is ordinary fluctuation of the allocators. */
const FLAT = 0.01;

export interface MemoryResult {
  readonly steps: number;
  /** Median bytes over the second fifth of the steps and over the last. The first fifth still fills caches. */
  readonly early: number;
  readonly late: number;
  readonly flat: boolean;
  /** Bytes at the start and after every 250 steps. */
  readonly resident: readonly number[];
}

export async function benchMemory({ field, scratch }: Context): Promise<MemoryResult> {
  const data = await writeData(join(scratch, 'small'), IMAGES, SMALL_SIDE);
  const command = await field.command('ours');
  const ours = new Contender({ ...command, args: ['--expose-gc', ...command.args] });
  try {
    await ours.prepare('memory', { data, batch: BATCH, steps: STEPS, every: EVERY });
    const { resident } = await ours.round<{ readonly resident: readonly number[] }>('memory');
    const fifth = Math.floor(resident.length / 5);
    const early = summarise(resident.slice(fifth, 2 * fifth)).median;
    const late = summarise(resident.slice(-fifth)).median;
    return { steps: STEPS, early, late, flat: late - early < FLAT * early, resident };
  } finally {
    await ours.stop();
  }
}
