/** Names of anything cannot move the cursor, forge a line or become a formula; JSON and files keep them as they are. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRows } from '../../src/table-rows.js';
import { cladenet } from './cli.js';

const ESCAPES = '\x1b[2J\x1b]0;title\x07\x9b31m\u202e';
const FORGED = 'forged: all is well';
const NAMES = [`red ${ESCAPES}`, `two\n${FORGED}`, '=cmd|calc!A0'];
/** Everything that moves the cursor, but the ends of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

/** Calls the command line in the folder; whatever comes of it, what it shows is safe. */
async function safely(...args: string[]) {
  const { code, stdout, stderr } = await cladenet(args, { cwd: folder });
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(UNSAFE);
    expect(text.split('\n').filter((line) => line.trimStart().startsWith('forged'))).toEqual([]);
  }
  return { code, stdout, stderr };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cladenet-hostile-'));
  for (const [i, name] of NAMES.entries()) {
    mkdirSync(at('images', name), { recursive: true });
    for (let j = 0; j < 10; j++) {
      const create = { width: 20 + j, height: 20, channels: 3 as const, background: { r: 80 * i, g: j, b: 0 } };
      await sharp({ create })
        .png()
        .toFile(at('images', name, `=${j}.png`));
    }
  }
  writeFileSync(at('images', NAMES[0] ?? '', `broken\n${FORGED}.png`), 'no image');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const model = `model ${ESCAPES}\n${FORGED}`;

it('in a training, a judgement, a comparison and their files', async () => {
  const size = ['--size', '16', '--epochs', '1'];
  const trained = await safely('train', 'flat', '--images', 'images', ...size, '--out', model);
  expect(trained.code).toBe(0);
  expect(trained.stderr).toContain('broken\\nforged');
  expect(trained.stderr).toContain('red \\x1b[2J\\x1b]0;title\\x07\\x9b31m\\u{202e}');
  const judged = await safely('evaluate', model, '--images', 'images', '--seen', '--json', 'e.json');
  expect([judged.code, judged.stdout]).toEqual([0, expect.stringContaining('model \\x1b[2J')]);
  const { perClass } = JSON.parse(readFileSync(at('e.json'), 'utf8')) as { perClass: { class: string }[] };
  expect(perClass.map((one) => one.class).sort()).toEqual([...NAMES].sort());

  expect((await safely('compare', model, model, '--images', 'images')).code).toBe(2);
}, 60_000);

it('in predictions, which read back', async () => {
  const { code } = await safely('predict', model, 'images', '--out', 'p.csv');
  expect(code).toBe(0);
  const text = readFileSync(at('p.csv'), 'utf8');
  expect(text).not.toMatch(/(^|,)"?[=+@-]/m);
  const { rows } = parseRows(text);
  expect(rows).toHaveLength(1 + 30);
  for (const { fields } of rows.slice(1)) expect(NAMES).toContain(fields[1]);
  writeFileSync(at('=1.png'), readFileSync(at('images', NAMES[0] ?? '', '=1.png')));
  expect((await safely('predict', model, '=1.png', '--out', 'q.csv')).code).toBe(0);
  expect(readFileSync(at('q.csv'), 'utf8').split('\n')[1]).toMatch(/^'=1\.png,/);
});

it('in confusion matrices', async () => {
  writeFileSync(at('pred.csv'), 'true,predicted\n=cmd|calc!A0,=cmd|calc!A0\n+b,+b\n@c,+b\n');
  expect((await safely('confusion', '--predictions', 'pred.csv', '--counts', '--out', 'c.csv')).code).toBe(0);
  const text = readFileSync(at('c.csv'), 'utf8');
  expect(text).toBe("images,'+b,'=cmd|calc!A0,'@c\n'+b,1,0,0\n'=cmd|calc!A0,0,1,0\n'@c,1,0,0\n");
  const { code, stdout } = await safely('group', 'c.csv', '--out', 'g.csv');
  expect([code, stdout]).toEqual([0, expect.stringContaining('+b, =cmd|calc!A0, @c')]);
  expect(readFileSync(at('g.csv'), 'utf8')).toContain("\n'@c,");
  expect((await safely('taxonomy', 'g.csv')).stdout).toContain('@c');
});

it('in refusals', async () => {
  const nasty = `${ESCAPES}\n${FORGED}`;
  writeFileSync(at('t.csv'), `path,label\n"a ${nasty}",x\nb.png,${ESCAPES}\n`);
  writeFileSync(at('tree.csv'), `class,path\n"${nasty}",a>b\n"${nasty}",c\n`);
  writeFileSync(at('conf.json'), JSON.stringify({ [nasty]: 1, images: nasty, epochs: nasty }));
  const out = ['--out', 'x'];
  for (const call of [
    ['train', 'flat', '--images', 't.csv', ...out],
    ['train', 'flat', '--images', nasty, ...out],
    ['train', 'flat', '--images', 'images', '--classes', nasty, ...out],
    ['train', 'flat', '--config', 'conf.json', ...out],
    ['train', 'tree', '--images', 'images', '--taxonomy', 'tree.csv', ...out],
    ['taxonomy', 'tree.csv'],
    ['taxonomy', 'images', '--images', 'images'],
    ['predict', nasty, 'images', ...out],
    ['network', nasty],
    ['evaluate', model, '--images', 'images', `--${ESCAPES}`],
  ]) {
    const { code, stderr } = await safely(...call);
    expect([code, stderr.length], call.join(' ')).toEqual([
      expect.any(Number),
      expect.toSatisfy((n: number) => n > 20),
    ]);
    expect(code).not.toBe(0);
  }
});
