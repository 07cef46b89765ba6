/** A disk in a file, and what a power cut would leave of it. Needs root, loop devices and ext4. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });

export interface Disk {
  /** Where it is mounted. */
  readonly folder: string;
  /** The disk as it would be found after a power cut now. Only what has reached the device is on it. */
  cut(): Disk;
  remove(): void;
}

/** A new disk. @param mebibytes its size */
export function createDisk(file: string, mebibytes: number): Disk {
  run('truncate', '-s', `${mebibytes}M`, file);
  run('mkfs.ext4', '-q', '-F', file);
  return mounted(file);
}

/** Why there can be no disk on this machine; undefined if there can. */
export function whyNoDisk(folder: string): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root, to mount a disk';
  try {
    createDisk(join(folder, 'try.img'), 8).remove();
    return undefined;
  } catch (error) {
    return `it needs loop devices and ext4: ${(error as Error).message.trim()}`;
  }
}

function mounted(file: string): Disk {
  const folder = `${file}.mounted`;
  mkdirSync(folder);
  // The journal is replayed, as after a power cut.
  run('mount', '-o', 'loop', file, folder);
  let copies = 0;
  return {
    folder,
    cut() {
      const copy = `${file}.${++copies}`;
      // The kernel may write while the copy is made: it is one moment's if nothing changed meanwhile.
      do copyFileSync(file, copy);
      while (hashOf(copy) !== hashOf(file));
      return mounted(copy);
    },
    remove() {
      run('umount', '-d', folder);
      rmSync(folder, { recursive: true });
      rmSync(file);
    },
  };
}

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
