/** The threads run compiled code: this test compares what the compiled library does on two threads with what the sources do here. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { encodeForest } from '../../src/forest/encode.js';
import { fitForest } from '../../src/forest/fit.js';
import { permutationImportance } from '../../src/forest/permutation-importance.js';
import { sha256 } from '../../src/hash.js';
import { blobs, CLASSES } from './fixtures.js';

/** Enough to be worth threads. */
const TREES = 400;

it('two threads give the same forest and the same importance as none, and end', async () => {
  const { table, labels } = blobs(1500);
  const dist = new URL('../../dist/forest/', import.meta.url).href;
  const script = `
    import { readFileSync } from 'node:fs';
    import { encodeForest, fitForest, permutationImportance } from '${dist}index.js';
    import { sha256 } from '${dist}../hash.js';
    let [running, started] = [0, 0];
    process.on('worker', (worker) => {
      started++;
      running++;
      worker.on('exit', () => running--);
    });
    const { table, labels } = JSON.parse(readFileSync(0, 'utf8'));
    const rows = { ...table, values: Float64Array.from(table.values) };
    const forest = await fitForest(rows, labels, ['a', 'b', 'c'], { trees: ${TREES}, seed: 4, maxDepth: 4, threads: 2 });
    const { groups } = await permutationImportance(forest, rows, labels, { seed: 1, repeats: 1, threads: 2 });
    const { accuracy, probabilities } = forest.outOfBag;
    const drops = groups.map(({ mean }) => mean);
    const bytes = sha256(encodeForest(forest).bytes);
    const outOfBag = sha256(new Uint8Array(probabilities.buffer));
    console.log(JSON.stringify({ started, running, bytes, outOfBag, accuracy, drops }));
  `;
  const input = JSON.stringify({ table: { ...table, values: [...table.values] }, labels: [...labels] });
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    input,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');

  const forest = await fitForest(table, labels, CLASSES, { trees: TREES, seed: 4, maxDepth: 4 });
  const { groups } = await permutationImportance(forest, table, labels, { seed: 1, repeats: 1 });
  const { accuracy, probabilities } = forest.outOfBag;
  expect(JSON.parse(stdout)).toEqual({
    started: 4,
    running: 0,
    bytes: sha256(encodeForest(forest).bytes),
    outOfBag: sha256(new Uint8Array(probabilities.buffer)),
    accuracy,
    drops: groups.map(({ mean }) => mean),
  });
});
