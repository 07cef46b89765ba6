/** Small images drawn as text, for tests of features. */

/** An image from rows of characters: `.` is white (255), `#` is 100, digits are 10 to 90. */
export function drawn(...rows: string[]): { pixels: Uint8Array; width: number; height: number } {
  const grey = (character: string) => (character === '.' ? 255 : character === '#' ? 100 : Number(character) * 10);
  const pixels = Uint8Array.from(rows.flatMap((row) => [...row].map(grey)));
  return { pixels, width: rows[0]?.length ?? 0, height: rows.length };
}

/** A mask from rows of characters: 1 where there is a `#`. */
export function maskOf(...rows: string[]): { mask: Uint8Array; width: number; height: number } {
  const mask = Uint8Array.from(rows.flatMap((row) => [...row].map((character) => (character === '#' ? 1 : 0))));
  return { mask, width: rows[0]?.length ?? 0, height: rows.length };
}

/** A disc of a radius in a square of 2 * radius + 5 pixels: dark (100) on white. */
export function disc(radius: number): { pixels: Uint8Array; width: number; height: number } {
  const side = 2 * radius + 5;
  const pixels = new Uint8Array(side * side).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (Math.hypot(x - radius - 2, y - radius - 2) <= radius) pixels[y * side + x] = 100;
    }
  }
  return { pixels, width: side, height: side };
}
