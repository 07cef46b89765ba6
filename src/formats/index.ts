/**
 * `cladenet/formats`: readers and writers of the field's formats, as pure functions of text and bytes.
 *
 * @module
 */
export { type ReadBytes, readZipDirectory, unpackEntry, type ZipDirectory, type ZipEntry } from './zip.js';
