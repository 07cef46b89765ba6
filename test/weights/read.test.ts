import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readWeightsFile } from '../../src/weights/read.js';

const FIXTURES = new URL('./fixtures/', import.meta.url).pathname;
const at = (name: string) => join(FIXTURES, name);

interface Expected {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
const expected = JSON.parse(readFileSync(at('expected.json'), 'utf8')) as Record<
  'arrays' | 'nested',
  Record<string, Expected>
>;

async function contentOf(path: string) {
  const arrays = await readWeightsFile(path);
  return Object.fromEntries(
    [...arrays].map(([name, array]) => [name, { shape: array.shape, values: [...array.values()] }]),
  );
}

const rounded = (arrays: Readonly<Record<string, Expected>>) =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, values }]) => [name, { shape, values: values.map(Math.fround) }]),
  );

function scratch(name: string, bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-weights-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

function safetensors(header: unknown, data: number): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return scratch('x.safetensors', Buffer.concat([length, json, Buffer.alloc(data)]));
}

async function refused(path: string, received = ''): Promise<void> {
  const error: unknown = await readWeightsFile(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'MODEL', message: expect.stringContaining(received) as unknown });
}

describe('readWeightsFile', () => {
  it.each(['arrays.safetensors', 'arrays.pth', 'arrays-legacy.pth'])(
    'reads every type and stride of %s',
    async (name) => {
      expect(await contentOf(at(name))).toEqual(rounded(expected.arrays));
    },
  );

  it.each(['nested.pth', 'nested-legacy.pth'])('finds the state dictionary of a module in %s', async (name) => {
    expect(await contentOf(at(name))).toEqual(rounded(expected.nested));
  });

  it.each(['harm.pth', 'harm-legacy.pth'])('refuses the function that %s would call, by its name', async (name) => {
    await refused(at(name), 'a pickle that names posix.system');
  });

  it('refuses a pickled module and lists all that it names', async () => {
    await expect(readWeightsFile(at('module.pth'))).rejects.toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ received: 'a pickle that names torch.nn.modules.container.Sequential' }),
        expect.objectContaining({ received: 'a pickle that names torch.nn.modules.conv.Conv2d' }),
      ]) as unknown,
    });
  });

  it.each(['arrays.safetensors', 'arrays.pth', 'arrays-legacy.pth'])('refuses every beginning of %s', async (name) => {
    const bytes = readFileSync(at(name));
    for (let length = 0; length < bytes.length; length += 97) {
      await refused(scratch(name, bytes.subarray(0, length)));
    }
  });

  it('refuses other files', async () => {
    await refused(at('none.pth'), 'no such file');
    await refused(at('make.py'), 'neither a zip file');
    await refused(FIXTURES, 'a folder');
  });

  it('names every array of a header that is wrong', async () => {
    const path = safetensors(
      {
        a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] },
        b: { dtype: 'F8_E4M3', shape: [2], data_offsets: [0, 2] },
        c: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] },
        d: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
        e: { dtype: 'F32' },
      },
      8,
    );
    await expect(readWeightsFile(path)).rejects.toMatchObject({
      problems: [
        { received: 'array a of 4 bytes for the shape [2] of F32' },
        { received: 'array b of the type F8_E4M3' },
        { received: 'array c of the shape [-1]' },
        { received: 'array d at bytes 8 to 12 of 8' },
        { received: 'array e without a dtype, a shape and data_offsets' },
      ],
    });
  });

  it.each([
    [
      { a: { dtype: 'U8', shape: [3], data_offsets: [0, 3] }, b: { dtype: 'U8', shape: [2], data_offsets: [2, 4] } },
      'overlap at byte 2',
    ],
    [{ a: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, 'leave a gap at byte 1'],
    [{ a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] } }, '4 bytes of arrays, of which the header describes 2'],
    ['{"a": ', 'a header that is not JSON'],
  ])('refuses arrays that do not fill the file: %j', async (header, message) => {
    await refused(safetensors(header, 4), message);
  });

  it('reads a huge length of a header without taking memory for it', async () => {
    const bytes = Buffer.alloc(16, '{');
    bytes.writeBigUInt64LE(2n ** 40n);
    await refused(scratch('x', bytes), 'a header of 1099511627776 bytes');
  });
});
