/** This package's folder and package.json, wherever this file runs from: sources, compiled code, a copy compiled elsewhere inside it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The keys of package.json that are read at run time. */
export interface PackageDescription {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  /** Major versions of Node that the tests are run on, in ascending order. */
  readonly testedNodes: readonly number[];
}

const NAME = 'cladenet';

function findPackage(folder: string): { readonly root: string; readonly description: PackageDescription } {
  const file = join(folder, 'package.json');
  if (existsSync(file)) {
    const description = JSON.parse(readFileSync(file, 'utf8')) as PackageDescription;
    if (description.name === NAME) return { root: folder, description };
  }
  const above = dirname(folder);
  if (above === folder) throw new Error(`${import.meta.url} lies outside of the package ${NAME}`);
  return findPackage(above);
}

export const { root: PACKAGE_ROOT, description: PACKAGE } = findPackage(dirname(fileURLToPath(import.meta.url)));
