import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { setUp } from '../../src/setup/setup.js';
import { DOWNLOAD, type FakeMachine, fakeMachine, recorder } from './fake-machine.js';

/** Starts a set-up of this machine in a process of its own; it prints the addon's path. */
function startSetup(machine: FakeMachine): ChildProcess {
  const script = `
    import { setUp } from ${JSON.stringify(new URL('../../dist/setup/setup.js', import.meta.url).href)};
    const host = ${JSON.stringify(machine.host)};
    host.probe = () => ({ works: true, tensorflow: '1', gpu: false, messages: '' });
    host.hasNvidiaDriver = () => false;
    host.freeBytes = async () => 1e9;
    console.log((await setUp(host, {})).addon);`;
  const file = join(machine.root, 'setup.mjs');
  writeFileSync(file, script);
  return spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

it('a set-up that was killed in the middle of its download leaves nothing that the next one trusts', async () => {
  const machine = fakeMachine();
  machine.onDownload('echo half > "$dest/wheel.whl"; echo $$ > "$FAKE/pip"; exec sleep 30');
  const child = startSetup(machine);
  await until(() => existsSync(join(machine.root, 'pip')));
  child.kill('SIGKILL');
  await once(child, 'close').catch(() => undefined);
  expect(existsSync(machine.layout.lock)).toBe(true);
  expect(readdirSync(machine.layout.work)).toHaveLength(1);

  machine.onDownload(DOWNLOAD);
  expect(await setUp(machine.host, { output: recorder() })).toMatchObject({ changed: true });
  expect(readdirSync(machine.layout.work)).toEqual([]);
  expect(existsSync(machine.layout.lock)).toBe(false);
});

it('three processes at once: one works, all end well', async () => {
  const machine = fakeMachine();
  machine.onDownload(`sleep 0.5; ${DOWNLOAD}`);
  const children = [1, 2, 3].map(() => startSetup(machine));
  const outputs = await Promise.all(
    children.map(async (child) => {
      let text = '';
      child.stdout?.on('data', (piece) => {
        text += piece;
      });
      const [status] = await once(child, 'close');
      expect(status).toBe(0);
      return text;
    }),
  );
  expect(new Set(outputs).size).toBe(1);
  expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile']);
});
