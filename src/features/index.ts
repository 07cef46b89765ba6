/**
 * `cladenet/features`: organisms found in images and measured, and tables of such numbers.
 *
 * @module
 */
export { type FeatureTable, requireFeatureTable } from './feature-table.js';
export type { Box, GreyImage } from './grey-image.js';
export { type MeasureOptions, measureImages } from './images/measure-images.js';
export { measure } from './measure.js';
export type { Background } from './segmentation/background.js';
export type { SegmentationOptions } from './segmentation/options.js';
export type { Region } from './segmentation/regions.js';
export { type Segmentation, segment } from './segmentation/segment.js';
export type { Feature, FeatureGroup, FeatureSet } from './sets/feature.js';
export { FEATURE_SETS, type FeatureSetName } from './sets/registry.js';
export { type ReadFeatures, type ReadFeaturesOptions, readFeatureTable } from './tables/read-feature-table.js';
export { type WriteFeaturesOptions, writeFeatureTable } from './tables/write-feature-table.js';
