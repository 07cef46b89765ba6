import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bytes, step } from '../../src/setup/progress.js';
import { recorder, temporaryFolder } from './fake-machine.js';

describe('progress', () => {
  it('is one line on a terminal that refreshes with the bytes so far', async () => {
    const folder = temporaryFolder();
    const terminal = recorder(true);
    const work = async () => {
      writeFileSync(join(folder, 'wheel'), Buffer.alloc(3_000_000));
      await sleep(400);
    };
    await step(terminal, 'downloading', work, { folder, expected: 4_000_000 });
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

  it('writes sizes short', () => {
    expect([999, 1_499_000, 258_876_263, 1_274_355_289].map(bytes)).toEqual(['1 kB', '1 MB', '259 MB', '1.3 GB']);
  });
});
