/** Where a classifier is computed, and with how much memory: the same options wherever something is trained. */
import type { Device } from '../setup/locate.js';
import type { MakeProgram } from '../tensorflow/device.js';

export interface ComputeOptions {
  /** Of images that are trained on: bytes that may be held on the device; larger sets are streamed. Default 2 GiB. */
  readonly deviceMemory?: number | undefined;
  /** See `RuntimeOptions.device`. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /** @internal How programs are made; by default compiled. */
  readonly make?: MakeProgram | undefined;
}

export const DEVICE_MEMORY = 2 ** 31;
