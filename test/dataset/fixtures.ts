/** Images and folders that the tests make for themselves. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { onTestFinished } from 'vitest';
import type { Preprocessing } from '../../src/dataset/preprocessing.js';

export const grey = (size: number): Preprocessing => ({
  size,
  channels: 1,
  background: 'white',
  fit: 'longer-side',
});

/** An empty folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-dataset-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder. */
export function write(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** A grey image whose pixels `paint` gives. */
export function painted(width: number, height: number, paint: (x: number, y: number) => number): Sharp {
  const data = Uint8Array.from({ length: width * height }, (_, i) => paint(i % width, Math.floor(i / width)));
  return sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
}

/** A grey image of one value. */
export const uniform = (width: number, height: number, value: number): Sharp => painted(width, height, () => value);

/** Files count as settled a few hundredths of a second after they were written. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));

/** Sets both times of a file's content to a fixed moment. */
export function backdate(path: string): void {
  utimesSync(path, 1_600_000_000, 1_600_000_000);
}
