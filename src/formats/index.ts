/**
 * `cladenet/formats`: readers and writers of the field's formats, as pure functions of text and bytes.
 *
 * @module
 */
// The Imaging FlowCytobot
export { type Bin, type BinFiles, readBin, type Stitching } from './ifcb/bin.js';
export type { BinRegion } from './ifcb/adc.js';
export { type ClassScores, readClassScores, writeClassScores } from './ifcb/class-scores.js';
export { type BinHeader, parseHeader } from './ifcb/header.js';
export { isBinName, parseTarget, type Target, targetName } from './ifcb/names.js';
export { type BinImage, compose, type Patch } from './ifcb/stitching.js';

// Names: Darwin Core, WoRMS, Newick
export {
  formatArchive,
  IDENTIFICATION_TERMS,
  type Identification,
  type IdentifiedTaxon,
  type Identifier,
  identificationRows,
  type SampleOccurrences,
  type TaxonCount,
} from './darwin-core/archive.js';
export { parseDarwinCoreTaxa } from './darwin-core/parse-taxa.js';
export { formatDarwinCoreTaxa } from './darwin-core/write-taxa.js';
export { parseNewick } from './newick/parse.js';
export { formatNewick } from './newick/write.js';
export { SampleVolume, type VolumeFields } from './sample-volume.js';
export type { Taxon } from './taxon.js';
export type { FormatFault, TaxonRecord, TaxonRecords, TextPlace } from './taxon-record.js';
export { parseWorms, type WormsFile } from './worms/parse.js';
export { formatWorms } from './worms/write.js';

// EcoTaxa
export {
  type EcotaxaCategory,
  EcotaxaCategories,
  type EcotaxaTaxon,
  type EcotaxaLineage,
  ecotaxaLineages,
} from './ecotaxa/categories.js';
export { ANNOTATION_STATUSES, type AnnotationStatus } from './ecotaxa/columns.js';
export {
  type EcotaxaLine,
  EcotaxaTable,
  type EcotaxaTableOptions,
  type EcotaxaTableRead,
  parseEcotaxaTable,
} from './ecotaxa/table.js';
export {
  type EcotaxaColumn,
  type EcotaxaUpdate,
  formatClassifyAutoMultiple,
  formatEcotaxaTable,
  type RankedTaxa,
} from './ecotaxa/write.js';

// Annotated frames
export type { AnnotatedFrames, Annotation, Attributes, Frame, MaskShape } from './annotations/annotated-frames.js';

export { parseCoco } from './annotations/coco-parse.js';
export { formatCoco } from './annotations/coco-write.js';
export { parseCvat } from './annotations/cvat.js';
export { parseLabelMe } from './annotations/labelme.js';
export { type AnnotationFile, parseVoc } from './annotations/voc.js';
export { formatYolo, parseYolo, parseYoloNames, type YoloFile, type YoloNames } from './annotations/yolo.js';
export type { AnnotationsRead } from './annotations/frame-collector.js';

// Zip files
export { type ReadBytes, readZipDirectory, unpackEntry, type ZipDirectory, type ZipEntry } from './zip.js';
