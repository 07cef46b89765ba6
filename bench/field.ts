/** The contenders, each started when it is first needed. One that cannot take part is reported once, with the reason. */
import { fileURLToPath } from 'node:url';
import type { Device } from '../src/setup/locate.js';
import { type Command, Contender } from './contender.js';
import { installPeer, PEERS_FOLDER, type PeerName } from './environment.js';

/** Names of contenders, also in the JSON of results. */
export type ContenderName =
  | 'ours'
  | 'oursEager'
  | 'kerasOneDnn'
  | 'kerasDefault'
  | 'torch'
  | 'torchChannelsLast'
  | 'pillow'
  | 'sklearn'
  | 'skimage';

export const TITLES: Readonly<Record<ContenderName, string>> = {
  ours: 'cladenet',
  oursEager: 'cladenet, operation by operation',
  kerasOneDnn: 'Keras, oneDNN on',
  kerasDefault: 'Keras, default',
  torch: 'PyTorch',
  torchChannelsLast: 'PyTorch, channels_last',
  pillow: 'Pillow, one process',
  sklearn: 'scikit-learn',
  skimage: 'scikit-image, one process',
};

const WORKER = fileURLToPath(new URL('./ours/worker.js', import.meta.url));

interface Member {
  readonly contender: Contender;
  readonly facts: Readonly<Record<string, unknown>>;
}

export class Field {
  private readonly members = new Map<ContenderName, Member>();
  private readonly absences = new Map<ContenderName, string>();
  private readonly pythons = new Map<PeerName, Promise<string>>();

  constructor(
    readonly device: Device,
    private readonly say: (text: string) => void,
  ) {}

  /** The contender, or undefined if it cannot take part. */
  async get(name: ContenderName): Promise<Contender | undefined> {
    if (this.absences.has(name)) return undefined;
    const present = this.members.get(name);
    if (present !== undefined) return present.contender;
    let contender: Contender | undefined;
    try {
      contender = new Contender(await this.command(name));
      this.members.set(name, { contender, facts: await contender.hello() });
      return contender;
    } catch (error) {
      await this.dismiss(name, error);
      return undefined;
    }
  }

  /** Excludes a contender from the rest of the bench. Throws for cladenet itself, without which there is nothing to compare. */
  async dismiss(name: ContenderName, error: unknown): Promise<void> {
    if (name === 'ours') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    this.absences.set(name, reason);
    this.say(`${TITLES[name]} does not take part: ${reason}`);
    await this.members.get(name)?.contender.stop();
    this.members.delete(name);
  }

  /** How the contenders describe themselves, and why others are absent. */
  describe(): Readonly<Record<string, unknown>> {
    const facts = [...this.members].map(([name, member]) => [name, member.facts] as const);
    const absent = [...this.absences].map(([name, reason]) => [name, { absent: reason }] as const);
    return Object.fromEntries([...facts, ...absent]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.members.values()].map(({ contender }) => contender.stop()));
  }

  kill(): void {
    for (const { contender } of this.members.values()) contender.kill();
  }

  /** How a contender's process is started. */
  async command(name: ContenderName): Promise<Command> {
    // Not inherited, because this variable is the difference between two contenders.
    const { TF_ENABLE_ONEDNN_OPTS: _, ...inherited } = process.env;
    // The contenders share the memory of a GPU, all of which TensorFlow would reserve at once.
    const sharing = this.device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '-1' } : { TF_FORCE_GPU_ALLOW_GROWTH: 'true' };
    const env = { ...inherited, ...sharing };
    const python = async (peer: PeerName, script: string, ...args: string[]) => ({
      program: await this.python(peer),
      args: [`${PEERS_FOLDER}/${script}`, ...args],
    });
    switch (name) {
      case 'ours':
        return { program: process.execPath, args: [WORKER, this.device], env };
      case 'oursEager':
        return { program: process.execPath, args: [WORKER, this.device, 'eager'], env };
      case 'kerasOneDnn':
        return { ...(await python('keras', 'keras_peer.py')), env: { ...env, TF_ENABLE_ONEDNN_OPTS: '1' } };
      case 'kerasDefault':
        return { ...(await python('keras', 'keras_peer.py')), env };
      case 'torch':
        return { ...(await python('torch', 'torch_peer.py', 'default')), env };
      case 'torchChannelsLast':
        return { ...(await python('torch', 'torch_peer.py', 'channels_last')), env };
      case 'pillow':
        return { ...(await python('pillow', 'pillow_peer.py')), env };
      case 'skimage':
        return { ...(await python('skimage', 'skimage_peer.py')), env };
      case 'sklearn':
        return { ...(await python('sklearn', 'sklearn_peer.py')), env };
    }
  }

  /** The Python of a peer. Contenders of the same peer share one installation. */
  private python(peer: PeerName): Promise<string> {
    const known = this.pythons.get(peer);
    if (known !== undefined) return known;
    const installing = installPeer(peer, this.device);
    this.pythons.set(peer, installing);
    return installing;
  }
}
