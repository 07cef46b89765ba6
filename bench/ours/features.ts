/** The features of ZooProcess, from image files. */
import { listImages } from '../../src/dataset/sources/list.js';
import { measureImages } from '../../src/features/images/measure-images.js';
import type { Task } from '../protocol.js';
import { timed } from './repeated.js';

export interface FeaturesBenchOptions {
  /** Class folders with images. */
  readonly folder: string;
  readonly every: number;
  readonly threads?: number;
}

export async function featuresTask({ folder, every, threads }: FeaturesBenchOptions): Promise<Task> {
  const { records } = await listImages(folder);
  const paths = records.flatMap(({ path }, i) => (i % every === 0 ? [path] : []));
  const work = async () => {
    await measureImages(paths, { set: 'zooprocess', threads });
    return undefined;
  };
  await work(); // The files are in the page cache, and the code is compiled, for every contender.
  return {
    facts: {},
    async round() {
      const { seconds } = await timed(1, work);
      return { images: paths.length, seconds };
    },
    dispose: () => undefined,
  };
}
