/**
 * Fuzzes readers for a given time, each in a process of its own, which is watched: a case that ends the process, or that
 * does not end, is a finding, and the next process goes on behind it.
 *
 *     npm run test:fuzz -- --minutes 10 --reader model
 *     npm run test:fuzz -- --reader model --seed 3 --from 4711 --cases 1
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Finding, type FuzzReport, fuzz, LIMITS } from './harness.js';
import { readers } from './readers.js';

/** Longer than a case may take. */
const WATCH_S = 2 * LIMITS.wall;

interface Task {
  readonly name: string;
  readonly folder: string;
  readonly seed: number;
  readonly from: number;
  readonly seconds: number;
  readonly cases: number;
}

async function work(task: Task): Promise<void> {
  const reader = readers.find(({ name }) => name === task.name);
  if (reader === undefined) throw new Error(`no reader ${task.name}`);
  const report = await fuzz(reader, { ...task, onCase: (number) => process.send?.({ number }) });
  await new Promise((sent) => process.send?.({ report }, sent));
  process.exit();
}

/** Runs a process until it ends or stops answering. @returns its report, or the case at which it ended */
async function watch(child: ChildProcess): Promise<{ report?: FuzzReport; number: number; how: string }> {
  let number = -1;
  let report: FuzzReport | undefined;
  let how = '';
  let timer: NodeJS.Timeout | undefined;
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      how = `no answer after ${WATCH_S} s`;
      child.kill('SIGKILL');
    }, WATCH_S * 1000);
  };
  restart();
  child.on('message', (message: { number?: number; report?: FuzzReport }) => {
    number = message.number ?? number;
    report = message.report ?? report;
    restart();
  });
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  return { ...(report && { report }), number, how: how || `the process ended with ${signal ?? code}` };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      reader: { type: 'string', multiple: true },
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      cases: { type: 'string', default: '1000000000' },
    },
  });
  const names = values.reader ?? readers.map(({ name }) => name);
  let all = 0;
  for (const name of names) {
    const root = mkdtempSync(join(tmpdir(), 'cladenet-fuzz-'));
    const end = Date.now() + Number(values.minutes) * 60_000;
    const findings: Finding[] = [];
    let [from, cases, accepted] = [Number(values.from), 0, 0];
    const refused: Record<string, number> = {};
    for (let round = 0; Date.now() < end && cases < Number(values.cases); round++) {
      const folder = join(root, String(round));
      mkdirSync(folder);
      const task: Task = {
        ...{ name, folder, from, seed: Number(values.seed) },
        ...{ seconds: (end - Date.now()) / 1000, cases: Number(values.cases) - cases },
      };
      const child = fork(fileURLToPath(import.meta.url), [], {
        cwd: folder,
        env: { ...process.env, CLADENET_FUZZ: JSON.stringify(task) },
      });
      const { report, number, how } = await watch(child);
      if (report) {
        [cases, accepted] = [cases + report.cases, accepted + report.accepted];
        for (const [code, count] of Object.entries(report.refused)) refused[code] = (refused[code] ?? 0) + count;
        findings.push(...report.findings);
        break;
      }
      findings.push({ reader: name, number, what: how });
      if (existsSync(join(folder, 'case'))) {
        renameSync(join(folder, 'case'), join(folder, `finding-${number}`));
      }
      if (number < from) break;
      cases += number + 1 - from;
      from = number + 1;
    }
    const codes = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
    console.log(`${name}: ${cases} cases, ${accepted} read, ${codes.join(', ')}, ${findings.length} findings`);
    for (const { number, what } of findings) console.log(`  ${number}: ${what}`);
    if (findings.length > 0) console.log(`  The inputs are in ${root}.`);
    else rmSync(root, { recursive: true, force: true });
    all += findings.length;
  }
  return all === 0 ? 0 : 1;
}

const task = process.env.CLADENET_FUZZ;
if (task !== undefined) await work(JSON.parse(task) as Task);
else process.exitCode = await main();
