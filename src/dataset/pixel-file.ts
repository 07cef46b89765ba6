/** Decoded squares in files on disk, read one by one when a batch needs them. */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CladenetError } from '../errors.js';
import { openRegularFileSync } from '../regular-file.js';
import { temporaryBeside } from '../temporaries.js';
import type { StreamedPixels } from './images.js';

/** Closes files to which nothing refers any more. */
const closing = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/** A file that stays open as long as something refers to it, even if it is replaced meanwhile. */
export class OpenFile {
  protected readonly descriptor: number;

  constructor(
    readonly path: string,
    descriptor = openRegularFileSync(path, { maxBytes: Number.POSITIVE_INFINITY }),
  ) {
    this.descriptor = descriptor;
    closing.register(this, this.descriptor);
  }

  /** Fills `bytes` from `position` on. @throws CladenetError DATASET where the file ends before */
  read(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(this.descriptor, bytes, done, bytes.length - done, position + done);
      if (count === 0) throw changed(this.path, 'a shorter file');
      done += count;
    }
  }
}

/** A file without a name, so that nothing is left of it when the process ends in whatever way. */
export class ScratchFile extends OpenFile {
  constructor(folder: string) {
    const path = temporaryBeside(join(folder, 'scratch'), 'tmp');
    super(path, openSync(path, 'w+'));
    unlinkSync(this.path);
  }

  /** @throws CladenetError DATASET where there is no room */
  write(bytes: Uint8Array, position: number): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
      }
    } catch (cause) {
      const problem = {
        where: dirname(this.path),
        expected: 'room for the decoded images, which do not fit into memory',
        received: (cause as Error).message,
        remedy: 'Free some space, choose a smaller `size`, or load fewer images with `limitPerClass`.',
      };
      throw new CladenetError('DATASET', 'The decoded images cannot be kept.', [problem], { cause });
    }
  }
}

/** Where the square of each image is. */
export interface Places {
  readonly files: readonly (OpenFile | undefined)[];
  /** For each image the number of its file. */
  readonly fileOf: Uint8Array;
  /** For each image the position of its square in the file, counted in squares. */
  readonly squares: Int32Array;
  /** For each image the CRC-32 of its square. */
  readonly checksums: Uint32Array;
}

export function pixelsIn({ files, fileOf, squares, checksums }: Places): StreamedPixels {
  return {
    read(i, square) {
      const file = files[fileOf[i] ?? -1];
      if (file === undefined) throw new RangeError(`there is no image ${i}`);
      file.read(square, (squares[i] ?? 0) * square.length);
      if (crc32(square) !== checksums[i]) throw changed(file.path, 'other bytes');
    },
  };
}

function changed(path: string, received: string): CladenetError {
  return new CladenetError('DATASET', 'The decoded images have changed while they were in use.', [
    { where: path, expected: 'what was decoded', received, remedy: 'Run it again: changed images are decoded again.' },
  ]);
}
