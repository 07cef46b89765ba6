/** Writes the tables of docs/features.md from the registry of features: `npm run docs:features`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FEATURE_SETS } from '../src/features/sets/registry.js';

const FILE = fileURLToPath(new URL('features.md', import.meta.url));

/** The page, with the table of each set between its marks. */
export function featureReference(page: string): string {
  return Object.values(FEATURE_SETS).reduce((text, { name, features }) => {
    const rows = features.map(
      (feature) =>
        `| \`${feature.name}\` | ${feature.group} | ${feature.unit} | ${feature.definition} | ${feature.source} |`,
    );
    const table = ['| feature | group | unit | definition | whose |', '|---|---|---|---|---|', ...rows].join('\n');
    const marks = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`);
    return text.replace(marks, (_, begin: string, end: string) => `${begin}${table}\n${end}`);
  }, page);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(FILE, featureReference(readFileSync(FILE, 'utf8')));
