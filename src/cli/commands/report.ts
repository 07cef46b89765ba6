/** `cladenet report`: everything about some classifiers as one HTML page. */
import { z } from 'zod';
import { writeFileAtomic } from '../../files.js';
import { modelFolders, top } from '../../options/common.js';
import { judging } from '../../options/judging.js';
import { judgingNovelty } from '../../options/novelty.js';
import { option } from '../../options/option.js';
import { log } from '../../progress.js';
import { leftOutLines } from '../../report/tables/image-text.js';
import { text } from '../../value-schemas.js';
import { interruptible } from '../interrupt.js';
import { openImagesOf, openModels, predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';
import { requireDistinct } from './compare.js';

const options = z.strictObject({
  out: option(text('a file'), { description: 'HTML file to write', value: 'file', writes: 'file' }),
  title: option(text('a text').optional(), {
    description: 'title of the page',
    value: 'text',
    default: 'cladenet report',
  }),
  top: option(top, { description: 'number of weak sub-trees to show' }),
  ...judging,
  novelClasses: judgingNovelty.novelClasses,
});

export const report = command({
  arguments: z.object({ models: modelFolders }),
  options,
  async run({ models }, options) {
    requireDistinct(models);
    await interruptible(null, (signal) => run(models, options, signal));
  },
});

async function run(folders: readonly string[], command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const { out } = command;
  const { assembleReport } = await import('../../report/assemble.js');
  const { htmlReport } = await import('../../report/html/html-report.js');
  const models = await openModels(folders, command);
  const taxonomy = await readIfGiven(command);
  const images = await openImagesOf(models, command, taxonomy, signal);
  const report = await predicting('predicting', (onProgress) =>
    assembleReport(models, images, { ...command, taxonomy, signal, onProgress }),
  );
  for (const line of leftOutLines(report.leftOut, { keep: '--seen' })) log(line);
  const page = await htmlReport(report);
  await writeFileAtomic(out, page);
  log(`${out}: ${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB`);
}
