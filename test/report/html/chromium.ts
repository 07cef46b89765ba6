/** The Chromium that is installed on this machine: tests never download one. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of the executable: `CLADENET_CHROMIUM`, be it there or not, else the first found on `PATH`, else undefined. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { CLADENET_CHROMIUM: wanted, PATH: path = '' } = environment;
  if (wanted !== undefined && wanted !== '') return wanted;
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
