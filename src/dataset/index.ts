/**
 * `cladenet/images`: listing, decoding, selecting and splitting images, and the generated organisms of the demo.
 *
 * @module
 */
export type { ImageFields } from './fields.js';
export { type GeneratedOrganisms, type GenerateOptions, generateOrganisms } from './generate.js';
export {
  type ImageSet,
  type ImagesInMemory,
  isInMemory,
  type StreamedPixels,
  selectImages,
  squareOf,
} from './images.js';
export type { EcotaxaOptions } from './sources/ecotaxa.js';
export { type ImageSource, type ListedSources, type ListSourcesOptions, listSources } from './sources/list-sources.js';
export type { GivenSplit } from './sources/given-split.js';
export { type ListOptions, listImages } from './sources/list.js';
export type { ImageListing, ImageRecord, ListingProgress, TableRead } from './listing.js';
export { type LoadedImages, type LoadOptions, loadImages } from './load.js';
export { type OpenedImages, type OpenOptions, openImages } from './open.js';
export type { Preprocessing } from './preprocessing.js';
export { holdOutClasses, limitPerClass, selectClasses } from './select.js';
export { type Fractions, kFolds, type Split, type SplitOptions, type Subset, splitImages } from './split.js';
export { type FoldChoice, splitFold } from './split-fold.js';
export type {
  ImageFile,
  RawImage,
  StitchedImage,
  StitchedPart,
  StoredImage,
  ZippedImage,
} from './stored-image.js';
export type { ImageTableOptions } from './sources/table.js';
