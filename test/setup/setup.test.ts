import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/setup/host.js';
import { locateRuntime } from '../../src/setup/locate.js';
import { setUp } from '../../src/setup/setup.js';
import { DOWNLOAD, type FakeMachine, fakeMachine, recorder } from './fake-machine.js';

const quiet = { output: recorder() };

/** Whatever a failed set-up left that a later one could take for whole. */
function leftovers({ layout }: FakeMachine): string[] {
  const names = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  return [...names(layout.work), ...names(dirname(layout.libtensorflow('cpu'))), ...names(dirname(layout.addon('x')))];
}

describe('setting up', () => {
  it('fetches, unpacks what is needed and compiles, once', async () => {
    const machine = fakeMachine('python');
    const output = recorder();
    const first = await setUp(machine.host, { output });
    expect(first).toMatchObject({ build: 'cpu', device: 'cpu', tensorflow: '1', changed: true });
    expect(existsSync(first.addon)).toBe(true);
    const library = machine.layout.libtensorflow('cpu');
    expect(existsSync(join(library, 'tensorflow/include/a.h'))).toBe(true);
    expect(existsSync(join(library, 'tensorflow/python.py'))).toBe(false);
    const isExecutable = (file: string) => (statSync(join(library, file)).mode & 0o100) !== 0;
    expect(['tensorflow/lib.so', 'tensorflow/include/a.h'].map(isExecutable)).toEqual([true, false]);
    expect(readdirSync(machine.layout.work)).toEqual([]);
    expect(output.text()).toMatch(/downloading tensorflow-cpu 1 .*: done in .* s/);

    const again = recorder();
    expect(await setUp(machine.host, { output: again })).toEqual({ ...first, changed: false });
    expect(again.text()).toBe('');
    expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile']);
  });

  it('makes everything again when forced', async () => {
    const machine = fakeMachine();
    await setUp(machine.host, quiet);
    await setUp(machine.host, { ...quiet, force: true });
    expect(machine.log()).toHaveLength(4);
  });

  it('compiles again when the sources of the addon changed, and downloads nothing', async () => {
    const machine = fakeMachine();
    const before = await setUp(machine.host, quiet);
    const sources = join(machine.root, 'app/node_modules/@tensorflow/tfjs-node-gpu/binding');
    appendFileSync(join(sources, 'tfjs_binding.cc'), ' changed');
    expect((await setUp(machine.host, quiet)).addon).not.toBe(before.addon);
    expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile', 'compile']);
  });

  it('goes on with a Node that is newer than those it is tested on, and reports it', async () => {
    const machine = fakeMachine();
    const output = recorder();
    await setUp(machine.with({ nodeVersion: '27.0.0' }), { output });
    expect(output.text()).toMatch(/^cladenet: Node 27\.0\.0 is newer than Node 26, .*\n/);
  });

  it('does the work once for two at the same time', async () => {
    const machine = fakeMachine();
    machine.onDownload(`sleep 0.5; ${DOWNLOAD}`);
    const results = await Promise.all([setUp(machine.host, quiet), setUp(machine.host, quiet)]);
    expect(results[0].addon).toBe(results[1].addon);
    expect(results.map(({ changed }) => changed).sort()).toEqual([false, true]);
    expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile']);
  });
});

