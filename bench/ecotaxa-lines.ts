/**
 * How long a large EcoTaxa table takes to be listed, and in how much memory: `npx tsx bench/ecotaxa-lines.ts [LINES]`. The
 * table has 92 columns and some 700 bytes a line, as exports have.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listImages } from '../src/dataset/sources/list.js';

const lines = Number(process.argv[2] ?? 1e6);
const NAMED = ['object_id', 'objid', 'sample_id', 'object_annotation_status', 'object_annotation_category'];
const columns = [...NAMED, 'object_annotation_hierarchy', 'img_file_name', 'img_rank'];
const FREE = Array.from({ length: 84 }, (_, i) => `object_feature${i}`);

function line(i: number): string {
  const taxon = `taxon${i % 100}`;
  const own = [`sample_${i % 500}_object_${i}`, String(i), `sample_${i % 500}`, 'validated', taxon];
  const rest = [`living>Animalia>Arthropoda>Crustacea>${taxon}`, `images/${taxon}/${i}_0.jpg`, '0'];
  return [...own, ...rest, ...FREE.map((_, k) => ((i * 31 + k) % 9973) / 8)].join('\t');
}

const folder = mkdtempSync(join(tmpdir(), 'cladenet-ecotaxa-'));
try {
  const path = join(folder, 'ecotaxa_million.tsv');
  const file = openSync(path, 'w');
  const types = [...columns.map(() => '[t]'), ...FREE.map(() => '[f]')];
  writeSync(file, `${[...columns, ...FREE].join('\t')}\n${types.join('\t')}\n`);
  for (let i = 0; i < lines; i += 1000) {
    writeSync(file, Array.from({ length: Math.min(1000, lines - i) }, (_, k) => `${line(i + k)}\n`).join(''));
  }
  closeSync(file);
  const before = process.cpuUsage();
  const { records } = await listImages(path, { keepColumns: ['object_id', 'sample_id'] });
  const { user, system } = process.cpuUsage(before);
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${records.length} images: ${((user + system) / 1e6).toFixed(1)} s of CPU time, at most ${mebibytes} MiB of memory`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
