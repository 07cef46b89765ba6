/** Plans for OAR: programs that write down how they are called stand in for OAR's, with answers of OAR 2.5.9. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeEvent } from '../../src/cluster/events.js';
import { toCsv } from '../../src/taxonomy/write.js';
import { cladenet } from '../cli/cli.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { shapesTaxonomy } from '../fixtures/shapes.js';
import { type FakeScheduler, fakeScheduler, nextNumber } from './fake-scheduler.js';

let folder: string;
let fake: FakeScheduler;
const at = (...path: string[]) => join(folder, ...path);
const call = (...args: string[]) => cladenet(args, { cwd: folder, env: fake.env });

/** A job as `oarstat -J` shows it. */
const shown = (number: number, array: number, place: number, state: string) => ({
  [number]: {
    Job_Id: number,
    array_id: array,
    array_index: place,
    state,
    name: 'cladenet-tree-plan-1',
    types: ['besteffort', 'idempotent'],
    owner: 'plankton',
    message: 'R=1,W=0:10:0,J=B,N=cladenet-run-1,T=besteffort|idempotent',
    resubmit_job_id: 0,
  },
});
const queue = (...jobs: object[]) => `cat <<'END'\n${JSON.stringify(Object.assign({}, ...jobs), null, 3)}\nEND`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet oar & co '));
  await writeShapes(at('images'), 3);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  const programs = at('programs');
  // As many jobs as the file of parameters has lines.
  const oarsub = `${nextNumber(programs)}; jobs=$(wc -l < "$3"); echo '[ADMISSION RULE] Automatically redirect in the besteffort queue'
for i in $(seq $jobs); do echo OAR_JOB_ID=$((n * 10 + i)); done; echo OAR_ARRAY_ID=$((n * 10 + 1)); echo; echo '##########'
for i in $(seq $jobs); do printf '{\\n   "job_id" : %d\\n}\\n' $((n * 10 + i)); done; echo; echo '##########'; echo "$PWD" > "${at('launched')}"`;
  fake = await fakeScheduler(programs, { oarsub, oarstat: '', oardel: '' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const TREE = [
  'train',
  'tree',
  '--images',
  'images',
  '--taxonomy',
  'tree.csv',
  '--trunk',
  'own',
  '--epochs',
  '1',
  '--out',
  'tree',
];
const OPTIONS = [
  '-p',
  "gpu='YES' and host='naif'",
  '-t',
  'besteffort',
  '-l',
  '/nodes=1,walltime=20:00:00',
  '--per-job',
  '2',
];

it('are submitted as arrays, with the resources of the call, and the last job after those that have not ended', async () => {
  await fake.answer('oarstat', queue(shown(411, 411, 1, 'Waiting'), shown(412, 411, 2, 'Running')));
  const { code, stdout, stderr } = await call('submit', 'oar', ...OPTIONS, ...TREE);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(
    /^resources: -p gpu='YES' and host='naif' {2}-t besteffort {2}-t idempotent {2}-l \/nodes=1,walltime=20:00:00 {2}--checkpoint 60 {2}--signal 12$/m,
  );
  const asked =
    '-O logs/oar.%jobid%.out -E logs/oar.%jobid%.out ' +
    "-p gpu='YES' and host='naif' -t besteffort -t idempotent -l /nodes=1,walltime=20:00:00 --checkpoint 60 --signal 12";
  const calls = (await fake.calls()).map((line) => line.replaceAll(/\d{13}/g, 'T'));
  expect(calls).toEqual([
    `oarsub -J --array-param-file parameters-1-T.txt -n cladenet-tree-plan-1 ${asked} exec ./stage-1.sh`,
    'oarstat -J',
    `oarsub -J --array-param-file parameters-3-T.txt -n cladenet-tree-plan-2 ${asked} -a 411 -a 412 exec ./stage-2.sh`,
  ]);
  // OAR starts jobs in the folder that the variable names.
  expect(await readFile(at('launched'), 'utf8')).toBe(`${at('tree.plan')}\n`);
  const script = await readFile(at('tree.plan', 'stage-1.sh'), 'utf8');
  for (const line of [
    "-p gpu='YES' and host='naif'",
    '-t besteffort',
    '-t idempotent',
    '--checkpoint 60',
    '--signal 12',
  ]) {
    expect(script).toContain(`\n#OAR ${line}\n`);
  }
  expect(script).toMatch(/while \[ \$SECONDS -lt 62 \]; do sleep 1; done\n +exit 99/);
});

it('are known by their place in the array when OAR gave them new numbers', async () => {
  // The first job was killed, and submitted again by OAR.
  await fake.answer(
    'oarstat',
    queue(shown(499, 411, 1, 'Running'), shown(421, 421, 1, 'Waiting'), shown(7, 7, 1, 'Terminated')),
  );
  await writeEvent(at('tree.plan'), 2, { event: 'done' });
  const { stdout } = await call('status', 'tree.plan');
  expect(stdout).toMatch(/^1 {2}running +starting/m);
  expect(stdout).toMatch(/^3 {2}queued +Waiting/m);
  const { stderr } = await call('cancel', 'tree.plan');
  expect(stderr).toBe('cancelled: 411.1, 421.1\n');
  expect((await fake.calls()).at(-1)).toBe('oardel 421 499');
});

it('cannot lie in a folder that OAR cannot name, and need an answer with their numbers', async () => {
  const refused = await call('submit', 'oar', '--plan', "it's", ...TREE);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/without quotation marks, apostrophes, backslashes/),
  ]);
  await fake.answer('oarsub', 'echo "##########"');
  const { code, stderr } = await call('submit', 'oar', '--plan', 'other', ...TREE);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/OAR gave no job numbers\n.*expected the numbers of 1 jobs/),
  ]);
  await fake.answer('oarstat', 'exit 1');
  expect((await call('status', 'tree.plan')).stdout).toMatch(/\(by its own files\)/);
});
