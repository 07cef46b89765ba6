/** The device that a classifier is computed on, and its memory: options that all trainings share. */
import { memoryForImages } from '../dataset/memory.js';
import type { Device } from '../setup/locate.js';
import type { MakeProgram } from '../tensorflow/device.js';

export interface ComputeOptions {
  /**
   * Bytes that training images may take on the device; larger sets are streamed. Default: 2 GiB, or an eighth of the memory
   * where that is less.
   */
  readonly deviceMemory?: number | undefined;
  /** See `RuntimeOptions.device`. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /** @internal How programs are created. Default: compiled. */
  readonly make?: MakeProgram | undefined;
}

/** Most of what images take on the device by default (bytes). */
const MOST = 2 ** 31;

/**
 * The bytes that training images may take on the device. Default: 2 GiB, or an eighth of the memory where that is less, since
 * images on their way to the device take several times their size.
 */
export function deviceMemoryOf({ deviceMemory }: Pick<ComputeOptions, 'deviceMemory'>): number {
  return deviceMemory ?? Math.min(MOST, memoryForImages() / 4);
}
