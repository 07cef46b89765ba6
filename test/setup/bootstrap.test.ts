/** `bootstrap.mjs` in a small clone whose npm, tsc, vitest and cladenet are scripts that write down their calls. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fakeMachine } from './fake-machine.js';

const BOOTSTRAP = fileURLToPath(new URL('../../bootstrap.mjs', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url));
const LOCK = (typescript: string) =>
  JSON.stringify({
    packages: {
      '': { name: 'cladenet' },
      'node_modules/typescript': { version: typescript, integrity: `sha512-${typescript}` },
      'node_modules/for-another-platform': { version: '1.0.0', optional: true },
    },
  });
/** Writes down what it was called with. */
const LOGGER = (name: string) =>
  `require('fs').appendFileSync(process.env.FAKE + '/log', ['${name}', ...process.argv.slice(2)].join(' ') + '\\n');`;
const TSC = `${LOGGER('tsc')}
const fs = require('fs');
fs.mkdirSync('dist/cli', { recursive: true });
fs.writeFileSync('dist/package.json', '{"type":"commonjs"}');
fs.writeFileSync('dist/cli/main.js', ${JSON.stringify(`${LOGGER('cladenet')} process.exitCode = Number(process.env.EXIT || 0);`)});`;
const NPM = `#!/bin/sh
echo "npm $*" >> "$FAKE/log"
mkdir -p node_modules
cp -r "$FAKE/modules/." node_modules/
`;

interface Clone {
  readonly folder: string;
  readonly machine: ReturnType<typeof fakeMachine>;
  lock(typescript: string): void;
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<{ status: number; stderr: string }>;
}

function clone(): Clone {
  const machine = fakeMachine();
  const folder = join(machine.root, 'clone');
  const modules = join(machine.root, 'modules');
  mkdirSync(join(folder, 'src'), { recursive: true });
  mkdirSync(join(modules, 'typescript/bin'), { recursive: true });
  mkdirSync(join(modules, 'vitest'));
  writeFileSync(join(modules, 'typescript/package.json'), '{}');
  writeFileSync(join(modules, 'typescript/bin/tsc'), TSC);
  writeFileSync(join(modules, 'vitest/package.json'), '{"type":"commonjs"}');
  writeFileSync(
    join(modules, 'vitest/vitest.mjs'),
    `import fs from 'node:fs'; fs.appendFileSync(process.env.FAKE + '/log', ['vitest', ...process.argv.slice(2)].join(' ') + '\\n');`,
  );
  copyFileSync(BOOTSTRAP, join(folder, 'bootstrap.mjs'));
  copyFileSync(PACKAGE, join(folder, 'package.json'));
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) writeFileSync(join(folder, name), '{}');
  writeFileSync(join(folder, 'src/index.ts'), 'export {};');
  writeFileSync(join(folder, 'copy-assets.mjs'), "import fs from 'node:fs'; fs.writeFileSync('dist/asset', '');");
  machine.tool('npm', NPM);
  const lock = (typescript: string) => {
    writeFileSync(join(folder, 'package-lock.json'), LOCK(typescript));
    const installed = JSON.parse(LOCK(typescript));
    delete installed.packages['node_modules/for-another-platform'];
    writeFileSync(join(modules, '.package-lock.json'), JSON.stringify(installed));
  };
  lock('5.9.0');
  const run: Clone['run'] = async (args, env = {}) => {
    const child = spawn(process.execPath, [...(env.BEFORE ? ['-r', env.BEFORE] : []), 'bootstrap.mjs', ...args], {
      cwd: folder,
      env: { ...machine.host.env, TMPDIR: machine.root, ...env },
    });
    let stderr = '';
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    const [status] = await once(child, 'close');
    return { status, stderr };
  };
  return { folder, machine, lock, run };
}

const CI = 'npm ci --ignore-scripts --no-audit --no-fund';
const TSC_CALL = 'tsc -p tsconfig.build.json';
const SETUP = 'cladenet setup --quiet';

describe('node bootstrap.mjs', () => {
  it('does all that is missing in a fresh clone, then only what was asked', async () => {
    const { machine, run, folder } = clone();
    const { status, stderr } = await run(['demo', '--seed', '3']);
    expect(status).toBe(0);
    expect(machine.log()).toEqual([CI, TSC_CALL, SETUP, 'cladenet demo --seed 3']);
    expect(stderr).toMatch(
      /installing up to 2 packages .*\n.*done in .* s\ncladenet: compiling TypeScript \.\.\.\n.*done in/,
    );
    expect(existsSync(join(folder, 'dist/asset'))).toBe(true);
    expect(statSync(join(folder, 'dist/cli/main.js')).mode & 0o111).toBe(0o111);
    expect(realpathSync(join(folder, 'node_modules/.bin/cladenet'))).toBe(
      realpathSync(join(folder, 'dist/cli/main.js')),
    );
    expect(await run(['test', 'taxonomy'])).toEqual({ status: 0, stderr: '' });
    expect(machine.log().slice(4)).toEqual([SETUP, 'vitest run taxonomy']);
  });

  it('passes a command on without setting up, and --gpu to the set-up', async () => {
    const { machine, run } = clone();
    await run(['cli', 'doctor']);
    expect(machine.log()).toEqual([CI, TSC_CALL, 'cladenet doctor']);
    await run(['demo', '--gpu']);
    expect(machine.log().slice(3)).toEqual([`${SETUP} --gpu`, 'cladenet demo --gpu']);
  });

  it('compiles again after a source changed, installs again after the lock file changed', async () => {
    const { machine, run, folder, lock } = clone();
    await run(['cli']);
    appendFileSync(join(folder, 'src/index.ts'), '\n');
    await run(['cli']);
    expect(machine.log().slice(3)).toEqual([TSC_CALL, 'cladenet']);
    lock('5.9.1');
    await run(['cli']);
    expect(machine.log().slice(5)).toEqual([CI, TSC_CALL, 'cladenet']);
  });

  it('does not trust packages of which some are missing, or that npm did not finish installing', async () => {
    const { machine, run, folder } = clone();
    await run(['cli']);
    for (const gone of ['node_modules/typescript', 'node_modules/.package-lock.json']) {
      rmSync(join(folder, gone), { recursive: true });
      const before = machine.log().length;
      await run(['cli']);
      expect(machine.log()[before]).toBe(CI);
    }
  });

  it('ends with the exit status of what it ran, and stops after a set-up that failed', async () => {
    const { machine, run } = clone();
    expect((await run(['demo'], { EXIT: '2' })).status).toBe(2);
    expect(machine.log().at(-1)).toBe(SETUP);
    expect((await run(['cli', 'train'], { EXIT: '1' })).status).toBe(1);
  });

  it('two at once install and compile once', async () => {
    const { machine, run } = clone();
    machine.tool('npm', NPM.replace('mkdir', 'sleep 0.5; mkdir'));
    await Promise.all([run(['cli', 'a']), run(['cli', 'b'])]);
    expect(machine.log().slice(0, 2)).toEqual([CI, TSC_CALL]);
    expect(machine.log().slice(2).sort()).toEqual(['cladenet a', 'cladenet b']);
  });
});

