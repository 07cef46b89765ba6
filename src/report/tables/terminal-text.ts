/**
 * Text for a terminal, measured in its columns: a combining accent takes none, an ideograph takes two. Control characters
 * take as many as the escapes that are shown for them.
 */
import stringWidth from 'string-width';
import { visible } from '../../visible.js';

export function padStart(text: string, width: number): string {
  const shown = visible(text);
  return ' '.repeat(Math.max(0, width - stringWidth(shown))) + shown;
}

export function padEnd(text: string, width: number): string {
  const shown = visible(text);
  return shown + ' '.repeat(Math.max(0, width - stringWidth(shown)));
}

/** The greatest width of any of the texts; 0 for none. */
export const widest = (texts: Iterable<string>): number =>
  [...texts].reduce((most, text) => Math.max(most, stringWidth(visible(text))), 0);

const graphemes = new Intl.Segmenter();

/** At most `width` columns: cut in the middle, since both ends distinguish names. */
export function shorten(text: string, width: number): string {
  const shown = visible(text);
  if (stringWidth(shown) <= width) return shown;
  const characters = Array.from(graphemes.segment(shown), ({ segment }) => segment);
  const front = take(characters, Math.max(1, Math.ceil((width - 1) / 2)));
  const back = take(characters.slice(front.length).reverse(), Math.max(1, width - 1 - widest([front.join('')])));
  return [...front, '…', ...back.reverse()].join('');
}

/** Exactly `width` columns: filled up with spaces, or cut in the middle. */
export const fitText = (text: string, width: number): string => padEnd(shorten(text, width), width);

/** The first characters that together take at most `width` columns. */
function take(characters: readonly string[], width: number): string[] {
  let taken = 0;
  const end = characters.findIndex((character) => {
    taken += stringWidth(character);
    return taken > width;
  });
  return characters.slice(0, end < 0 ? undefined : end);
}

/** The words of a text, to be wrapped; `12 %` is one. */
export const wordsOf = (text: string): string[] => text.split(/ (?!%)/);

/** Words with blanks between, in lines of at most `width` columns where they allow it, each line indented. */
export function wrap(words: readonly string[], width: number, indent = ''): string[] {
  const lines: string[] = [];
  for (const word of words.map(visible)) {
    const line = lines.at(-1);
    if (line !== undefined && stringWidth(line) + 1 + stringWidth(word) <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(`${indent}${word}`);
  }
  return lines;
}

/** `label`, then `text` beside it, wrapped into lines that all begin where the first one does. */
export function hangingText(label: string, text: string, width: number): string {
  const indent = ' '.repeat(stringWidth(label));
  const [first = indent, ...rest] = wrap(wordsOf(text), width, indent);
  return [label + first.slice(indent.length), ...rest].join('\n');
}
