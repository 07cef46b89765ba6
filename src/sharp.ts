/** sharp, loaded by the first image that needs it: importing the library loads nothing native. */
import type sharp from 'sharp';
import { CladenetError } from './errors.js';

let loading: Promise<typeof sharp> | undefined;

/**
 * Loads sharp, once per process.
 *
 * @throws CladenetError RUNTIME when sharp is not installed or its native library cannot be loaded
 */
export function loadSharp(): Promise<typeof sharp> {
  loading ??= import('sharp').then(
    (module) => module.default,
    (cause: unknown) => {
      const words = cause instanceof Error ? cause.message : String(cause);
      const problem = {
        where: 'sharp',
        expected: 'the package sharp and its native library for this platform',
        received: words.trim().split('\n')[0] ?? '',
        remedy: 'npm install --include=optional sharp',
      };
      const summary = 'sharp, which decodes images and writes PNG files, could not be loaded.';
      throw new CladenetError('RUNTIME', summary, [problem], { cause });
    },
  );
  return loading;
}