describe('what is damaged is not used', () => {
  it.each([
    ['truncated', (file: string) => truncateSync(file, 3)],
    ['changed without changing its size', (file: string) => writeFileSync(file, 'librarx')],
    ['missing', (file: string) => rmSync(file)],
  ])('a library that is %s is fetched again', async (_, damage) => {
    const machine = fakeMachine();
    await setUp(machine.host, quiet);
    damage(join(machine.layout.libtensorflow('cpu'), 'tensorflow/lib.so'));
    const output = recorder();
    expect(await setUp(machine.host, { output })).toMatchObject({ changed: true });
    expect(output.text()).toMatch(/ is damaged \(.*tensorflow\/lib\.so .*, downloading it again\n/);
    expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile', 'download tensorflow-cpu==1']);
    expect(await setUp(machine.host, quiet)).toMatchObject({ changed: false });
  });

  it('a truncated addon is compiled again', async () => {
    const machine = fakeMachine();
    const { addon } = await setUp(machine.host, quiet);
    truncateSync(addon, 1);
    await setUp(machine.host, quiet);
    expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile', 'compile']);
  });

  it('an addon that does not load is compiled again, and reported when that does not help', async () => {
    const machine = fakeMachine();
    await setUp(machine.host, quiet);
    const broken = machine.with({ probe: () => ({ works: false, messages: 'undefined symbol: TF_Frobnicate' }) });
    await expect(setUp(broken, quiet)).rejects.toThrow(/expected an addon that loads, received undefined symbol/);
    expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile', 'compile']);
  });
});

describe('an interrupted set-up leaves nothing that the next one trusts', () => {
  it('a download that is killed', async () => {
    const machine = fakeMachine();
    machine.onDownload('mkdir -p "$dest"; echo half > "$dest/tensorflow.whl"; kill -9 $$');
    await expect(setUp(machine.host, quiet)).rejects.toThrow(/pip was killed/);
    expect(leftovers(machine)).toEqual([]);
    machine.onDownload(DOWNLOAD);
    expect(await setUp(machine.host, quiet)).toMatchObject({ changed: true });
  });

  it('a compiler that is killed', async () => {
    const machine = fakeMachine();
    machine.tool(
      'g++',
      '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done\necho half > "$out"; kill -9 $$',
    );
    await expect(setUp(machine.host, quiet)).rejects.toThrow(/g\+\+ was killed/);
    expect(readdirSync(machine.layout.work)).toEqual([]);
    expect(existsSync(dirname(machine.layout.addon('x')))).toBe(false);
  });

  it('a set-up that is aborted', async () => {
    const machine = fakeMachine();
    machine.onDownload('echo half > "$dest/tensorflow.whl"; exec sleep 30');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    await expect(setUp(machine.host, { ...quiet, signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(leftovers(machine)).toEqual([]);
  });

  it('a process that was killed: its lock and its half-made folders go, those of living processes stay', async () => {
    const machine = fakeMachine();
    const { pid } = spawnSync('true');
    const { work, lock } = machine.layout;
    const dead = join(work, `${hostname()}-${pid}-x`);
    const living = join(work, `${hostname()}-${process.pid}-x`);
    for (const folder of [dead, living]) mkdirSync(folder, { recursive: true });
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid }));
    expect(await setUp(machine.host, quiet)).toMatchObject({ changed: true });
    expect(existsSync(lock)).toBe(false);
    expect(readdirSync(work)).toEqual([`${hostname()}-${process.pid}-x`]);
  });

  it('a lock of another machine that has not been touched for a minute', async () => {
    const machine = fakeMachine();
    mkdirSync(machine.layout.root, { recursive: true });
    writeFileSync(machine.layout.lock, JSON.stringify({ host: 'elsewhere', pid: 1 }));
    const past = new Date(Date.now() - 120_000);
    utimesSync(machine.layout.lock, past, past);
    expect(await setUp(machine.host, quiet)).toMatchObject({ changed: true });
  });

  it('a folder without its manifest', async () => {
    const machine = fakeMachine();
    mkdirSync(join(machine.layout.libtensorflow('cpu'), 'tensorflow'), { recursive: true });
    writeFileSync(join(machine.layout.libtensorflow('cpu'), 'tensorflow/lib.so'), 'half');
    await setUp(machine.host, quiet);
    expect(machine.log()).toEqual(['download tensorflow-cpu==1', 'compile']);
  });
});

/** Sets up, and returns the error's message after checking that it is one and that nothing was kept. */
async function failure(machine: FakeMachine, host: Host = machine.host): Promise<string> {
  const error = await setUp(host, quiet).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'CladenetError', code: 'RUNTIME', problems: [{ remedy: expect.any(String) }] });
  return (error as Error).message;
}

