/** `cladenet embed`: deep features of images, as a table. */
import { z } from 'zod';
import { embed } from '../../classifier/predict/embed.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { listSources } from '../../dataset/list-sources.js';
import type { FeatureTable } from '../../features/feature-table.js';
import { writeFeatureTable } from '../../features/tables/write-feature-table.js';
import { gpu, modelFolder } from '../../options/common.js';
import { imageChoice } from '../../options/images.js';
import { option } from '../../options/option.js';
import { log } from '../../progress.js';
import { listingProblemLines, tableLines } from '../../report/tables/image-text.js';
import { counted } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { decodeImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { predicting } from '../models.js';
import { command } from '../toolkit/command.js';

export const embedCommand = command({
  arguments: z.object({
    model: modelFolder,
    paths: option(z.array(z.string()), { description: 'images, folders or tables of images', reads: 'images' }),
  }),
  options: z.strictObject({
    out: option(text('a file'), {
      description: 'table to write: .npy, with the paths of its rows in a file beside it, or .csv or .tsv',
      value: 'file',
      writes: 'file',
    }),
    strict: imageChoice.strict,
    imageMemory: imageChoice.imageMemory,
    maxPixels: imageChoice.maxPixels,
    gpu,
  }),
  async run({ model, paths }, { out, strict, imageMemory, maxPixels, gpu }) {
    await interruptible(null, async (signal) => {
      const { sources, problems } = await listSources(paths, { strict, signal });
      for (const line of [...sources.flatMap(({ listing }) => tableLines(listing)), ...listingProblemLines(problems)]) {
        log(line);
      }
      const device = deviceOf({ gpu });
      const classifier = await loadClassifier(model, { device });
      const tables: FeatureTable[] = [];
      for (const { listing, cacheDir } of sources) {
        const options = { strict, imageMemory, maxPixels, signal, cacheDir };
        const images = await decodeImages(listing, classifier.description.preprocessing, options);
        tables.push(
          await predicting('deep features', (onProgress) => embed(classifier, images, { device, signal, onProgress })),
        );
      }
      const table = joined(tables);
      await writeFeatureTable(out, table);
      log(`${counted(table.names.length, 'feature')} of ${counted(table.rows.length, 'image')} written to ${out}`);
    });
  },
});

/** One below the other. An image that is in several sources has its first row. */
function joined(tables: readonly FeatureTable[]): FeatureTable {
  const names = tables[0]?.names ?? [];
  const width = names.length;
  const rows = new Map<string, Float64Array>();
  for (const table of tables) {
    table.rows.forEach((path, i) => {
      if (!rows.has(path)) rows.set(path, table.values.subarray(i * width, (i + 1) * width));
    });
  }
  const values = new Float64Array(rows.size * width);
  [...rows.values()].forEach((row, i) => {
    values.set(row, i * width);
  });
  return { names, rows: [...rows.keys()], values };
}
