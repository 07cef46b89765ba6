import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadImages } from '../../src/dataset/load.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { splitImages } from '../../src/dataset/split.js';
import { bytesOf } from '../fixtures/bytes.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { grey, settle, temporaryFolder } from './fixtures.js';

const archive = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'ndsb-train.tar');

describeWhere(existsSync(archive), NEEDS.sharedData)('real plankton', () => {
  it('is listed, decoded, cached and split', async () => {
    const folder = temporaryFolder();
    const classes = ['copepod_calanoid_octomoms', 'hydromedusae_solmaris', 'protist_star'];
    spawnSync('tar', ['xf', archive, '-C', folder, ...classes.map((name) => `ndsb/${name}`)]);
    await settle();
    const cacheDir = join(folder, 'cache');
    const listing = await listImages(join(folder, 'ndsb'));
    expect(listing).toMatchObject({ classes, problems: [], records: { length: 688 } });
    const { images, rejected, decoded } = await loadImages(listing, grey(64), { cacheDir });
    expect({ count: images.count, rejected, decoded }).toEqual({ count: 688, rejected: [], decoded: 688 });
    const again = await loadImages(listing, grey(64), { cacheDir });
    expect([again.decoded, again.images.count]).toEqual([0, 688]);
    expect(Buffer.compare(bytesOf(again.images), bytesOf(images))).toBe(0);
    // Dark organisms on light paper: bright corners, and something in the middle.
    const mean = bytesOf(images).reduce((sum, value) => sum + value, 0) / bytesOf(images).length;
    expect(mean).toBeGreaterThan(200);
    expect(mean).toBeLessThan(250);
    const { train, validation, test } = splitImages(images.labels, classes.length, { seed: 1 });
    expect(train.length + validation.length + test.length).toBe(688);
  });
});
