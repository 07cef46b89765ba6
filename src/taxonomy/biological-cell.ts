/** The cells of the column `biological` of tables. */

/** Words for yes and no, as people and spreadsheets write them. */
const WORDS: Readonly<Record<string, boolean>> = {
  '': true,
  true: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  no: false,
  n: false,
  0: false,
};

/** What the cells of a column `biological` may hold. An empty one means yes. */
export const BIOLOGICAL_CELLS = 'yes or no (true or false, 1 or 0)';

/** What a cell of the column `biological` says; undefined where it is none of {@link BIOLOGICAL_CELLS}. */
export function parseBiological(cell: string): boolean | undefined {
  const word = cell.trim().toLowerCase();
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
