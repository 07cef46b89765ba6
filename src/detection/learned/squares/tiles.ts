/** Where the tiles of a frame begin. */

/**
 * The starts of tiles of `side` that cover `length` pixels, evenly spread, with neighbours that share at least `shared` pixels. One
 * tile where it is long enough.
 */
export function startsOf(length: number, side: number, shared: number): number[] {
  if (length <= side) return [0];
  const tiles = Math.ceil((length - shared) / (side - shared));
  return Array.from({ length: tiles }, (_, i) => Math.round((i * (length - side)) / (tiles - 1)));
}
