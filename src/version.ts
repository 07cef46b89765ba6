/** This package's version, as its package.json states it. */
import { PACKAGE } from './package-root.js';

export const VERSION = PACKAGE.version;
