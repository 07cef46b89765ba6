/** This package's version, as its package.json states it. */
import { PACKAGE } from './package-root.js';

/** The version of cladenet, such as `0.1.0`. */
export const VERSION = PACKAGE.version;
