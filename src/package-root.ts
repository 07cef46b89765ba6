/** The folder of this package, wherever this file runs from: sources, compiled code, a copy compiled elsewhere inside it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'cladenet';

function findRoot(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === NAME) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`${import.meta.url} lies outside of the package ${NAME}`);
  return findRoot(above);
}

export const PACKAGE_ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
