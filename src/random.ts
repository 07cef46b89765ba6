/**
 * Random numbers from explicit keys. A key names the purpose (`random(seed, 'split')`), so that two uses of one seed never share
 * a stream, and a draw that is added in one place changes nothing elsewhere.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** An integer, uniform in [0, n). */
  integer(n: number): number;
  /** Standard normal (Box and Muller, 1958). */
  normal(): number;
  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends unknown[] | Int32Array>(items: T): T;
}

/** A new generator (xoroshiro128+) whose stream depends only on the key. */
export function random(...key: readonly (number | string)[]): Random {
  const generator = xoroshiro128plus(hash32(...key));
  const uniform = () => uniformFloat64(generator);
  const integer = (n: number) => uniformInt(generator, 0, n - 1);
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [items[i], items[j]] = [items[j], items[i]];
      }
      return items;
    },
  };
}

/** The 32-bit hash of a key (FNV-1a, then MurmurHash3's finaliser), which seeds its stream. */
export function hash32(...key: readonly (number | string)[]): number {
  let h = 0x811c9dc5;
  for (const char of JSON.stringify(key)) h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
