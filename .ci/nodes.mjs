/**
 * Runs the demo and the tests on the newest release of each other major version of Node that package.json lists as tested:
 *
 *     node .ci/nodes.mjs                                  every test
 *     node .ci/nodes.mjs test/tensorflow test/classifier  these tests only
 *     NODES=24,26 DEMO=no node .ci/nodes.mjs test/setup   these versions only, without the demo
 *
 * The binaries are installed from npm's package `node` into a temporary folder. Prints a table. Fails if a test or the demo
 * fails, or if the demo's results differ between versions of Node.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'cladenet-nodes-'));
const withDemo = process.env.DEMO !== 'no';

/** Runs a program in this repository, passes its standard error through, and returns its standard output. */
function run(program, args, { env = process.env, check = true } = {}) {
  const { status, stdout, error } = spawnSync(program, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (check && status !== 0) throw new Error(`${path.basename(program)} ${args[0]}: ${error?.message ?? stdout}`);
  return { stdout, passed: status === 0 };
}

/** The binary of the newest Node of a major version. */
function fetchNode(major) {
  const prefix = path.join(temporary, `node-${major}`);
  fs.mkdirSync(prefix);
  run('npm', ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', `node@${major}`]);
  return path.join(prefix, 'node_modules', 'node', 'bin', 'node');
}

function tryNode(major) {
  const node = fetchNode(major);
  const version = run(node, ['--version']).stdout.trim();
  console.error(`\n=== Node ${version}\n`);
  // Programs that a test starts by name (npm, npx) run on this Node too.
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  const healthy = run(node, ['bootstrap.mjs', 'cli', 'doctor'], { env, check: false }).passed;
  const demo = withDemo ? tryDemo(node, major, env) : undefined;
  const report = path.join(temporary, `tests-${major}.json`);
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { stdout, passed } = run(node, [vitest, 'run', ...reporters, ...process.argv.slice(2)], { env, check: false });
  if (!passed) console.error(stdout.slice(-20_000));
  const tests = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : undefined;
  return { version, healthy, demo, passed, tests };
}

function tryDemo(node, major, env) {
  const out = path.join(temporary, `demo-${major}`);
  const { stdout, passed } = run(node, ['bootstrap.mjs', 'demo', '--out', out], { env, check: false });
  fs.rmSync(out, { recursive: true, force: true });
  return { passed, results: createHash('sha256').update(stdout.replaceAll(out, '')).digest('hex').slice(0, 8) };
}

function row({ version, healthy, demo, passed, tests }) {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = tests ?? {};
  const ofDemo = demo === undefined ? 'not run' : demo.passed ? `passed, results ${demo.results}` : 'FAILED';
  const ofTests = `${passed ? 'passed' : 'FAILED'}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
  return [version, healthy ? 'healthy' : 'UNHEALTHY', ofDemo, ofTests];
}

try {
  const own = Number.parseInt(process.versions.node, 10);
  const { testedNodes } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const majors = process.env.NODES?.split(',').map(Number) ?? testedNodes.filter((major) => major !== own);
  const runs = majors.map(tryNode);
  const table = [['Node', 'doctor', 'demo', 'tests'], ...runs.map(row)];
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  console.log(`\n${table.map((cells) => cells.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n')}`);
  const differ = new Set(runs.map(({ demo }) => demo?.results)).size > 1;
  if (differ) console.log("\nThe demo's results differ between these versions.");
  if (differ || !runs.every(({ healthy, demo, passed }) => healthy && demo?.passed !== false && passed)) {
    process.exitCode = 1;
  }
} finally {
  fs.rmSync(temporary, { recursive: true, force: true });
}
