/** `cladenet select`: which measured features add to the learned ones. */
import { join } from 'node:path';
import { z } from 'zod';
import { selectionDataOf } from '../../classifier/train/selection-data-of.js';
import { formatCsv } from '../../csv.js';
import { writeFileAtomic, writeJson } from '../../files.js';
import { seed } from '../../options/common.js';
import { sourceOptions } from '../../options/feature-sources.js';
import { measuringOptions } from '../../options/measuring.js';
import { option } from '../../options/option.js';
import { selectingOptions } from '../../options/selecting.js';
import { measuredOn } from '../../options/training-run.js';
import { log, print } from '../../progress.js';
import { selectionRows, selectionText } from '../../report/tables/selection-table.js';
import { selectFeatures } from '../../selecting/select-features.js';
import { counted } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { openFeatureData, sourcesOf } from '../feature-training.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';
import { workProgress } from '../work-progress.js';

export const select = command({
  arguments: z.object({}),
  options: z.strictObject({
    ...measuredOn,
    seed: option(seed, { description: 'seed of the split without --from, and of --limit-per-class' }),
    out: option(text('a folder'), {
      description: 'folder to write features.csv, selection.json and importance.png into',
      value: 'dir',
      writes: 'folder',
    }),
    ...sourceOptions,
    features: option(sourceOptions.features, {
      description: 'the features that may add: biologists (measured), or a table of features',
    }),
    from: option(sourceOptions.from, {
      description:
        'classifier whose CNN block gives the deep features that they may add to, and whose split is taken over',
      default: 'none: they are selected on their own',
    }),
    ...selectingOptions,
    ...measuringOptions,
  }),
  async run(_, command) {
    const { out, top } = command;
    await interruptible(null, async (signal) => {
      const sources = await sourcesOf(command);
      const { from, data } = await openFeatureData(command, signal);
      const { stop, ...progress } = workProgress();
      const selection = await selectionDataOf(data, {
        ...sources,
        from,
        device: deviceOf(command),
        signal,
        ...progress,
      })
        .then((tables) => {
          stop();
          const { base, candidates } = tables;
          const beside = base === undefined ? '' : ` beside ${counted(base.names.length, 'deep feature')}`;
          log(`${counted(candidates.names.length, 'feature')}${beside}`);
          const { seeds, by, correlation, tried, most, trees, searchTrees, repeats } = command;
          const { onProgress } = progress;
          return selectFeatures(tables, {
            ...{ seeds, by, correlation, tried, most, trees, searchTrees, repeats, signal, onProgress },
          });
        })
        .finally(stop);
      print(selectionText(selection, { top }));
      await writeFileAtomic(join(out, 'features.csv'), formatCsv(selectionRows(selection)));
      await writeJson(join(out, 'selection.json'), selection);
      const { importanceFigure } = await import('../../report/figures/importance-figure.js');
      const { writeFigure } = await import('../../report/figures/write-figure.js');
      await writeFigure(await importanceFigure(selection, { top }), join(out, 'importance.png'));
      log(`written to ${out}: features.csv, selection.json and importance.png`);
    });
  },
});
