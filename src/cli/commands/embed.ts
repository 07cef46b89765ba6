/** `cladenet embed`: deep features of images, as a table. */
import { z } from 'zod';
import { embed } from '../../classifier/predict/embed.js';
import { loadClassifier } from '../../classifier/store/load.js';
import type { FeatureTable } from '../../features/feature-table.js';
import { writeFeatureTable } from '../../features/tables/write-feature-table.js';
import { gpu, modelFolder } from '../../options/common.js';
import { imageChoice, tableColumns } from '../../options/images.js';
import { option } from '../../options/option.js';
import { log } from '../../progress.js';
import { counted } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { chooseSources, decodeSources } from '../images.js';
import { interruptible } from '../interrupt.js';
import { predicting } from '../models.js';
import { command } from '../toolkit/command.js';

export const embedCommand = command({
  arguments: z.object({
    model: modelFolder,
    paths: option(z.array(z.string()), {
      description: 'images, folders, tables of images or IFCB bins',
      reads: 'images',
    }),
  }),
  options: z.strictObject({
    out: option(text('a file'), {
      description: 'table to write: .npy, with the paths of its rows in a file beside it, or .csv or .tsv',
      value: 'file',
      writes: 'file',
    }),
    pathColumn: option(tableColumns.pathColumn, { description: 'column of the tables that holds the paths' }),
    stitch: imageChoice.stitch,
    strict: imageChoice.strict,
    imageMemory: imageChoice.imageMemory,
    maxPixels: imageChoice.maxPixels,
    gpu,
  }),
  async run({ model, paths }, { out, ...command }) {
    await interruptible(null, async (signal) => {
      const sources = await chooseSources(paths, command, signal);
      const device = deviceOf(command);
      const classifier = await loadClassifier(model, { device });
      const { preprocessing } = classifier.description;
      const tables: FeatureTable[] = [];
      for await (const images of decodeSources(sources, preprocessing, command, signal)) {
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

/** One below the other. */
function joined(tables: readonly FeatureTable[]): FeatureTable {
  const names = tables[0]?.names ?? [];
  const rows = tables.flatMap((table) => table.rows);
  const values = new Float64Array(rows.length * names.length);
  let done = 0;
  for (const table of tables) {
    values.set(table.values, done);
    done += table.values.length;
  }
  return { names, rows, values };
}
