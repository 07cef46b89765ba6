/** `cladenet report`: everything about some classifiers as one HTML page. */
import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { writeFileAtomic } from '../../files.js';
import { modelFolders, top } from '../../options/common.js';
import { judging } from '../../options/judging.js';
import { option } from '../../options/option.js';
import { lazyProgress, log } from '../../progress.js';
import type { AssembledReport } from '../../report/assemble.js';
import { counted } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { imagesOfModels } from '../images-of-models.js';
import { interruptible } from '../interrupt.js';
import { requireWritable } from '../output.js';
import { judgeBy } from '../scoring.js';
import { command } from '../toolkit/command.js';
import { distinctNames, requireDistinct } from './compare.js';

const options = z.strictObject({
  out: option(text('a file'), { description: 'HTML file to write', value: 'file' }),
  title: option(text('a text').optional(), {
    description: 'title of the page',
    value: 'text',
    default: 'cladenet report',
  }),
  top: option(top, { description: 'number of weak sub-trees to show' }),
  ...judging,
});

export const report = command({
  arguments: z.object({ models: modelFolders }),
  options,
  async run({ models }, options) {
    requireDistinct(models);
    await requireWritable('--out', options.out);
    await interruptible('nothing is written', (signal) => reportModels(models, options, signal));
  },
});

async function reportModels(
  models: readonly string[],
  command: z.output<typeof options>,
  signal: AbortSignal,
): Promise<void> {
  const { out } = command;
  const { assembleReport } = await import('../../report/assemble.js');
  const { htmlReport } = await import('../../report/html/html-report.js');
  const device = deviceOf(command);
  const classifiers = await Promise.all(models.map((model) => loadClassifier(model, { device })));
  const taxonomy = await judgeBy(command, classifiers);
  const images = await imagesOfModels(classifiers, command, signal);
  const progress = lazyProgress('predicting');
  const names = distinctNames(models);
  const named = classifiers.map((classifier, i) => ({ name: names[i] as string, classifier }));
  try {
    const report = await assembleReport(named, images, {
      ...command,
      taxonomy,
      signal,
      onProgress: ({ model, done, total }) => progress.update(done, total, model),
    });
    progress.stop();
    reportLeftOut(report.leftOut);
    const page = await htmlReport(report);
    await writeFileAtomic(out, page);
    log(`${out}: ${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB`);
  } finally {
    progress.stop();
  }
}

function reportLeftOut({ seen, innerLabels }: AssembledReport['leftOut']): void {
  if (innerLabels > 0) log(`${counted(innerLabels, 'image')} labelled at inner nodes: left out`);
  if (seen > 0) log(`${counted(seen, 'image')} left out: a model was trained or chosen on them (--seen keeps them)`);
}
