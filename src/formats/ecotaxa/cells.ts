/** What cells of EcoTaxa tables must be. */
import type { ByteRow } from '../byte-rows.js';
import { ANNOTATION_STATUSES, type CellKind } from './columns.js';

/** What is expected in a cell of each kind, in words. */
export const EXPECTED: Readonly<Record<CellKind, string>> = {
  text: 'text',
  number: 'a number, or nothing',
  latitude: 'a latitude in degrees from -90 (south) to 90 (north)',
  longitude: 'a longitude in degrees from -180 (west) to 180 (east)',
  date: 'a date as YYYYMMDD, such as 20140420',
  time: 'a time of day as HHMMSS, such as 042000',
  rank: 'the number of the image among those of its object, 0 or more',
  status: `one of ${ANNOTATION_STATUSES.join(', ')}`,
};

/** Whether a cell that is not empty is what its column holds. */
export function isValid(kind: CellKind, row: ByteRow, field: number): boolean {
  switch (kind) {
    case 'text':
      return true;
    case 'number':
      return isPlainNumber(row, field) || isNumber(row.text(field));
    case 'latitude':
      return isDegrees(row.text(field), 90);
    case 'longitude':
      return isDegrees(row.text(field), 180);
    case 'date':
      return isDate(row.text(field));
    case 'time':
      return isTime(row.text(field));
    case 'rank':
      return isPlainNumber(row, field) && /^\d+([.,]0*)?$/.test(row.text(field));
    case 'status':
      return (ANNOTATION_STATUSES as readonly string[]).includes(row.text(field).toLowerCase());
  }
}

/** Whether a cell is digits with at most a sign and a point: nearly all numbers are, and this takes no text. */
function isPlainNumber({ bytes, starts, ends }: ByteRow, field: number): boolean {
  const [start, end] = [starts[field] ?? 0, ends[field] ?? 0];
  let [digits, points] = [0, 0];
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= 48 && byte <= 57) digits++;
    else if (byte === 46 || byte === 44) points++;
    else if (!(at === start && (byte === 45 || byte === 43))) return false;
  }
  return digits > 0 && points <= 1;
}

/** Also those of a spreadsheet, with a decimal comma, and what programs write for none. */
const isNumber = (text: string) =>
  /^([+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?|[+-]?(inf|infinity)|null|none)$/i.test(text);

function isDegrees(text: string, most: number): boolean {
  const parts =
    /^([+-]?)(\d+(?:[.,]\d*)?)(?:\s*\u00b0\s*(\d+(?:[.,]\d*)?)?(?:\s*['\u2032 ]\s*(\d+(?:[.,]\d*)?)?\s*(?:"|'')?)?)?$/.exec(
      text,
    );
  if (parts === null) return false;
  const [degrees = 0, minutes = 0, seconds = 0] = parts.slice(2).map((part = '0') => Number(part.replace(',', '.')));
  return minutes < 60 && seconds < 60 && degrees + minutes / 60 + seconds / 3600 <= most;
}

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return (
    year !== '' && Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  );
}

/** Also without leading zeros (`420` is 00:04:20) and with fractions of a second. */
function isTime(text: string): boolean {
  const [, digits = ''] = /^(\d{1,6})([.,]\d*)?$/.exec(text) ?? [];
  const [, hours = 99, minutes = 99, seconds = 99] = /^(\d\d)(\d\d)(\d\d)$/.exec(digits.padStart(6, '0')) ?? [];
  return digits !== '' && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
}
