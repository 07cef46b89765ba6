/** The table with which EcoTaxa imports the crops of what was found. */
import { type EcotaxaColumn, ecotaxaHeader, ecotaxaRows } from '../../formats/ecotaxa/write.js';
import type { EcotaxaName, ecotaxaNames } from '../predictions/ecotaxa-names.js';
import { probabilityOf } from './annotations-of.js';
import type { FoundFrame, FoundOrganism } from './found-frames.js';
import { cropName } from './frame-images.js';

/** The name of the table in the folder of the crops. EcoTaxa reads tables whose names begin like that. */
export const ECOTAXA_TABLE = 'ecotaxa_detections.tsv';

const PLACE: readonly EcotaxaColumn[] = [
  { name: 'img_file_name' },
  { name: 'object_id' },
  { name: 'object_frame' },
  ...['bx', 'by', 'width', 'height', 'detection_score'].map((name) => ({ name: `object_${name}`, isNumber: true })),
];
const NAME: readonly EcotaxaColumn[] = [
  { name: 'object_annotation_status' },
  { name: 'object_annotation_category' },
  { name: 'object_annotation_category_id' },
  { name: 'object_annotation_date' },
  { name: 'object_annotation_time' },
  { name: 'object_annotation_probability', isNumber: true },
  { name: 'object_lineage' },
];

/** The beginning of the table. @param isNamed whether a classifier has named what was found */
export const cropsHeader = (isNamed: boolean): string => ecotaxaHeader(isNamed ? [...PLACE, ...NAME] : PLACE);

/**
 * The rows of a frame: boxes in pixels of the frame, `object_bx` and `object_by` of the upper left corner.
 *
 * @param names as EcoTaxa calls classes and nodes; undefined where nothing is named
 * @param when  the objects were named
 */
export function cropsRows(
  { file, organisms }: FoundFrame,
  stem: string,
  names: { readonly classes: readonly string[]; readonly called: ReturnType<typeof ecotaxaNames> } | undefined,
  when: Date,
): string {
  const digits = when.toISOString().replaceAll(/\D/g, '');
  return ecotaxaRows(
    organisms.map((organism, i) => {
      const image = cropName(stem, i + 1);
      const numbers = [...organism.box, organism.score].map(String);
      const place = [image, image.replace(/\.png$/, ''), file, ...numbers];
      if (names === undefined) return place;
      const called = calledBy(organism, names);
      const annotation =
        called === undefined
          ? ['', '', '', '', '']
          : ['predicted', called.category, called.id, digits.slice(0, 8), digits.slice(8, 14)];
      return [...place, ...annotation, String(probabilityOf(organism) ?? ''), organism.name?.lineage ?? ''];
    }),
  );
}

/** Undefined where only the root is decided on, which is no taxon. */
function calledBy(
  { name }: FoundOrganism,
  { classes, called }: { readonly classes: readonly string[]; readonly called: ReturnType<typeof ecotaxaNames> },
): EcotaxaName | undefined {
  if (name === undefined) return undefined;
  return name.node === undefined ? called.ofClass(classes.indexOf(name.class)) : called.ofNode(name.node.path);
}
