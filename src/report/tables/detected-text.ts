/** What was found in frames, as text. */
import { counted } from '../../units.js';
import type { DetectedInto } from '../detections/detect-into.js';
import { alignColumns } from './columns.js';
import { cutLines, leftOutLines } from './left-out-text.js';

/** Rows of the table. */
const ROWS = 30;

/** Frames that were left out, and what is odd about others, as lines for the log. */
export function detectedLines({ problems, notes }: DetectedInto): string[] {
  const odd = notes.map(({ file, note }) => `${file}: ${note}`);
  return [...leftOutLines(problems, 'detections.json'), ...cutLines(odd, 'are odd')];
}

/** The number of organisms, and of each category. */
export function detectedTable({ frames, organisms, counts }: DetectedInto): string {
  const each = (count: number) => (count / frames).toFixed(2);
  const all = ['all', `${organisms}`, each(organisms)];
  const rows = [...counts].map(([name, count]) => [name, `${count}`, each(count)]);
  const more = rows.length > ROWS ? [`... and ${counted(rows.length - ROWS, 'more class', 'more classes')}`] : [];
  const shown = counts.size > 1 ? rows.slice(0, ROWS) : [];
  return [...alignColumns([['', 'organisms', 'a frame'], all, ...shown], 1), ...more].join('\n');
}
