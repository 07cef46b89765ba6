/** Folders of unfinished work: whose they are, and where they lie. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { trainInto } from '../../src/classifier/train/train-into.js';
import {
  claim,
  flatFolder,
  foreignInUnfinished,
  partialFolder,
  removeUnfinished,
} from '../../src/outputs/unfinished.js';
import { checkpointFolder } from '../../src/training/checkpoint.js';
import { shapes } from '../fixtures/shapes.js';

let root: string;
const at = (...path: string[]) => join(root, ...path);
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cladenet-unfinished-')));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const checkpoint = { step: 7, state: {}, history: [], best: undefined };

describe('the name of the folder', () => {
  it('is beside what is written, whatever the path looks like', async () => {
    await mkdir(at('scratch', 'm'), { recursive: true });
    await symlink('scratch/m', at('model'));
    await symlink('scratch', at('link'));
    const names = { run: 'run', 'run/': 'run', './run//': 'run', 'a/run/.': 'a/run' };
    for (const [path, name] of Object.entries(names)) expect(partialFolder(path)).toBe(`${name}.partial`);
    expect(partialFolder('.')).toBe(`${process.cwd()}.partial`);
    expect(partialFolder(at('model'))).toBe(at('scratch', 'm.partial'));
    expect(partialFolder(at('link', 'm'))).toBe(at('link', 'm.partial'));
    expect(partialFolder(`${at('link')}/../run/`)).toBe(at('run.partial'));
    expect(['run/', at('model')].map(flatFolder)).toEqual(['run-flat', at('model-flat')]);
  });
});

describe('an owner', () => {
  it('marks a new folder, and the mark stays when checkpoints replace it', async () => {
    const folder = at('run.partial');
    for (let step = 0; step < 3; step++) {
      await claim(folder);
      await checkpointFolder(folder, 'purpose').save({ ...checkpoint, step });
    }
    expect(JSON.parse(await readFile(join(folder, 'cladenet.json'), 'utf8'))).toEqual({ unfinished: at('run') });
    expect(await foreignInUnfinished(folder)).toEqual([]);
    await removeUnfinished(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('is recognised without a mark by the checkpoints of earlier versions', async () => {
    const [flat, tree, folds] = [at('flat.partial'), at('tree.partial'), at('folds.partial')];
    await checkpointFolder(flat, 'purpose').save(checkpoint);
    await checkpointFolder(join(tree, '0123456789abcdef'), 'purpose').save(checkpoint);
    await mkdir(join(folds, 'fold-1'), { recursive: true });
    await writeFile(join(folds, 'fold-1', 'predictions.json'), '{"purpose": "x"}');
    for (const folder of [flat, tree, folds]) expect(await foreignInUnfinished(folder)).toEqual([]);
  });

  const others: Readonly<Record<string, (path: string) => Promise<void>>> = {
    file: (path) => writeFile(path, 'mine'),
    folder: (path) => folderWith(path, 'notes.txt'),
    checkpoint: (path) => folderWith(path, 'checkpoint.json'),
    async beside(path) {
      await claim(path);
      await writeFile(join(path, 'notes.txt'), 'mine');
    },
  };

  it.each(Object.entries(others))(
    'is somebody else (%s): nothing is trained, written or removed',
    async (name, make) => {
      const out = at(`of-${name}`);
      await make(partialFolder(out));
      const before = await readdir(root, { recursive: true });
      const data = prepareData(shapes(10), { seed: 1 });
      let trained = false;
      const train = async () => {
        trained = true;
      };
      for (const fresh of [false, true]) {
        const training = trainInto(out, data, { purpose: 1, fresh, save: async () => undefined }, train);
        await expect(training).rejects.toMatchObject({
          code: 'USAGE',
          problems: [{ where: 'out', expected: expect.stringContaining('unfinished work') as string }],
        });
      }
      await removeUnfinished(partialFolder(out));
      expect(trained).toBe(false);
      expect(await readdir(root, { recursive: true })).toEqual(before);
    },
  );
});

async function folderWith(path: string, name: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, name), '{"mine": 1}');
}
