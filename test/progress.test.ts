import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { step } from '../src/progress.js';
import { filled } from '../src/setup/folder-size.js';
import { bytes, counted, duration } from '../src/units.js';
import { recorder, temporaryFolder } from './setup/fake-machine.js';

describe('progress', () => {
  it('is one line on a terminal that refreshes with the bytes so far', async () => {
    const folder = temporaryFolder();
    const terminal = recorder(true);
    const work = async () => {
      writeFileSync(join(folder, 'wheel'), Buffer.alloc(3_000_000));
      await sleep(400);
    };
    await step(terminal, 'downloading', work, () => filled(folder, 4_000_000));
    const shown = terminal.text().split('\r\u001b[2K');
    expect(shown[1]).toBe('cladenet: downloading ...');
    expect(shown[2]).toMatch(/^cladenet: downloading: 3 MB of 4 MB \(0\.\d s\)$/);
    expect(shown.at(-1)).toMatch(/done in 0\.\d s\n$/);
  });

  it('is plain lines elsewhere, and says that the work failed', async () => {
    const log = recorder(false);
    const work = () => Promise.reject(new Error('no'));
    await expect(step(log, 'downloading', work)).rejects.toThrow('no');
    expect(log.text()).toMatch(/^cladenet: downloading \.\.\.\ncladenet: downloading: failed after 0\.\d s\n$/);
  });

  it('writes sizes, counts and times short', () => {
    expect([counted(1, 'image'), counted(2, 'image'), counted(0, 'class', 'classes')]).toEqual([
      '1 image',
      '2 images',
      '0 classes',
    ]);
    expect([1.49, 75, 744].map(duration)).toEqual(['1.5 s', '75 s', '12.4 min']);
    expect([999, 1_499_000, 258_876_263, 1_274_355_289].map(bytes)).toEqual(['1 kB', '1 MB', '259 MB', '1.3 GB']);
  });
});
