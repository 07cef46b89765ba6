import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureImages } from '../../src/features/images/measure-images.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';
import { disc } from './masks.js';

const column = (name: string) => FEATURE_SETS.zooprocess.features.findIndex((feature) => feature.name === name);

describe('images measured from files', () => {
  let folder = '';
  const file = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cladenet-features-'));
    const { pixels, width, height } = disc(9);
    const grey = sharp(pixels, { raw: { width, height, channels: 1 } });
    await grey.png().toFile(file('grey.png'));
    await grey.toColourspace('srgb').tiff({ compression: 'none' }).toFile(file('colour.tif'));
    const deep = Uint16Array.from(pixels, (level) => level * 257);
    await sharp(deep, { raw: { width, height, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(file('deep.png'));
    await sharp(new Uint8Array(600).fill(255), { raw: { width: 30, height: 20, channels: 1 } })
      .png()
      .toFile(file('empty.png'));
    await writeFile(file('text.jpg'), 'no image');
  });
  afterAll(async () => rm(folder, { recursive: true }));

  it('has the same numbers for 8 and 16 bits, grey and colour, at their own size', async () => {
    const paths = ['grey.png', 'colour.tif', 'deep.png'].map(file);
    const { rows, values, names } = await measureImages(paths, { set: 'zooprocess' });
    expect(rows).toEqual(paths);
    const [first, second, third] = [0, 1, 2].map((i) => [...values.subarray(i * names.length, (i + 1) * names.length)]);
    expect(first?.[column('area')]).toBe(253);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('says what is wrong with an image, whose row is NaN', async () => {
    const { values, notes, names } = await measureImages([file('empty.png'), file('text.jpg'), file('no.jpg')], {
      set: 'zooprocess',
    });
    expect([...values]).toEqual(Array(3 * names.length).fill(Number.NaN));
    expect(notes?.get(0)).toBe('no object: none of its 600 pixels has a grey level of at most 243');
    expect(notes?.get(1)).toMatch(/^not measured: expected an image that can be decoded .*a file of another kind$/);
    expect(notes?.get(2)).toMatch(/^not measured: .*no file of that name/);
  });

  it('reports progress, stops by its signal, and refuses a path twice', async () => {
    const done: number[] = [];
    await measureImages([file('grey.png')], { set: 'uvp6', onProgress: (count) => done.push(count) });
    expect(done).toEqual([1]);
    const stopped = measureImages([file('grey.png')], { set: 'uvp6', signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow('Measuring images was stopped.');
    await expect(measureImages(['a.png', 'a.png'], { set: 'uvp6' })).rejects.toThrow('a.png several times');
  });
});
