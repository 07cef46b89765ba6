/**
 * `cladenet/formats`: readers and writers of the field's formats, as pure functions of text and bytes.
 *
 * @module
 */
// The Imaging FlowCytobot
export { type Bin, type BinFiles, readBin, type Stitching } from './ifcb/bin.js';
export type { BinRegion } from './ifcb/adc.js';
export { type BinHeader, parseHeader } from './ifcb/header.js';
export { isBinName, parseTarget, type Target, targetName } from './ifcb/names.js';
export { type BinImage, compose, type Patch } from './ifcb/stitching.js';

// Zip files
export { type ReadBytes, readZipDirectory, unpackEntry, type ZipDirectory, type ZipEntry } from './zip.js';