describe('what is missing ends in an error that states what was found, what is needed and what fixes it', () => {
  it('Node of another version', async () => {
    const machine = fakeMachine();
    for (const nodeVersion of ['18.20.0', '20.8.1', '21.7.3']) {
      const message = await failure(machine, machine.with({ nodeVersion }));
      expect(message).toMatch(
        /Node: expected version \^20\.15 \|\| >=22\.2, received [\d.]+\n.*install a current Node/,
      );
      expect(message).toContain(`received ${nodeVersion}`);
    }
  });

  it('python3', async () => {
    const machine = fakeMachine();
    machine.without('python3');
    expect(await failure(machine)).toMatch(
      /python3: expected python3.*no such program on PATH\n.*apt-get install python3 /,
    );
  });

  it('pip', async () => {
    const machine = fakeMachine();
    machine.tool('python3', '#!/bin/sh\necho "/usr/bin/python3: No module named pip" >&2; exit 1');
    expect(await failure(machine)).toMatch(/pip: .*received .*No module named pip\n.*apt-get install python3-pip/);
  });

  it('a pip that knows no such wheels', async () => {
    const machine = fakeMachine();
    machine.tool('python3', '#!/bin/sh\necho "pip 19.3.1 from /usr/lib (python 3.6)"');
    expect(await failure(machine)).toMatch(
      /expected pip 20\.3 or later, received pip 19\.3\.1.*\n.*install --user --upgrade pip/,
    );
  });

  it('the network', async () => {
    const machine = fakeMachine();
    machine.onDownload(
      'echo "ERROR: Could not find a version: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution" >&2; exit 1',
    );
    const message = await failure(machine);
    expect(message).toMatch(
      /expected a package index that can be reached, received no connection: Temporary failure in name resolution\n/,
    );
    expect(message).toMatch(/check the network, or configure an index/);
    expect(leftovers(machine)).toEqual([]);
  });

  it('the wheel, where the index does not have it', async () => {
    const machine = fakeMachine();
    machine.onDownload('echo "ERROR: No matching distribution found for tensorflow-cpu==1" >&2; exit 1');
    expect(await failure(machine)).toMatch(
      /pip failed with exit status 1:\n.*No matching distribution.*\n.*pip config list/,
    );
  });

  it('the wheel with other contents than the published one', async () => {
    const machine = fakeMachine();
    machine.onDownload('cp "$WHEELS/tensorflow==1.whl" "$dest/"; echo more >> "$dest/tensorflow==1.whl"; exit 0');
    expect(await failure(machine)).toMatch(/with SHA-256 .*received .*\n.*which was deleted/);
    expect(leftovers(machine)).toEqual([]);
  });

  it('room on the disk, before anything is downloaded', async () => {
    const machine = fakeMachine();
    const message = await failure(machine, machine.with({ freeBytes: async () => 50 }));
    expect(message).toMatch(/expected .* free on this disk, received .* free\n.*CLADENET_CACHE=/);
    expect(machine.log()).toEqual([]);
  });

  it('room on the disk, during the download', async () => {
    const machine = fakeMachine();
    machine.onDownload('echo "ERROR: Could not install: [Errno 28] No space left on device" >&2; exit 1');
    expect(await failure(machine)).toMatch(/expected more room on this disk, received 1\.0 GB free/);
    expect(leftovers(machine)).toEqual([]);
  });

  it('g++', async () => {
    const machine = fakeMachine();
    machine.without('g++');
    expect(await failure(machine)).toMatch(
      /g\+\+: expected g\+\+, to compile .*no such program on PATH\n.*apt-get install g\+\+/,
    );
    // Before the long download, not after it.
    expect(machine.log()).toEqual([]);
  });

  it('a g++ that compiles it', async () => {
    const machine = fakeMachine();
    machine.tool('g++', '#!/bin/sh\necho "error: unrecognized option -std=c++17" >&2; exit 1');
    expect(await failure(machine)).toMatch(/g\+\+ failed with exit status 1:\n.*unrecognized option/);
  });

  it('a platform with wheels', async () => {
    const machine = fakeMachine();
    expect(await failure(machine, machine.with({ platform: 'darwin-arm64' }))).toMatch(
      /expected linux-x64.*received darwin-arm64/,
    );
  });

  it('a cache folder that can be written', async () => {
    const machine = fakeMachine();
    const file = join(machine.root, 'file');
    writeFileSync(file, '');
    const env = { ...machine.host.env, CLADENET_CACHE: join(file, 'cache') };
    expect(await failure(machine, machine.with({ env }))).toMatch(/expected a writable folder.*\n.*CLADENET_CACHE=/);
  });
});

describe('the CUDA build', () => {
  const gpu = () => ({ works: true, tensorflow: '1', gpu: true, messages: '' });
  const noGpu = () => ({ works: true, tensorflow: '1', gpu: false, messages: 'E failed call to cuInit' });

  it('is taken where there is an NVIDIA driver, with all its wheels', async () => {
    const machine = fakeMachine('python');
    const host = machine.with({ hasNvidiaDriver: () => true, probe: gpu });
    expect(await setUp(host, quiet)).toMatchObject({ build: 'cuda', device: 'gpu' });
    expect(machine.log()).toEqual(['download tensorflow==1', 'download cudnn==1', 'compile']);
    expect(await setUp(host, { ...quiet, device: 'gpu' })).toMatchObject({ changed: false });
  });

  it('is not taken where the CPU was asked for', async () => {
    const machine = fakeMachine();
    const host = machine.with({ hasNvidiaDriver: () => true, probe: gpu });
    expect(await setUp(host, { ...quiet, device: 'cpu' })).toMatchObject({ build: 'cpu' });
  });

  it('is an error where a GPU is asked for and there is no driver', async () => {
    const machine = fakeMachine();
    await expect(setUp(machine.host, { ...quiet, device: 'gpu' })).rejects.toThrow(
      /NVIDIA driver: expected .*received none/,
    );
    expect(machine.log()).toEqual([]);
  });

  it('is an error where a GPU is asked for and TensorFlow can use none, also the second time', async () => {
    const machine = fakeMachine();
    const host = machine.with({ hasNvidiaDriver: () => true, probe: noGpu });
    await expect(setUp(host, { ...quiet, device: 'gpu' })).rejects.toThrow(/failed call to cuInit/);
    await expect(setUp(host, { ...quiet, device: 'gpu' })).rejects.toThrow(/failed call to cuInit/);
    expect(await setUp(host, quiet)).toMatchObject({ build: 'cuda', device: 'cpu' });
  });
});

