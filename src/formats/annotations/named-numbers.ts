/** Numbers that a file has as texts, each with a name. */

/** The numbers, or the texts as the file has them where one is no number. */
export type NamedNumbers = { readonly numbers: readonly number[] } | { readonly received: string };

/** @param textOf the text of a name; undefined where the file has none */
export function namedNumbers(names: readonly string[], textOf: (name: string) => string | undefined): NamedNumbers {
  const texts = names.map((name) => textOf(name)?.trim() ?? '');
  const numbers = texts.map((text) => (text === '' ? Number.NaN : Number(text)));
  if (numbers.every(Number.isFinite)) return { numbers };
  return { received: names.map((name, i) => `${name} ${texts[i] === '' ? 'none' : `'${texts[i]}'`}`).join(', ') };
}
