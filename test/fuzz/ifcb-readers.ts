/** Readers of what an IFCB writes. HDF5 files are read by HDF5's own library, which is not fuzzed here. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadImages } from '../../src/dataset/load.js';
import { listImages } from '../../src/dataset/sources/list.js';
import type { Reader } from './harness.js';

const bins: Reader = {
  name: 'ifcb-bins',
  async seeds(folder) {
    const rows = (width: number, row: (i: number) => string) =>
      Array.from({ length: 9 }, (_, i) => `${i % 2 ? i : i + 1},${row(i)}${',0'.repeat(width)}\n`).join('');
    const place = (i: number) => `${i},${2 * i},5,4`;
    const contents: Record<string, Record<string, string>> = {
      first: { IFCB5_2012_028_081515: rows(1, (i) => `1,0,0,0,0,0,${i},${i + 0.5},${place(i)},${20 * i}`) },
      second: { D20220519T124533_IFCB134: rows(6, (i) => `${i}${',0'.repeat(11)},${place(i)},${20 * i}`) },
    };
    for (const [name, files] of Object.entries(contents)) {
      mkdirSync(join(folder, name));
      for (const [bin, adc] of Object.entries(files)) {
        const hdr = name === 'first' ? '"Imaging FlowCytobot"\n' : 'runTime: 1200\ninhibitTime: 60\nroiCount: 9\n';
        writeFileSync(join(folder, name, `${bin}.adc`), adc);
        writeFileSync(join(folder, name, `${bin}.hdr`), hdr);
        writeFileSync(join(folder, name, `${bin}.roi`), new Uint8Array(200).fill(180));
      }
    }
    return Object.keys(contents);
  },
  /** Whatever is listed has pixels, or says why not. */
  async read(path) {
    const listing = await listImages(path);
    const preprocessing = { size: 8, channels: 1, background: 'white', fit: 'longer-side' } as const;
    await loadImages(listing, preprocessing, { cacheDir: false, allowNone: true });
    return listImages(path, { strict: true });
  },
};

export const ifcbReaders: readonly Reader[] = [bins];
