/** The columns of `.adc` files. They have no header line: the `.hdr` file names them, or their number tells the layout. */

/** The columns that are used here. */
export type AdcColumn = 'trigger' | 'adctime' | 'roix' | 'roiy' | 'roiwidth' | 'roiheight' | 'startbyte' | TimeColumn;
type TimeColumn = 'triggeropentime' | 'framegrabtime' | 'runtime' | 'inhibittime';

/** Where each column is. */
export interface AdcLayout {
  /** 1: instruments before 2012, whose images of one trigger may overlap. 2: the later ones. */
  readonly version: 1 | 2;
  /** Fields of a row. */
  readonly width: number;
  readonly at: ReadonlyMap<string, number>;
}

const FIRST = [
  ...['trigger', 'processing_end_time', 'fluor_low', 'fluor_high', 'scat_low', 'scat_high', 'comparator_pulse'],
  ...[
    'trigger_open_time',
    'frame_grab_time',
    'roi_x',
    'roi_y',
    'roi_width',
    'roi_height',
    'start_byte',
    'valve_status',
  ],
];
const SECOND = [
  ...['trigger', 'adc_time', 'pmt_a', 'pmt_b', 'pmt_c', 'pmt_d', 'peak_a', 'peak_b', 'peak_c', 'peak_d'],
  ...['time_of_flight', 'grab_time_start', 'grab_time_end', 'roi_x', 'roi_y', 'roi_width', 'roi_height', 'start_byte'],
  ...['comparator_out', 'start_point', 'signal_length', 'status', 'run_time', 'inhibit_time'],
];
const NEEDED: readonly AdcColumn[] = ['trigger', 'roix', 'roiy', 'roiwidth', 'roiheight', 'startbyte'];

/** Software versions spell a name `trigger#`, `RoiX`, `ROIx`, `roi_x`. */
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function layoutOf(version: 1 | 2, names: readonly string[]): AdcLayout {
  return { version, width: names.length, at: new Map(names.map((name, i) => [bare(name), i])) };
}

/**
 * The layout of a file, by the columns that its header names or else by the number of fields in its first row; undefined for
 * a number that no layout has.
 */
export function adcLayout(columns: readonly string[] | undefined, fields: number): AdcLayout | undefined {
  if (columns !== undefined) {
    const named = layoutOf(2, columns);
    if (NEEDED.every((name) => named.at.has(name))) return named;
  }
  if (fields === FIRST.length) return layoutOf(1, FIRST);
  return fields === SECOND.length ? layoutOf(2, SECOND) : undefined;
}

/** How many fields the layouts have, in words. */
export const KNOWN_LAYOUTS = `${FIRST.length} fields, or ${SECOND.length}`;
