/** Follows references from row to row. */

/** Where each item leads. */
export interface Followed {
  /** The item at the end of each item's way; -1 where the way leads to nothing, or into a cycle. */
  readonly ends: Int32Array;
  /** Each cycle once, its items in the order of the references. */
  readonly cycles: readonly (readonly number[])[];
}

/** @param next of each item: the item that it refers to, undefined where it refers to none, -1 where that is not there */
export function follow(next: readonly (number | undefined)[]): Followed {
  const ends = new Int32Array(next.length).fill(-1);
  const isDone = new Uint8Array(next.length);
  const cycles: number[][] = [];
  for (const start of next.keys()) {
    const way: number[] = [];
    const positions = new Map<number, number>();
    let at = start;
    let end = -1;
    for (;;) {
      if (isDone[at] === 1) {
        end = ends[at] as number;
        break;
      }
      const seen = positions.get(at);
      if (seen !== undefined) {
        cycles.push(way.slice(seen));
        break;
      }
      positions.set(at, way.length);
      way.push(at);
      const after = next[at];
      if (after === undefined) end = at;
      if (after === undefined || after < 0) break;
      at = after;
    }
    for (const item of way) {
      ends[item] = end;
      isDone[item] = 1;
    }
  }
  return { ends, cycles };
}
