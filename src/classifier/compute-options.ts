/** The device that a classifier is computed on, and its memory: options that all trainings share. */
import type { Device } from '../setup/locate.js';
import type { MakeProgram } from '../tensorflow/device.js';

export interface ComputeOptions {
  /** Bytes that training images may take on the device; larger sets are streamed. Default 2 GiB. */
  readonly deviceMemory?: number | undefined;
  /** See `RuntimeOptions.device`. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /** @internal How programs are created. Default: compiled. */
  readonly make?: MakeProgram | undefined;
}

export const DEVICE_MEMORY = 2 ** 31;
