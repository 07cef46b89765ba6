/** Images from files to the network's square input: decoded, or taken from the cache of decoded images. */

import { loadImages } from '../../src/dataset/load.js';
import type { Preprocessing } from '../../src/dataset/preprocessing.js';
import { listImages } from '../../src/dataset/sources/list.js';
import type { Task } from '../protocol.js';
import { timed } from './repeated.js';

export interface DecodeOptions {
  /** Class folders with images. */
  readonly folder: string;
  /** The folder of the cache of decoded images, or false to decode every time. */
  readonly cacheDir: string | false;
  readonly size: number;
}

export async function decodeTask({ folder, cacheDir, size }: DecodeOptions): Promise<Task> {
  const preprocessing: Preprocessing = { size, channels: 1, background: 'white', fit: 'longer-side' };
  let images = 0;
  let decoded = 0;
  const load = async () => {
    const loaded = await loadImages(await listImages(folder), preprocessing, { cacheDir });
    images = loaded.images.count;
    decoded = loaded.decoded;
    return undefined;
  };
  // Fills the cache. Without a cache it still brings the files into the page cache, as for every contender.
  await load();
  return {
    facts: {},
    async round() {
      const { seconds } = await timed(1, load);
      if (cacheDir !== false && decoded > 0) throw new Error(`${decoded} images were decoded despite the cache`);
      return { images, seconds };
    },
    dispose: () => undefined,
  };
}
