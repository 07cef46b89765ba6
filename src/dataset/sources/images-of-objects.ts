/**
 * Images that are called after their objects. Exports of EcoTaxa lay images as `2_0.jpg` beside the tables or in folders of
 * categories: the number of the object (`objid`) and the rank of the image. Tables that do not name their images
 * (`img_file_name`) leave it to that; instruments call images after the `object_id` instead.
 */
import { posix } from 'node:path';
import type { EcotaxaLine } from '../../formats/ecotaxa/table.js';

/** What tells the images of an object from others. */
export type NamedObject = Pick<EcotaxaLine, 'objid' | 'object' | 'rank'>;

/** An image of an object. */
export interface RankedImage {
  readonly path: string;
  readonly rank: number;
}

/** Paths by the last part of their names without the extension, and by that without the rank at its end. */
export class ImagesOfObjects {
  readonly #byName = new Map<string, string[]>();
  readonly #byObject = new Map<string, RankedImage[]>();

  /** @param paths of all images, with `/` between folders */
  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const name = posix.basename(path, posix.extname(path));
      push(this.#byName, name, path);
      const [, object, rank] = /^(.+)_(\d{1,9})$/.exec(name) ?? [];
      if (object !== undefined) push(this.#byObject, object, { path, rank: Number(rank) });
    }
  }

  /**
   * The images of an object: those below `folder` or, where there are none, any others.
   *
   * @param rank    undefined: images of all ranks
   * @returns several images of one rank where their names do not tell which one it is
   */
  of({ objid, object }: NamedObject, folder: string, rank: number | undefined): readonly RankedImage[] {
    const ofRank = (images: readonly RankedImage[] = []) =>
      near(rank === undefined ? images : images.filter((image) => image.rank === rank), folder);
    const byNumber = objid === '' ? [] : ofRank(this.#byObject.get(objid));
    if (byNumber.length > 0) return byNumber;
    // `net_1` is the object of that name, not the image 1 of an object `net`.
    const byName = near(this.#byName.get(object)?.map((path) => ({ path, rank: rank ?? 0 })) ?? [], folder);
    const byRank = ofRank(this.#byObject.get(object));
    const isExact = byName.length > 0 && ((rank ?? 0) === 0 || byRank.length === 0);
    return isExact ? byName : byRank;
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function near(images: readonly RankedImage[], folder: string): readonly RankedImage[] {
  const own = images.filter(({ path }) => path.startsWith(folder));
  return own.length > 0 ? own : images;
}
