/**
 * OAR on this machine: Debian's packages, with PostgreSQL, and an ordinary user who submits jobs. Its database, its configuration
 * in `/etc/oar` and the user stay when the test is over; its daemons end.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export const USER = 'plankton';
const PACKAGES = [
  'oar-server',
  'oar-server-pgsql',
  'oar-node',
  'oar-user',
  'oar-user-pgsql',
  'postgresql',
  'libjson-perl',
];

/** Why OAR cannot be started here; undefined if it can. */
export function whyNoOar(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can start PostgreSQL and OAR';
  if (has('oarsub') && has('pg_ctlcluster')) return undefined;
  if (!has('apt-get')) return 'OAR is not installed, and there is no apt-get';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], {
    stdio: 'ignore',
    env,
  });
  return status === 0 ? undefined : `apt-get could not install ${PACKAGES.join(', ')}`;
}

const has = (program: string) => spawnSync('which', [program]).status === 0;
const call = (program: string, ...args: string[]) => spawnSync(program, args, { encoding: 'utf8' });

/** @returns ends it */
export async function startOar(): Promise<() => void> {
  configure();
  if (call('pg_lsclusters', '-h').stdout.includes('down')) execFileSync('pg_ctlcluster', ['15', 'main', 'start']);
  if (call('oarnodes').status !== 0) call('oar-database', '--create', '--db-is-local');
  mkdirSync('/run/sshd', { recursive: true });
  const daemons = [
    spawn(
      '/usr/sbin/sshd',
      ['-D', '-f', '/etc/oar/sshd_config', '-o', 'ListenAddress=127.0.0.1', '-o', 'PidFile=none'],
      { stdio: 'ignore' },
    ),
  ];
  execFileSync('/usr/sbin/oar-server', { stdio: 'ignore' });
  await sleep(3000);
  for (const [property, kind] of [['cpu'], ['host', '-c'], ['gpu', '-c']])
    call('oarproperty', '-a', ...(kind === undefined ? [] : [kind]), property ?? '');
  const cores = call('oarnodes')
    .stdout.split('\n')
    .filter((line) => line.startsWith('resource_id')).length;
  for (let core = cores + 1; core <= 2; core++) {
    const properties = [`host=${hostname()}`, `cpu=${core}`, 'gpu=YES', 'besteffort=YES'];
    call('oarnodesetting', '-a', '-h', 'localhost', ...properties.flatMap((one) => ['-p', one]));
  }
  // Nodes that a test before left as suspected.
  for (let core = 1; core <= cores; core++) call('oarnodesetting', '-r', String(core), '-s', 'Alive');
  if (call('id', USER).status !== 0) execFileSync('useradd', ['-m', USER]);
  return () => {
    for (const daemon of daemons) daemon.kill('SIGTERM');
    const server = Number(readFileSync('/run/oar-server.pid', 'utf8'));
    if (server > 0) process.kill(server, 'SIGTERM');
  };
}

/** As an ordinary user. @returns what it printed; empty where it failed */
export const asUser = (program: string, ...args: string[]): string =>
  spawnSync('runuser', ['-u', USER, '--', program, ...args], { encoding: 'utf8', cwd: '/' }).stdout ?? '';

function configure(): void {
  const file = '/etc/oar/oar.conf';
  const text = readFileSync(file, 'utf8')
    .replaceAll(/^(DB_BASE_PASSWD(?:_RO)?)=.*/gm, '$1="probe"')
    .replaceAll(/^(JOB_RESOURCE_MANAGER_PROPERTY_DB_FIELD|JOB_RESOURCE_MANAGER_FILE|CPUSET_PATH)/gm, '#$1')
    .replaceAll(/^SCHEDULER_JOB_SECURITY_TIME=.*/gm, 'SCHEDULER_JOB_SECURITY_TIME="1"');
  if (text !== readFileSync(file, 'utf8')) writeFileSync(file, text);
}
