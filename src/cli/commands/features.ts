/** `cladenet features`: measures the organism in each image. */
import { z } from 'zod';
import { measureImages } from '../../features/images/measure-images.js';
import { FEATURE_SETS } from '../../features/sets/registry.js';
import { requireFeatureFile, writeFeatureTable } from '../../features/tables/write-feature-table.js';
import { config } from '../../options/common.js';
import { imageChoice } from '../../options/images.js';
import { measuringOptions, segmentationOf } from '../../options/measuring.js';
import { option } from '../../options/option.js';
import { log, startProgress } from '../../progress.js';
import { measuringNotes } from '../../report/tables/measuring-notes.js';
import { counted, duration } from '../../units.js';
import { text, toggle, whole } from '../../value-schemas.js';
import { chooseImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';

const { classes, limitPerClass, pathColumn, status, objectImages, stitch, strict } = imageChoice;

const options = z.strictObject({
  out: option(text('a file'), {
    description: 'file to write, a row an image: .csv, .tsv, or .npy with the paths beside it',
    value: 'file',
    writes: 'file',
    argument: 'file',
  }),
  ecotaxa: option(toggle().default(false), {
    description: 'write the columns of an EcoTaxa import: img_file_name, object_id, object_area and so on',
  }),
  figures: option(text('a folder').optional(), {
    description: 'draw images with mask, outline and axes into this folder, and a sheet of them',
    value: 'dir',
    writes: 'folder',
  }),
  figureCount: option(whole(1).default(24), { description: 'number of images drawn for --figures', value: 'n' }),
  threads: option(whole(1).optional(), {
    description: 'images measured at once',
    value: 'n',
    default: 'one a core',
  }),
  ...measuringOptions,
  ...{ classes, limitPerClass, pathColumn, status, objectImages, stitch, strict },
  config,
});

export const features = command({
  arguments: z.object({
    images: option(imageChoice.images, { description: 'an image, a folder, a table of images or an IFCB bin' }),
  }),
  options,
  run: ({ images }, options) => interruptible(null, (signal) => measureAll(images, options, signal)),
});

async function measureAll(images: string, command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const { out, ecotaxa, figures, figureCount, threads, set } = command;
  requireFeatureFile(out, { ecotaxa });
  const segmentation = { ...FEATURE_SETS[set].segmentation, ...segmentationOf(command) };
  // Without classes to choose among, every image is measured, annotated or not.
  const labelColumn = command.classes === undefined && command.limitPerClass === undefined ? false : undefined;
  const { records } = await chooseImages({ images, ...command, labelColumn }, signal);
  const started = performance.now();
  const progress = startProgress('measuring', records.length);
  const table = await measureImages(records, {
    ...{ set, segmentation, threads, signal },
    onProgress: (done) => progress.update(done),
  }).finally(() => progress.stop());
  const notes = [...(table.notes ?? [])].map(([row, note]) => [table.rows[row] ?? '', note] as const);
  for (const line of measuringNotes(new Map(notes))) log(line);
  await writeFeatureTable(out, table, { ecotaxa });
  const took = duration((performance.now() - started) / 1000);
  log(`${counted(table.names.length, 'feature')} of ${counted(records.length, 'image')} in ${took}, written to ${out}`);
  if (figures === undefined) return;
  const { writeSegmentationFigures } = await import('../../report/figures/segmentation-figures.js');
  const [sheet, ...others] = await writeSegmentationFigures(figures, records, {
    segmentation,
    count: figureCount,
    signal,
  });
  log(sheet === undefined ? 'no image could be drawn' : `drawn in ${figures}: ${sheet} and ${others.length} images`);
}