describe('an official addon', () => {
  function withOfficial(): { machine: FakeMachine; addon: string } {
    const machine = fakeMachine();
    const addon = join(machine.root, 'app/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node');
    mkdirSync(dirname(addon), { recursive: true });
    writeFileSync(addon, 'official');
    return { machine, addon };
  }

  it('that works is used as it is: nothing is downloaded or compiled', async () => {
    const { machine, addon } = withOfficial();
    expect(await setUp(machine.host, quiet)).toMatchObject({ build: 'official', addon, changed: false });
    expect(machine.log()).toEqual([]);
  });

  it('is tried by every set-up, and by a load only if no set-up tried it', async () => {
    const { machine } = withOfficial();
    let tries = 0;
    let works = true;
    const probe = () => {
      tries++;
      return { works, tensorflow: '1', gpu: false, messages: '' };
    };
    const host = machine.with({ probe });
    expect(locateRuntime(host, machine.layout).build).toBe('official');
    expect(locateRuntime(host, machine.layout).build).toBe('official');
    expect(tries).toBe(1);
    works = false;
    await expect(setUp(host, quiet)).rejects.toThrow(/an addon that loads/);
    expect(() => locateRuntime(host, machine.layout, 'gpu')).toThrow(/A GPU was requested/);
    expect(locateRuntime(host, machine.layout).build).toBe('cpu');
  });

  it('that does not work is left alone, and one is compiled', async () => {
    const { machine, addon } = withOfficial();
    const host = machine.with({
      probe: (file) => ({
        works: file !== addon,
        tensorflow: '1',
        gpu: false,
        messages: 'libtensorflow.so.2: not found',
      }),
    });
    expect(await setUp(host, quiet)).toMatchObject({ build: 'cpu', changed: true });
  });

  it('that finds no GPU does not serve where there is one', async () => {
    const { machine, addon } = withOfficial();
    const host = machine.with({
      hasNvidiaDriver: () => true,
      probe: (file) => ({ works: true, tensorflow: '1', gpu: file !== addon, messages: '' }),
    });
    expect(await setUp(host, quiet)).toMatchObject({ build: 'cuda', device: 'gpu' });
  });
});

describe('without the TensorFlow.js package in node_modules', () => {
  const NPM = `#!/bin/sh
echo "npm $*" >> "$FAKE/log"
while [ $# -gt 0 ]; do [ "$1" = --prefix ] && prefix=$2; shift; done
mkdir -p "$prefix/node_modules/@tensorflow"
cp -r "$FAKE/tfjs-node-gpu" "$prefix/node_modules/@tensorflow/"
`;
  function withoutPackage(): FakeMachine {
    const machine = fakeMachine();
    const modules = join(machine.root, 'app/node_modules');
    spawnSync('mv', [join(modules, '@tensorflow/tfjs-node-gpu'), machine.root]);
    rmSync(modules, { recursive: true });
    return machine;
  }

  it('installs it into the cache without its install script, once', async () => {
    const machine = withoutPackage();
    machine.tool('npm', NPM);
    await setUp(machine.host, quiet);
    expect(await setUp(machine.host, quiet)).toMatchObject({ changed: false });
    const [npm, ...others] = machine.log();
    expect(npm).toMatch(/^npm install --prefix .* --ignore-scripts .*@tensorflow\/tfjs-node-gpu@4\.22\.0$/);
    expect(others).toEqual(['download tensorflow-cpu==1', 'compile']);
  });

  it('installs it again when a file of it changed', async () => {
    const machine = withoutPackage();
    machine.tool('npm', NPM);
    await setUp(machine.host, quiet);
    const sources = join(machine.layout.tfjs, 'node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_binding.cc');
    writeFileSync(sources, '## sources');
    expect(await setUp(machine.host, quiet)).toMatchObject({ changed: true });
    expect(machine.log().filter((call) => call.startsWith('npm'))).toHaveLength(2);
  });

  it('says so when there is no npm, or no network', async () => {
    const machine = withoutPackage();
    expect(await failure(machine)).toMatch(/npm: expected npm.*no such program on PATH\n.*install Node/);
    machine.tool('npm', '#!/bin/sh\necho "npm error code ENOTFOUND" >&2; exit 1');
    expect(await failure(machine)).toMatch(/expected a package registry that can be reached.*\n.*ENOTFOUND/);
  });
});
