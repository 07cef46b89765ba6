/** `cladenet demo`: draws organisms along an invented phylogeny, and compares flat and tree on them over three seeds. */
import { join } from 'node:path';
import { z } from 'zod';
import { gpu, seed } from '../../options/common.js';
import { option } from '../../options/option.js';
import { lazyProgress, log, print } from '../../progress.js';
import { scoredTree } from '../../report/tables/scored-tree.js';
import { studyTable } from '../../report/tables/study-table.js';
import { studyVerdict } from '../../report/tables/study-verdict.js';
import { duration, percent } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { studyProgress } from '../study-progress.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  out: option(text('a folder').default('demo-output'), {
    description: 'folder to write everything to',
    value: 'dir',
    writes: 'demo',
  }),
  seed: option(seed, { description: 'the first of three seeds of everything random' }),
  gpu,
});

export const demo = command({
  arguments: z.object({}),
  options,
  run: (_, command) =>
    interruptible(`the same command resumes with what is in ${command.out}`, (signal) => run(command, signal)),
});

async function run(command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const { out, seed } = command;
  const started = performance.now();
  const { DEMO_SEEDS, runDemo } = await import('../../study/demo.js');
  const drawing = lazyProgress('drawing organisms');
  const progress = studyProgress();
  const { result, taxonomy, tree, folders } = await runDemo(out, {
    seed,
    device: deviceOf(command),
    signal,
    hooks: { ...progress.hooks, onPlan: undefined },
    onDraw: drawing.update,
    onDrawn: ({ images }) =>
      drawing.stop(`${images} organisms of an invented phylogeny drawn in ${join(out, 'organisms')}`),
    open: (images, preprocessing) => openImages({ images, seed, strict: true }, preprocessing, signal),
  }).finally(() => {
    drawing.stop();
    progress.stop();
  });
  print(`\nThe tree of seed ${seed}: accuracy of each node, recall of each species, on ${tree.images} test images\n`);
  print(scoredTree(taxonomy, tree));
  const chance = percent(1 / taxonomy.classes.length);
  print(
    `\nFlat and tree over ${DEMO_SEEDS} seeds, each with its own split; guessing is right for ${chance} of the images:\n`,
  );
  print(studyTable(result.study, { differencesIn: ['accuracy', 'ahd'], width: process.stdout.columns }));
  print('\nVerdict:');
  for (const sentence of studyVerdict(result.study)) print(`  ${sentence}`);
  log('');
  log(`In ${out}: report.html, confusion-flat.png, confusion-tree.png, study/study.png, study/study.json`);
  log(`Classifiers of seed ${seed}: ${folders.join(', ')}`);
  log(`Done in ${duration((performance.now() - started) / 1000)}`);
}
