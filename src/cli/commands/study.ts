/** `cladenet study`: trains and compares any arms over several seeds, and goes on where it was stopped. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../files.js';
import { print, say } from '../../progress.js';
import { studyTable } from '../../report/tables/study-table.js';
import { DRAWING_SEED } from '../../study/data.js';
import { parseStudy } from '../../study/parse.js';
import { runStudy } from '../../study/run-study.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { readConfig, resolveOptions, studySchema } from '../options.js';
import { requireWritable } from '../output.js';
import { differencesText, studyProgress } from '../study-progress.js';

export async function studyCommand(file: string, given: Record<string, unknown>): Promise<void> {
  const { out = folderFor(file), json, fresh, gpu } = await resolveOptions(studySchema, given);
  const config = parseStudy(await readConfig(file), { needsImages: true });
  await requireWritable('--json', json);
  await requireWritable('--out', join(out, 'study.json'));
  const { images = '', ...choice } = config;
  const width = process.stdout.columns;
  await interruptible(`the same command goes on with what is in ${out}`, async (signal) => {
    const progress = studyProgress();
    try {
      const result = await runStudy(config, {
        ...progress.hooks,
        out,
        fresh,
        signal,
        device: deviceOf({ gpu }),
        open: (preprocessing) => openImages({ ...choice, images }, preprocessing, DRAWING_SEED, signal),
      });
      const { study, differences } = result;
      print(differencesText(differences, width));
      print(studyTable(study, { baseline: study.arms[0]?.name, width }));
      if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(result, null, 2)}\n`);
      say(`models, predictions, learning curves, study.json and study.png are in ${out}`);
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
