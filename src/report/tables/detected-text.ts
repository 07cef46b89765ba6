/** What was found in frames, as text. */
import { counted } from '../../units.js';
import type { DetectedInto } from '../detections/detect-into.js';
import { alignColumns } from './columns.js';

/** Lines of one kind that are shown. */
const SHOWN = 10;
/** Rows of the table. */
const ROWS = 30;

/** Frames that were left out, and what is odd about others, as lines for the log. */
export function detectedLines({ problems, notes }: DetectedInto): string[] {
  const left = problems.map(
    ({ where, expected, received }) => `${where}: left out: expected ${expected}, received ${received}`,
  );
  const odd = notes.map(({ file, note }) => `${file}: ${note}`);
  return [...cut(left, 'are left out'), ...cut(odd, 'are odd')];
}

const cut = (lines: readonly string[], what: string): string[] =>
  lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `... and ${lines.length - SHOWN} more ${what}`];

/** The number of organisms, and of each category. */
export function detectedTable({ frames, organisms, counts }: DetectedInto): string {
  const each = (count: number) => (count / frames).toFixed(2);
  const all = ['all', `${organisms}`, each(organisms)];
  const rows = [...counts].map(([name, count]) => [name, `${count}`, each(count)]);
  const more = rows.length > ROWS ? [`... and ${counted(rows.length - ROWS, 'more class', 'more classes')}`] : [];
  const shown = counts.size > 1 ? rows.slice(0, ROWS) : [];
  return [...alignColumns([['', 'organisms', 'a frame'], all, ...shown], 1), ...more].join('\n');
}
