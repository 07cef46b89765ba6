/** The last step of a build: copies the files that the library reads beside its compiled modules, which tsc leaves out. */
import fs from 'node:fs';

const ASSETS = 'report/html/assets';

const from = new URL(`src/${ASSETS}`, import.meta.url);
const to = new URL(`dist/${ASSETS}`, import.meta.url);
fs.rmSync(to, { recursive: true, force: true });
fs.cpSync(from, to, { recursive: true });
