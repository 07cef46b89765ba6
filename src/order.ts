/** Order by Unicode code points: the same on every machine and in every locale. */

/** Sorts strings in place and returns them. */
export function sortByCodePoint(strings: string[]): string[] {
  // JavaScript's own order, which is much faster, is by UTF-16 units: the same as long as there are no surrogates.
  strings.sort();
  return strings.some((string) => /[\ud800-\udbff]/.test(string)) ? strings.sort(byCodePoint) : strings;
}

/** UTF-16 sorts a character beyond 0xffff, which it writes as two surrogates, before those from 0xe000 on. */
export function byCodePoint(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y);
  }
  return a.length - b.length;
}

function aboveSurrogates(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
