/** Text in columns of a terminal: cut, filled up, or broken into lines. */

/** Exactly `width` characters: filled up with spaces, or cut in the middle, since both ends tell names apart. */
export function fitText(text: string, width: number): string {
  const letters = [...text];
  if (letters.length <= width) return text + ' '.repeat(width - letters.length);
  const front = Math.ceil((width - 1) / 2);
  return [...letters.slice(0, front), '…', ...letters.slice(letters.length - (width - 1 - front))].join('');
}

/**
 * `label`, then `text` beside it, broken between words (not before a `%`) into lines of at most `width` characters that
 * all begin where the first one does. A word that is longer has a line of its own.
 */
export function hangingText(label: string, text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?!%)/)) {
    if (line !== '' && label.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part, i) => (i === 0 ? label : ' '.repeat(label.length)) + part).join('\n');
}
