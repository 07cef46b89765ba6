/**
 * What `npm run demo` and `npm test` run, in a fresh clone too: installs the packages, compiles the TypeScript and sets
 * TensorFlow up, each only where it is missing or out of date, then runs the command.
 *
 *     node bootstrap.mjs demo [options]     the demo, end to end
 *     node bootstrap.mjs test [options]     the tests
 *     node bootstrap.mjs cli [command ...]  any other command of cladenet, without setting TensorFlow up
 *
 * Plain JavaScript without dependencies, in a syntax that old Nodes can parse, so that they can report that they are too old.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(fileURLToPath(import.meta.url));
const MODULES = path.join(ROOT, 'node_modules');
const MAIN = path.join(ROOT, 'dist', 'cli', 'main.js');
const STAMP = path.join(ROOT, 'dist', '.compiled');
const RETRY = `node ${path.basename(fileURLToPath(import.meta.url))} ${process.argv.slice(2).join(' ')}`.trim();

/** A failure with its explanation: what was found, what is needed, the command that fixes it. */
class SetupError extends Error {
  constructor(summary, found, needed, remedy) {
    super(`${summary}\n  found:   ${found}\n  needed:  ${needed}\n  fix:     ${remedy}`);
  }
}

async function main(command, args) {
  requireNode();
  if (!['demo', 'test', 'cli'].includes(command)) {
    throw new SetupError('Unknown command.', command || 'no command', 'demo, test or cli', 'npm run demo, or npm test');
  }
  await oneAtATime(async () => {
    if (!packagesAreInstalled()) await installPackages();
    if (!isCompiled()) await compile();
    linkCommand();
  });
  if (command === 'cli') return run(process.execPath, [MAIN, ...args]);
  const gpu = args.includes('--gpu') ? ['--gpu'] : [];
  const status = await run(process.execPath, [MAIN, 'setup', '--quiet', ...gpu]);
  if (status !== 0) return status;
  if (command === 'demo') return run(process.execPath, [MAIN, 'demo', ...args]);
  return run(process.execPath, [path.join(MODULES, 'vitest', 'vitest.mjs'), 'run', ...args]);
}

/** Refuses a Node that package.json's `engines` excludes, and reports one that is newer than all its `testedNodes`. */
function requireNode() {
  const version = process.versions.node;
  const { engines, testedNodes } = readJson(path.join(ROOT, 'package.json'));
  if (!isInRange(version, engines.node)) {
    throw new SetupError(
      'cladenet does not run on this Node.',
      `Node ${version}`,
      `Node ${engines.node}`,
      'install a current Node from https://nodejs.org (with nvm: nvm install --lts)',
    );
  }
  const newest = Math.max(...testedNodes);
  // What is started from here sees by this variable that it is reported.
  if (Number.parseInt(version, 10) <= newest || process.env.CLADENET_UNTESTED_NODE === version) return;
  process.env.CLADENET_UNTESTED_NODE = version;
  const untested = `newer than Node ${newest}, the newest that cladenet is tested on`;
  log(`cladenet: Node ${version} is ${untested}. If something fails, try that one.\n`);
}

/** As in src/setup/node-version.ts, which is not compiled yet. */
function isInRange(version, range) {
  const [major, minor] = version.split('.').map(Number);
  return range.split('||').some((alternative) => {
    const [fromMajor, fromMinor] = alternative
      .replace(/^\s*(\^|>=)/, '')
      .split('.')
      .map(Number);
    if (major === fromMajor) return minor >= fromMinor;
    return major > fromMajor && alternative.includes('>=');
  });
}

/**
 * Whether node_modules has what package-lock.json lists. npm writes its own list of installed packages at the end, so an
 * interrupted installation has none. Packages for other platforms are absent from that list.
 */
function packagesAreInstalled() {
  try {
    const wanted = readJson(path.join(ROOT, 'package-lock.json')).packages;
    const installed = readJson(path.join(MODULES, '.package-lock.json')).packages;
    return Object.keys(wanted).every((place) => {
      const want = wanted[place];
      const have = installed[place];
      if (place === '') return true;
      if (have === undefined) return want.optional === true || want.devOptional === true;
      const same = have.version === want.version && have.integrity === want.integrity;
      return same && fs.existsSync(path.join(ROOT, place, 'package.json'));
    });
  } catch {
    return false;
  }
}

async function installPackages() {
  const count = Object.keys(readJson(path.join(ROOT, 'package-lock.json')).packages).length - 1;
  const outcome = await step(`installing up to ${count} packages (npm ci, about 620 MB unpacked)`, () =>
    collect('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']),
  );
  if (outcome.status === 0) return;
  const errors = npmErrors(outcome.text);
  if (outcome.status === 'missing') {
    const remedy = 'install Node with its npm from https://nodejs.org';
    throw new SetupError('The packages could not be installed.', 'no npm on PATH', 'npm', `${remedy}; then: ${RETRY}`);
  }
  if (/ENOSPC|no space left on device/i.test(outcome.text)) throw diskFull('The packages could not be installed.');
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|network/i.test(outcome.text)) {
    throw new SetupError(
      'The packages could not be installed.',
      `no connection to the package registry:\n${errors}`,
      'a reachable registry',
      `check the network and the registry (npm config get registry); then: ${RETRY}`,
    );
  }
  throw new SetupError(
    'The packages could not be installed.',
    `npm ci failed with exit status ${outcome.status}:\n${errors}`,
    'an installation without errors',
    `npm ci --ignore-scripts shows the full output; then: ${RETRY}`,
  );
}