/** A module that makes a process believe that it runs on another version of Node. */
function pretend(version: string, { root }: Clone['machine']): string {
  const before = join(root, `${version}.cjs`);
  writeFileSync(before, `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`);
  return before;
}

describe('node bootstrap.mjs explains', () => {
  it.each(['18.20.0', '20.8.0', '21.7.3', '22.1.0'])('that Node %s is too old', async (version) => {
    const { machine, run } = clone();
    const { status, stderr } = await run(['demo'], { BEFORE: pretend(version, machine) });
    expect(status).toBe(1);
    expect(stderr).toContain(
      `found:   Node ${version}\n  needed:  Node ^20.15 || >=22.2\n  fix:     install a current Node`,
    );
    expect(machine.log()).toEqual([]);
  });

  it('that a Node is newer than those it is tested on, once, and goes on', async () => {
    const { machine, run } = clone();
    const { status, stderr } = await run(['cli'], { BEFORE: pretend('27.0.0', machine) });
    expect(status).toBe(0);
    expect(stderr.match(/cladenet: Node 27\.0\.0 is newer than Node 26, .*\n/g)).toHaveLength(1);
    expect(machine.log()).toEqual([CI, TSC_CALL, 'cladenet']);
    const again = await run(['cli'], { BEFORE: pretend('27.0.0', machine), CLADENET_UNTESTED_NODE: '27.0.0' });
    expect(again).toEqual({ status: 0, stderr: '' });
  });

  it('nothing about Nodes that it supports', async () => {
    const { machine, run } = clone();
    await run(['cli']);
    for (const version of ['20.15.0', '22.2.0', '23.1.0', '24.0.0', '26.10.0']) {
      const outcome = await run(['cli'], { BEFORE: pretend(version, machine) });
      expect({ version, ...outcome }).toEqual({ version, status: 0, stderr: '' });
    }
  });

  it('a missing npm', async () => {
    const { machine, run } = clone();
    machine.without('npm');
    const { status, stderr } = await run(['demo']);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /found: {3}no npm on PATH\n {2}needed: {2}npm\n {2}fix: {5}install Node.*then: node bootstrap\.mjs demo\n/,
    );
  });

  it('no network, a full disk and other failures of npm, and installs the next time', async () => {
    const { machine, run, folder } = clone();
    for (const [error, expected] of [
      ['ENOTFOUND', /found: {3}no connection to the package registry[\s\S]*npm config get registry/],
      ['ENOSPC', /found: {3}no space left on the disk\n {2}needed: {2}about 2 GB free/],
      ['EINTEGRITY', /npm ci failed with exit status 1:\n.*EINTEGRITY/],
    ] as const) {
      machine.tool('npm', `#!/bin/sh\necho "npm error code ${error}" >&2; exit 1`);
      const { status, stderr } = await run(['test']);
      expect(status).toBe(1);
      expect(stderr).toMatch(expected);
    }
    machine.tool('npm', NPM);
    expect((await run(['test'])).status).toBe(0);
    expect(existsSync(join(folder, 'node_modules'))).toBe(true);
  });

  it('sources that do not compile, and compiles them again the next time', async () => {
    const { machine, run, folder } = clone();
    await run(['cli']);
    writeFileSync(
      join(folder, 'node_modules/typescript/bin/tsc'),
      "console.log('src/index.ts(1,1): error TS1005'); process.exitCode = 2;",
    );
    appendFileSync(join(folder, 'src/index.ts'), 'oops');
    for (const _ of [1, 2]) {
      const { status, stderr } = await run(['cli']);
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /could not be compiled\.\n[\s\S]*error TS1005\n {2}needed: {2}no errors\n {2}fix: {5}fix the errors \(npm run build/,
      );
    }
    expect(machine.log()).toHaveLength(3);
  });

  it('an unknown command', async () => {
    const { run } = clone();
    expect((await run(['tset'])).stderr).toMatch(/found: {3}tset\n {2}needed: {2}demo, test or cli/);
  });
});
