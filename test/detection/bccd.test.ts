/** Real microscope frames with touching cells, in Pascal VOC with lists of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { readAnnotations } from '../../src/detection/annotations/read-annotations.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';

const archive = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'bccd.tar');

itWhere(existsSync(archive), NEEDS.sharedData)(
  'BCCD is read by its own lists, and its two boxes of no size are named',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cladenet-bccd-'));
    try {
      execFileSync('tar', ['-xf', archive, '-C', folder]);
      const all = await readAnnotations(join(folder, 'bccd'));
      expect([all.format, all.frames.length, all.annotations.length]).toEqual(['voc', 364, 4886]);
      expect(all.problems.map(({ where }) => where.replace(/.*BloodImage/, ''))).toEqual([
        expect.stringMatching(/^_00338\.xml:\d+$/),
        expect.stringMatching(/^_00343\.xml:\d+$/),
      ]);
      expect([...all.categories].sort()).toEqual(['Platelets', 'RBC', 'WBC']);
      const lists = await Promise.all(
        ['train', 'val', 'test'].map((list) => readAnnotations(join(folder, 'bccd'), { list })),
      );
      const files = lists.flatMap(({ frames }) => frames.map(({ file }) => file));
      expect([files.length, new Set(files).size]).toEqual([364, 364]);
      expect(lists.reduce((sum, { annotations }) => sum + annotations.length, 0)).toBe(4886);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
