/** The `.hdr` file of a bin: settings of the instrument, one a line. */

/** What is read of a header. */
export interface BinHeader {
  /** Every `name: value` line. */
  readonly fields: ReadonlyMap<string, string>;
  /** The names in `ADCFileFormat`, as they are spelled; undefined in the first layout, which has none. */
  readonly columns: readonly string[] | undefined;
  /** Seconds that the sample was pumped, and of these, seconds in which no trigger was taken. */
  readonly runTime: number | undefined;
  readonly inhibitTime: number | undefined;
  /** Images that the instrument says it took. */
  readonly roiCount: number | undefined;
}

/** Reads a `.hdr` file: lines of a name, a colon and a value. What is missing or no number is undefined. */
export function parseHeader(text: string): BinHeader {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r\n?|\n/)) {
    const [, name, value] = /^([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name.trim(), value);
  }
  const columns = fields
    .get('ADCFileFormat')
    ?.split(',')
    .map((name) => name.trim());
  const number = (name: string) => {
    const typed = fields.get(name);
    const value = typed === undefined || typed === '' ? Number.NaN : Number(typed);
    return Number.isFinite(value) ? value : undefined;
  };
  return {
    fields,
    columns,
    runTime: number('runTime'),
    inhibitTime: number('inhibitTime'),
    roiCount: number('roiCount'),
  };
}
