/** Names that look the same but are different text: in another Unicode form, or with characters that are not seen. */

/**
 * The pairs of names that differ only in their Unicode form (an accent as part of its letter or after it), in invisible
 * characters, or in the kind and number of spaces: each name with the first that looks like it.
 */
export function lookAlikes(names: Iterable<string>): [string, string][] {
  const first = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (const name of new Set(names)) {
    const key = name
      .normalize('NFC')
      .replace(/\p{Cf}/gu, '')
      .replace(/\s+/gu, ' ')
      .trim();
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, name);
    else pairs.push([earlier, name]);
  }
  return pairs;
}

/** A name in quotes, with everything that can be mistaken written as its code point: `caf\u{e9}`. */
export function spelledOut(name: string): string {
  const escaped = (char: string) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  return `'${name.replace(/[^\x20-\x7e]/gu, escaped)}'`;
}
