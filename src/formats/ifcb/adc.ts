/** The `.adc` file of a bin: one row a region of interest (ROI), of which those with an area have an image. */
import type { Problem } from '../../errors.js';
import { type AdcColumn, type AdcLayout, adcLayout, KNOWN_LAYOUTS } from './layout.js';

/** A rectangle of the camera's frame, and its bytes in the `.roi` file: one byte a pixel, row by row. */
export interface BinRegion {
  /** The row of the `.adc` file, counted from 1. */
  readonly number: number;
  readonly trigger: number;
  /** Pixels from the frame's corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The first of its bytes. */
  readonly start: number;
}

/** Times of a row in seconds, by the columns that its layout has; NaN where there is no number. */
export interface RowTimes {
  readonly trigger: number;
  readonly adcTime: number;
  readonly triggerOpenTime: number;
  readonly frameGrabTime: number;
  readonly runTime: number;
  readonly inhibitTime: number;
}

/** What is in an `.adc` file. */
export interface AdcRows {
  /** Undefined for a file without rows. */
  readonly version: 1 | 2 | undefined;
  /** Of the rows that have an image. */
  readonly regions: readonly BinRegion[];
  readonly times: readonly RowTimes[];
  readonly problems: readonly Problem[];
}

/**
 * Reads an `.adc` file. Rows that are damaged are problems and keep their number, so that the others keep theirs.
 *
 * @param file    names the places of problems
 * @param columns `ADCFileFormat` of the header; undefined where there is none
 */
export function parseAdc(file: string, text: string, columns: readonly string[] | undefined): AdcRows {
  const lines = text.split(/\r\n?|\n/).flatMap((line, i) => (line.trim() === '' ? [] : [{ line: i + 1, text: line }]));
  const [first] = lines;
  if (first === undefined) return { version: undefined, regions: [], times: [], problems: [] };
  const layout = adcLayout(columns, fieldsOf(first.text).length);
  if (layout === undefined) {
    const received = `${fieldsOf(first.text).length} fields`;
    const problem = { where: `${file}:${first.line}`, expected: `rows of ${KNOWN_LAYOUTS}`, received };
    return { version: undefined, regions: [], times: [], problems: [problem] };
  }
  const problems: Problem[] = [];
  const regions: BinRegion[] = [];
  const times: RowTimes[] = [];
  lines.forEach(({ line, text: row }, i) => {
    const fields = fieldsOf(row);
    const where = `${file}:${line}`;
    if (fields.length < layout.width) {
      const received = `${fields.length}; the image is left out`;
      problems.push({ where, expected: `${layout.width} fields`, received });
      return;
    }
    times.push(timesOf(fields, layout));
    const region = regionOf(i + 1, fields, layout);
    if (typeof region === 'string')
      problems.push({ where, expected: WHOLE, received: `${region}; the image is left out` });
    else if (region.width > 0 && region.height > 0) regions.push(region);
  });
  return { version: layout.version, regions, times, problems };
}

const WHOLE = 'whole numbers for the place, the size and the first byte of an image';

/** Rows of the first layout end with a comma. */
const fieldsOf = (row: string): string[] => row.trim().replace(/,$/, '').split(',');

const cell = (fields: readonly string[], { at }: AdcLayout, column: AdcColumn): number => {
  const text = fields[at.get(column) ?? -1]?.trim() ?? '';
  return text === '' ? Number.NaN : Number(text);
};

function timesOf(fields: readonly string[], layout: AdcLayout): RowTimes {
  const time = (column: AdcColumn) => cell(fields, layout, column);
  return {
    trigger: time('trigger'),
    adcTime: time('adctime'),
    triggerOpenTime: time('triggeropentime'),
    frameGrabTime: time('framegrabtime'),
    runTime: time('runtime'),
    inhibitTime: time('inhibittime'),
  };
}

/** The region of a row, or what is wrong with it. */
function regionOf(number: number, fields: readonly string[], layout: AdcLayout): BinRegion | string {
  const value = (column: AdcColumn) => cell(fields, layout, column);
  const [trigger, x, y] = [value('trigger'), value('roix'), value('roiy')];
  const [width, height, start] = [value('roiwidth'), value('roiheight'), value('startbyte')];
  const isWhole = [trigger, x, y, width, height, start].every(Number.isInteger);
  if (isWhole && width >= 0 && height >= 0 && start >= 0) return { number, trigger, x, y, width, height, start };
  return `${width} x ${height} pixels at (${x}, ${y}) from byte ${start}`;
}
