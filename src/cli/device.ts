/** `--gpu`: on the GPU or not at all. Without it: a GPU where the CUDA build is set up, else the CPU. */
import type { Device } from '../setup/locate.js';

export function deviceOf({ gpu }: { readonly gpu?: boolean | undefined }): Device | undefined {
  return gpu ? 'gpu' : undefined;
}
