/** `cladenet study`: trains and compares any arms over several seeds, and resumes where it was stopped. */
import { z } from 'zod';
import { writeJson } from '../../files.js';
import { readJsonObject } from '../../json-config.js';
import { checkpointMinutes, fresh, gpu, json } from '../../options/common.js';
import { option } from '../../options/option.js';
import { freshParts, onlyRuns } from '../../options/parts.js';
import { refuseOptions } from '../../options/unused.js';
import { log, print } from '../../progress.js';
import { studyTable } from '../../report/tables/study-table.js';
import { DRAWING_SEED } from '../../study/data.js';
import type { RunStudyOptions } from '../../study/hooks.js';
import { parseStudy } from '../../study/parse.js';
import { differencesText } from '../../study/progress-text.js';
import { tableFiles } from '../../study/tables.js';
import { taxonomyFiles } from '../../study/taxonomies.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { chooseImages, openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { studyProgress } from '../study-progress.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  out: option(text('a folder').optional(), {
    description: 'folder of the study',
    value: 'dir',
    writes: 'study',
    default: "the configuration's name without .json",
  }),
  json: option(json, { description: 'write the result to this file too' }),
  only: onlyRuns,
  checkpointMinutes,
  fresh: option(fresh, { description: 'train and predict everything again' }),
  gpu,
});

export const study = command({
  arguments: z.object({
    config: option(text('a file'), { description: 'JSON file that describes the study', reads: 'file' }),
  }),
  options,
  details: 'The same command resumes a study that was stopped.',
  inParts: ({ only }) => only !== undefined,
  async divide({ config: file }) {
    const config = parseStudy(await readJsonObject(file, 'fields'), { needsImages: true });
    const { images = '', ...choice } = config;
    const listing = await chooseImages({ ...choice, images, seed: DRAWING_SEED });
    const { studyUnits } = await import('../../cluster/study-units.js');
    const units = studyUnits(config, listing.records.length);
    return { option: '--only', units, images: listing, files: [...taxonomyFiles(config), ...tableFiles(config)] };
  },
  outputs: ({ config }, { out }) =>
    out === undefined ? [{ where: 'out', path: folderFor(config), kind: 'study' }] : [],
  run: ({ config }, options) => run(config, options),
});

async function run(file: string, command: z.output<typeof options>): Promise<void> {
  const { out = folderFor(file), json, checkpointMinutes, fresh, gpu, only } = command;
  const config = parseStudy(await readJsonObject(file, 'fields'), { needsImages: true });
  const { images = '', ...choice } = config;
  const width = process.stdout.columns;
  await interruptible(`the same command resumes with what is in ${out}`, async (signal) => {
    const progress = studyProgress();
    try {
      const running: RunStudyOptions = {
        ...progress.hooks,
        out,
        fresh,
        checkpointMinutes,
        signal,
        device: deviceOf({ gpu }),
        open: (preprocessing) => openImages({ ...choice, images, seed: DRAWING_SEED }, preprocessing, signal),
      };
      if (only !== undefined) {
        refuseOptions(fresh ? [freshParts] : []);
        const { runStudyParts } = await import('../../study/run-parts.js');
        await runStudyParts(config, running, only);
        log(
          `what was trained and predicted is in ${out}; the command without --only trains what is missing, and judges`,
        );
        return;
      }
      const { runStudy } = await import('../../study/run-study.js');
      const result = await runStudy(config, running);
      const { study, differences } = result;
      print(differencesText(differences, width));
      print(studyTable(study, { baseline: study.arms[0]?.name, width }));
      await writeJson(json, result);
      log(`models, predictions, learning curves, study.json and study.png are in ${out}`);
    } finally {
      progress.stop();
    }
  });
}

/** `studies/trunks.json` goes to `studies/trunks`. */
function folderFor(file: string): string {
  const bare = file.replace(/\.json$/i, '');
  return bare === file ? `${file}.study` : bare;
}
