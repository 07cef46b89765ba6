/** Text in shell scripts. */

/** A word that a shell takes as it is: in single quotes, unless it has only harmless characters. */
export const quoted = (word: string): string =>
  /^[\w@%+:,./-]+$/.test(word) && word !== '' ? word : `'${word.replaceAll("'", `'\\''`)}'`;

export const commandLine = (words: readonly string[]): string => words.map(quoted).join(' ');
