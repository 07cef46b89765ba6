/** Power cuts, and what they left. */
import type { Command } from './command.js';
import type { Disk } from './disk.js';

/** What is looked for on the disk that a power cut left. */
export interface Looked {
  /** What had been reported, for a line on the terminal. */
  readonly reported: string;
  /** What is wrong; undefined if all is well. */
  readonly fault: string | undefined;
}

/** Counts cuts, and keeps what was wrong after them. */
export class Cuts {
  count = 0;
  readonly faults: string[] = [];

  /**
   * Cuts the power.
   *
   * @param look begins before the cut, with what has been reported by then, and gets the disk that the cut left
   */
  async cut(disk: Disk, command: Command, look: () => (found: Disk) => Promise<Looked>): Promise<void> {
    const lookAt = look();
    command.child.kill('SIGSTOP');
    const found = disk.cut();
    command.child.kill('SIGCONT');
    const { reported, fault } = await lookAt(found);
    found.remove();
    this.count += 1;
    if (fault !== undefined) this.faults.push(`cut ${this.count}: ${fault}`);
    process.stderr.write(`cut ${this.count}: ${reported}: ${fault ?? 'kept'}\n`);
  }
}
