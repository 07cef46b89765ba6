/**
 * The last step of a build: copies the files that the library reads beside its compiled modules, which tsc leaves out.
 *
 *     node copy-assets.mjs [folder]     the folder of the compiled modules; default: dist
 */
import fs from 'node:fs';

const ASSETS = 'report/html/assets';

const from = new URL(`src/${ASSETS}`, import.meta.url);
const to = new URL(`${process.argv[2] ?? 'dist'}/${ASSETS}`, import.meta.url);
fs.rmSync(to, { recursive: true, force: true });
fs.cpSync(from, to, { recursive: true });
