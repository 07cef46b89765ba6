/** The precision in which convolutions multiply, and whether this machine supports it. */
import { CladenetError } from '../errors.js';
import { type Host, thisMachine } from '../setup/host.js';
import type { Device } from '../setup/locate.js';

export const PRECISIONS = ['float32', 'bfloat16'] as const;

/** `bfloat16` has 8 significant bits; sums are in float32. */
export type Precision = (typeof PRECISIONS)[number];

/** Why convolutions cannot multiply in bfloat16 here; undefined if they can. */
export function bfloat16Obstacle(host: Host, device: Device | undefined): string | undefined {
  if (device === 'gpu') return 'a GPU, where it was never tried';
  if (host.env.TF_ENABLE_ONEDNN_OPTS === '0') return 'oneDNN switched off (TF_ENABLE_ONEDNN_OPTS=0)';
  return host.multipliesBfloat16() ? undefined : 'a processor that does not';
}

/**
 * Checks a precision before anything is decoded. `ops.conv2d` checks what is only known once TensorFlow is loaded.
 * @throws CladenetError RUNTIME when this machine does not support it
 */
export function requirePrecision(
  precision: Precision | undefined,
  device: Device | undefined,
  host = thisMachine(),
): void {
  const obstacle = precision === 'bfloat16' ? bfloat16Obstacle(host, device) : undefined;
  if (obstacle !== undefined) throw noBfloat16(obstacle);
}

export function noBfloat16(obstacle: string): CladenetError {
  return new CladenetError('RUNTIME', 'Convolutions cannot be trained in bfloat16 here.', [
    {
      where: 'precision',
      expected: 'a processor that multiplies in bfloat16 (AVX512-BF16 or AMX), with oneDNN on',
      received: obstacle,
      remedy: 'Train in float32, which is the default, or on such a processor.',
    },
  ]);
}
