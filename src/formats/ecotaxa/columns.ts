/**
 * Columns of EcoTaxa tables. Their names are PREFIX_NAME: of an image (`img_`), an object, the acquisition, the sample that it
 * comes from, and the process that cut it out. Those that EcoTaxa knows have a fixed meaning; the others are free.
 *
 * @see https://ecotaxa.obs-vlfr.fr, "Import": its own documentation of the format
 */

/** States of an annotation. `validated`: a person has looked at it. */
export const ANNOTATION_STATUSES = ['validated', 'predicted', 'dubious', 'discarded'] as const;

/** The state of an object's annotation in EcoTaxa. */
export type AnnotationStatus = (typeof ANNOTATION_STATUSES)[number];

/** What a cell of a column must be, where it is not empty. */
export type CellKind = 'text' | 'number' | 'latitude' | 'longitude' | 'date' | 'time' | 'rank' | 'status';

/** The columns that EcoTaxa knows. */
const KNOWN = {
  img_file_name: 'text',
  img_rank: 'rank',
  object_id: 'text',
  object_lat: 'latitude',
  object_lon: 'longitude',
  object_date: 'date',
  object_time: 'time',
  object_link: 'text',
  object_depth_min: 'number',
  object_depth_max: 'number',
  object_annotation_status: 'status',
  object_annotation_category: 'text',
  object_annotation_category_id: 'text',
  object_annotation_hierarchy: 'text',
  object_annotation_date: 'date',
  object_annotation_time: 'time',
  object_annotation_person_name: 'text',
  object_annotation_person_email: 'text',
  sample_id: 'text',
  sample_dataportal_descriptor: 'text',
  acq_id: 'text',
  acq_instrument: 'text',
  process_id: 'text',
} as const satisfies Record<string, CellKind>;

/** Free columns that a project can have, by prefix. */
const MOST_FREE = { object: 500, acq: 30, sample: 60, process: 30 } as const;

const isKnown = (name: string): name is keyof typeof KNOWN => Object.hasOwn(KNOWN, name);

/** What the cells of a column are. @param type as the second line gives it: `[f]` for numbers, `[t]` for text */
export function kindOf(name: string, type = ''): CellKind {
  if (isKnown(name)) return KNOWN[name];
  return type.toLowerCase() === '[f]' ? 'number' : 'text';
}

/**
 * Whether a header is one of EcoTaxa: it names objects, and something else that only EcoTaxa calls so.
 *
 * @param names trimmed, in lower case
 */
export function isEcotaxaHeader(names: readonly string[]): boolean {
  const others = ['img_file_name', 'img_rank', 'objid', 'sample_id', 'acq_id', 'process_id'];
  return (
    names.includes('object_id') && names.some((name) => others.includes(name) || name.startsWith('object_annotation_'))
  );
}

/** Whether a row is the second line of a table, which gives the types of the columns. */
export function isTypeLine(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => /^\[\w\]$/.test(cell));
}

/** What is wrong with a header, column by column. */
export function headerFaults(
  names: readonly string[],
): { readonly column: string; readonly expected: string; readonly received: string; readonly remedy?: string }[] {
  const missing = names.includes('object_id') ? [] : ['object_id'];
  const twice = names.filter((name, i) => name !== '' && names.indexOf(name) < i);
  const free = Object.entries(MOST_FREE).flatMap(([prefix, most]) => {
    const found = names.filter((name) => name.startsWith(`${prefix}_`) && !isKnown(name));
    if (found.length <= most) return [];
    const expected = `at most ${most} columns ${prefix}_... besides those that EcoTaxa knows`;
    const remedy = 'EcoTaxa does not import such a table. Remove columns that nobody needs.';
    return [{ column: found[most] ?? '', expected, received: `${found.length}`, remedy }];
  });
  return [
    ...missing.map((column) => ({ column, expected: `a column ${column}`, received: 'no column of this name' })),
    ...[...new Set(twice)].map((column) => ({
      ...{ column, expected: 'each column once', received: 'several columns of this name' },
      remedy: 'Rename or remove all but one. Capital letters make no difference.',
    })),
    ...free,
  ];
}
