/** What may be written where: each kind of output beside what is there. */
import { existsSync } from 'node:fs';
import { chmod, cp, link, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireOutputs } from '../../src/outputs/check.js';
import type { InputKind, OutputKind } from '../../src/outputs/output-path.js';
import { trainingOutputs } from '../../src/outputs/with-outputs.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';

const CLASSIFIER = fileURLToPath(new URL('../fixtures/format-2/models/flat', import.meta.url));

let root: string;
const at = (...path: string[]) => join(root, ...path);
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cladenet-check-')));
  await cp(CLASSIFIER, at('model'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What was expected and received where an output is refused; undefined where it is accepted. */
async function refused(path: string, kind: OutputKind, inputs: readonly [path: string, kind: InputKind][] = []) {
  const read = inputs.map(([input, inputKind]) => ({ where: 'from', path: input, kind: inputKind }));
  return requireOutputs([{ where: 'out', path, kind }], read).then(
    () => undefined,
    (error: { problems: { expected: string; received: string }[] }) =>
      error.problems.map(({ expected, received }) => `${expected}: ${received}`).join('\n'),
  );
}

describe('a file', () => {
  it('may exist or lie in new folders, be a link, a device or a pipe, and leaves no trace when it is checked', async () => {
    await mkdir(at('files'));
    await writeFile(at('files', 'a.csv'), 'old');
    await symlink('a.csv', at('files', 'link.csv'));
    await symlink('nowhere.csv', at('files', 'dangling.csv'));
    const paths = ['a.csv', 'new/deep/b.csv', 'link.csv', 'dangling.csv'].map((name) => at('files', name));
    for (const path of [...paths, '/dev/null', '/dev/stdout']) expect(await refused(path, 'file')).toBeUndefined();
    expect((await readdir(at('files'))).sort()).toEqual(['a.csv', 'dangling.csv', 'link.csv']);
  });

  it('is refused where it is a folder, below a file, in a loop, named as an image or a part of a classifier', async () => {
    await symlink('loop', at('loop'));
    expect(await refused(at('model'), 'file')).toMatch(/model: a folder$/);
    expect(await refused(`${at('new')}/`, 'file')).toMatch(/new\/: the name of a folder$/);
    expect(await refused(at('model', 'classifier.json', 'a.json'), 'file')).toMatch(/classifier\.json is a file$/);
    for (const name of ['loop', 'loop/b.json']) expect(await refused(at(name), 'file')).toMatch(/ELOOP/);
    expect(await refused(at('i000.PNG'), 'file')).toMatch(/named as an image/);
    for (const part of ['classifier.json', 'weights/0000-flat.bin', 'history.jsonl']) {
      expect(await refused(at('model', part), 'file')).toMatch(/not part of a classifier/);
    }
    expect(await refused(at('model', 'evaluation.json'), 'file')).toBeUndefined();
  });

  it('is refused where it is read: by another spelling, through links, or as another name of the file', async () => {
    await mkdir(at('read', 'real'), { recursive: true });
    await writeFile(at('read', 'real', 'a.csv'), '');
    await symlink('real', at('read', 'folder'));
    await symlink('real/a.csv', at('read', 'link.csv'));
    await link(at('read', 'real', 'a.csv'), at('read', 'hard.csv'));
    const names = ['real/a.csv', 'folder/a.csv', 'link.csv', 'hard.csv', 'folder/../real/./a.csv'];
    const pairs = names.flatMap((output) => names.map((input) => [output, input] as const));
    for (const [output, input] of pairs) {
      const found = await refused(`${at('read')}/${output}`, 'file', [[`${at('read')}/${input}`, 'file']]);
      expect(found).toMatch(/^a file other than `from`/);
    }
    expect(await refused('/dev/null', 'file', [['/dev/null', 'file']])).toBeUndefined();
  });

  itWhere(process.platform === 'linux', NEEDS.linux)(
    'is refused where trying to write fails, also as root',
    async () => {
      for (const kind of ['file', 'classifier', 'study'] as const) {
        expect(await refused('/sys/cladenet', kind)).toMatch(/^a f\w+ that can be written: \/sys: permission denied$/);
      }
    },
  );

  itWhere(process.getuid?.() !== 0, NEEDS.ordinaryUser)('is refused where the user may not write', async () => {
    await mkdir(at('locked'));
    await writeFile(at('protected.csv'), '');
    await chmod(at('locked'), 0o500);
    await chmod(at('protected.csv'), 0o400);
    expect(await refused(at('locked', 'a.csv'), 'file')).toMatch(/locked: permission denied$/);
    expect(await refused(at('protected.csv'), 'file')).toMatch(/protected\.csv: write-protected$/);
  });
});

describe('the folder of a classifier', () => {
  it('may be new, empty, or an older classifier and nothing else', async () => {
    await mkdir(at('empty'));
    for (const name of ['model', 'empty', 'new', 'model/', './model/../new/']) {
      expect(await refused(`${root}/${name}`, 'classifier')).toBeUndefined();
    }
    await cp(CLASSIFIER, at('with notes'), { recursive: true });
    await cp(CLASSIFIER, at('with notes', 'members', '0'), { recursive: true });
    await writeFile(at('with notes', '.DS_Store'), '');
    expect(await refused(at('with notes'), 'classifier')).toBeUndefined();
    const mine = ['members/0/mine', 'notes.txt', 'weights/mine'];
    for (const name of mine) await writeFile(at('with notes', name), '');
    const [, listed = ''] = /a folder with (.*)$/.exec((await refused(at('with notes'), 'classifier')) ?? '') ?? [];
    expect(listed.split(', ').sort()).toEqual(mine);
    await mkdir(at('others'));
    await writeFile(at('others', 'classifier.json'), '{"format": "another"}');
    expect(await refused(at('others'), 'classifier')).toMatch(/a folder with classifier\.json$/);
    expect(await refused(at('model', 'history.jsonl'), 'classifier')).toMatch(/a file$/);
  });

  it('is refused where an input is in it, and where it is the working directory or a mounted disk', async () => {
    expect(await refused(at('model'), 'classifier', [[at('model', 'history.jsonl'), 'file']])).toMatch(
      /^a folder that does not hold `from`: .*model, which holds .*history\.jsonl and would be replaced/,
    );
    const before = process.cwd();
    await mkdir(at('here'));
    process.chdir(at('here'));
    try {
      for (const path of ['.', './', '../here', at('here')]) {
        expect(await refused(path, 'classifier')).toMatch(/the folder in which the command runs/);
      }
    } finally {
      process.chdir(before);
    }
    expect(await refused('/dev/null', 'classifier')).toMatch(/a device or a pipe/);
  });
});

describe('folders that files are written into', () => {
  it('may hold other things, unless these have the names of what is written', async () => {
    await mkdir(at('results', 'models', '1'), { recursive: true });
    await writeFile(at('results', 'notes.txt'), '');
    for (const kind of ['folder', 'study', 'demo'] as const) expect(await refused(at('results'), kind)).toBeUndefined();
    await mkdir(at('results', 'models', 'mine'));
    expect(await refused(at('results'), 'study')).toMatch(/: a folder with models$/);
    await writeFile(at('results', 'study.json'), '{"cladenet": "0.1.0", "study": {}}');
    expect(await refused(at('results'), 'study')).toBeUndefined();
    await writeFile(at('results', 'study.json'), '{"mine": 1}');
    expect(await refused(at('results'), 'study')).toMatch(/: a folder with study\.json$/);
    await writeFile(at('results', 'report.html'), '');
    expect(await refused(at('results'), 'demo')).toMatch(/: a folder with report\.html$/);
  });

  it('may not be among the images, which their figures would join', async () => {
    await mkdir(at('images', 'A'), { recursive: true });
    expect(await refused(at('images', 'A'), 'folder', [[at('images'), 'images']])).toMatch(/^a folder outside `from`/);
    expect(await refused(at('images', 'run'), 'classifier', [[at('images'), 'images']])).toBeUndefined();
  });
});

describe('several outputs', () => {
  const expectedOf = (outputs: Parameters<typeof requireOutputs>[0]) =>
    requireOutputs(outputs).then(
      () => [],
      (error: { problems: { where: string; expected: string }[] }) =>
        error.problems.map(({ where, expected }) => `${where}: ${expected}`),
    );
  const file = (where: string, path: string) => ({ where, path, kind: 'file' }) as const;

  it('lie at different places, none where it would go with another', async () => {
    const same = [file('out', at('x.csv')), file('json', `${root}/y/../x.csv`)];
    expect(await expectedOf(same)).toEqual(['json: a path other than that of `out`']);
    expect(await expectedOf([file('out', '/dev/null'), file('json', '/dev/null')])).toEqual([]);
    const beside = (name: string) => expectedOf([...trainingOutputs('out', at('run')), file('json', at(name))]);
    expect(await beside('run/tuning.json')).toEqual([]);
    for (const name of ['run', 'run.partial', 'run.partial/a.json', 'run/classifier.json']) {
      expect(await beside(name)).toEqual([expect.stringMatching(/^json: a path /)]);
    }
    expect(existsSync(at('run'))).toBe(false);
  });
});
