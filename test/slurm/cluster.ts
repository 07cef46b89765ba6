/** A Slurm cluster of one machine, in a folder of its own: Debian's `slurm-wlm` and `munge`, started as root. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Why no cluster can be started here; undefined if it can. */
export function whyNoSlurm(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can start munge and Slurm';
  if (has('slurmctld') && has('munged')) return undefined;
  if (!has('apt-get')) return 'slurm-wlm and munge are not installed, and there is no apt-get';
  const install = ['install', '-y', '--no-install-recommends', 'slurm-wlm', 'munge'];
  const { status } = spawnSync('apt-get', install, {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0 ? undefined : 'apt-get could not install slurm-wlm and munge';
}

const has = (program: string) => spawnSync('which', [program]).status === 0;

export interface Cluster {
  /** For programs that submit jobs. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** @param folder a new one */
export async function startSlurm(folder: string): Promise<Cluster> {
  for (const name of ['log', 'state', 'spool']) await mkdir(join(folder, name), { recursive: true });
  const file = join(folder, 'slurm.conf');
  await writeFile(file, configuration(folder));
  const env = { ...process.env, SLURM_CONF: file };
  execFileSync('install', ['-d', '-o', 'munge', '-g', 'munge', '-m', '0755', '/run/munge']);
  const munge = existsSync('/run/munge/munge.socket.2') && spawnSync('munge', ['-n']).status === 0;
  if (!munge) execFileSync('runuser', ['-u', 'munge', '--', '/usr/sbin/munged', '--force'], { stdio: 'ignore' });
  const daemons = [
    spawn('slurmctld', ['-D'], { env, stdio: 'ignore' }),
    spawn('slurmd', ['-D', '-N', hostname()], { env, stdio: 'ignore' }),
  ];
  const isUp = () => spawnSync('sinfo', ['-h', '-o', '%T'], { env }).stdout.toString().includes('idle');
  for (let waited = 0; !isUp(); waited++) {
    if (waited > 60) throw new Error(`Slurm did not start: see ${join(folder, 'log')}`);
    await sleep(1000);
  }
  return {
    env,
    async stop() {
      for (const daemon of daemons) daemon.kill('SIGTERM');
      if (!munge) spawnSync('runuser', ['-u', 'munge', '--', '/usr/sbin/munged', '--stop'], { stdio: 'ignore' });
      await sleep(1000);
    },
  };
}

const configuration = (folder: string) => `ClusterName=cladenet
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/log/slurmctld.log
SlurmdLogFile=${folder}/log/slurmd.log
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=${folder}/log/jobcomp.txt
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
JobRequeue=1
KillWait=5
MinJobAge=3600
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
SlurmctldParameters=preempt_send_user_signal
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PreemptExemptTime=0
NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=2 CoresPerSocket=2 RealMemory=8000 State=UNKNOWN
PartitionName=besteffort Nodes=${hostname()} Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=20 MaxTime=INFINITE State=UP
PartitionName=normal Nodes=${hostname()} PriorityTier=10 PreemptMode=OFF MaxTime=INFINITE State=UP
`;
