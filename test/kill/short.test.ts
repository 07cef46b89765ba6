/** The short form of `npm run test:kill`: a training that is killed three times has the result of one that is not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killedAndResumed, uninterrupted } from './chain.js';
import { scenarios, writeInputs } from './scenarios.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-kill-'));
  await writeInputs(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a training that is killed while it saves, and at random, has the same result, and leaves nothing else', async () => {
  const flat = scenarios.find(({ name }) => name === 'flat');
  if (flat === undefined) throw new Error('no such scenario');
  const whole = await uninterrupted(flat, join(folder, 'whole', 'work'));
  expect([...whole.results.keys()]).toContain('run/model/weights/0000-flat.bin');
  // Shortly after it began to save; while the second checkpoint moves into place; and while the saved model does.
  const second = whole.calls.filter((call) => /^rename .*model\.partial after .*"at":\d+/.test(call)).at(-1) ?? '';
  const saved = whole.calls.find((call) => /^rename \S+ run\/model after/.test(call)) ?? '';
  const plans = [{ afterMs: 5 }, { calls: [second] }, { calls: [saved] }];
  const outcome = await killedAndResumed(flat, join(folder, 'killed', 'work'), whole, (kills) => plans[kills]);
  expect(outcome).toEqual({ kills: 3, killedAt: [second, saved], faults: [] });
});