function isCompiled() {
  try {
    return fs.existsSync(MAIN) && fs.readFileSync(STAMP, 'utf8') === hashOfSources();
  } catch {
    return false;
  }
}

async function compile() {
  const hash = hashOfSources();
  fs.rmSync(STAMP, { force: true });
  const outcome = await step('compiling TypeScript', () =>
    collect(process.execPath, [path.join(MODULES, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']),
  );
  if (/ENOSPC|no space left on device/i.test(outcome.text)) throw diskFull('The TypeScript could not be compiled.');
  if (outcome.status !== 0) {
    const remedy = `fix the errors (npm run build shows all of them), then: ${RETRY}`;
    throw new SetupError(
      'The TypeScript could not be compiled.',
      `\n${indented(outcome.text.trim().split('\n').slice(0, 8))}`,
      'no errors',
      remedy,
    );
  }
  await import('./copy-assets.mjs');
  fs.chmodSync(MAIN, 0o755);
  fs.writeFileSync(STAMP, hash);
}

/** Makes `npx cladenet` in this repository run the compiled program: npm links only the commands of other packages. */
function linkCommand() {
  const link = path.join(MODULES, '.bin', 'cladenet');
  if (fs.existsSync(link)) return;
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync(path.relative(path.dirname(link), MAIN), link);
}

/** SHA-256 of everything that the compiled files depend on. */
function hashOfSources() {
  const hash = createHash('sha256');
  const add = (file) => hash.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file));
  for (const name of ['tsconfig.json', 'tsconfig.build.json', 'copy-assets.mjs', 'package-lock.json'])
    add(path.join(ROOT, name));
  const walk = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory()) walk(path.join(folder, entry.name));
      else add(path.join(folder, entry.name));
    }
  };
  walk(path.join(ROOT, 'src'));
  return hash.digest('hex');
}

/** Two runs in one clone (a demo and the tests) must not install or compile at the same time. */
async function oneAtATime(work) {
  const name = createHash('sha256').update(fs.realpathSync(ROOT)).digest('hex').slice(0, 16);
  const lock = path.join(os.tmpdir(), `cladenet-bootstrap-${name}.pid`);
  for (let waited = false; ; waited = true) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = holderOf(lock);
    if (holder === undefined) fs.rmSync(lock, { force: true });
    else {
      if (!waited) log(`waiting for another set-up in this folder (process ${holder}) ...\n`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  try {
    await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/** The running process that wrote a lock file, if any. */
function holderOf(lock) {
  try {
    const pid = Number(fs.readFileSync(lock, 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Announces a step, shows its progress, and reports how long it took. */
async function step(what, work) {
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  const tty = process.stderr.isTTY;
  const show = (text) => log(tty ? `\r\x1b[2K${text}` : `${text}\n`);
  show(`cladenet: ${what} ...`);
  const timer = setInterval(() => show(`cladenet: ${what} (${seconds()})`), tty ? 500 : 15000);
  const outcome = await work();
  clearInterval(timer);
  show(`cladenet: ${what}: ${outcome.status === 0 ? 'done in' : 'failed after'} ${seconds()}`);
  if (tty) log('\n');
  return outcome;
}

function log(text) {
  process.stderr.write(text);
}

/** Runs a program to its end and collects its output. */
function collect(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (text += piece));
    child.on('error', (error) =>
      resolve({ status: error.code === 'ENOENT' ? 'missing' : error.code, text: error.message }),
    );
    child.on('close', (status, signal) => resolve({ status: status === null ? signal : status, text }));
  });
}

/** Runs a program in the foreground and returns its exit status. The terminal's signals reach it directly. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status === null ? 128 + os.constants.signals[signal] : status));
  });
}

function diskFull(summary) {
  return new SetupError(summary, 'no space left on the disk', 'about 2 GB free', `free some space; then: ${RETRY}`);
}

/** The errors of npm's output, which come first. */
function npmErrors(text) {
  const lines = text.split('\n').filter((line) => /^npm (error|ERR!) \S/.test(line));
  return indented(lines.length > 0 ? lines.slice(0, 5) : text.split('\n').slice(-5));
}

function indented(lines) {
  return lines.map((line) => `      ${line.slice(0, 300)}`).join('\n');
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

main(process.argv[2], process.argv.slice(3)).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    log(error instanceof SetupError ? `cladenet: ${error.message}\n` : `${error.stack}\n`);
    process.exitCode = 1;
  },
);
