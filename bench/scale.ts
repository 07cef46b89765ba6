/**
 * What work costs for 1,000 to 1,000,000 images and for 10 to 1,000 classes: processor time and memory, each size in a process of
 * its own.
 *
 *     npm run bench:scale                                             everything: 12 GB of disk, about half an hour
 *     npm run bench:scale -- --images 1000,10000 --classes 10,100     small sizes, in a few minutes
 *     npm run bench:scale -- --from scale.json --figure scale.png     draws the figure again
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { writeJson } from '../src/files.js';
import { writeFigure } from '../src/report/figures/write-figure.js';
import { runSetup } from '../src/setup/setup.js';
import { describeMachine } from './machine.js';
import { type BySize, type ScaleResult, scaleFigure } from './scale/figure.js';
import type { Stage } from './scale/stage.js';

interface Options {
  readonly images: string;
  readonly classes: string;
  readonly json?: string;
  readonly figure?: string;
  readonly from?: string;
}

const options = new Command('bench:scale')
  .description('Measures the cost of work by the number of images and of classes.')
  .option('--images <list>', 'numbers of images', '1000,10000,100000,1000000')
  .option('--classes <list>', 'numbers of classes', '10,100,1000')
  .option('--json <file>', 'also write the results to a file')
  .option('--figure <file>', 'also draw them, as .png or .svg')
  .option('--from <file>', 'draw the results of an earlier run instead of measuring')
  .parse()
  .opts<Options>();

const result =
  options.from === undefined ? await measure() : (JSON.parse(readFileSync(options.from, 'utf8')) as ScaleResult);
await writeJson(options.json, result);
if (options.figure !== undefined) await writeFigure(await scaleFigure(result), options.figure);

async function measure(): Promise<ScaleResult & { readonly machine: object }> {
  await runSetup({ device: 'cpu' });
  copyAssets();
  return {
    machine: describeMachine(),
    images: await bySize('by-images.js', options.images),
    classes: await bySize('by-classes.js', options.classes),
  };
}

/** Copies what the report reads beside its compiled modules: `tsc` leaves it out. */
function copyAssets(): void {
  const assets = 'src/report/html/assets';
  cpSync(new URL(`../../../${assets}`, import.meta.url), new URL(`../${assets}`, import.meta.url), { recursive: true });
}

async function bySize(script: string, sizes: string): Promise<BySize> {
  const results: Record<string, Stage[]> = {};
  for (const size of sizes.split(',')) {
    const folder = mkdtempSync(join(tmpdir(), 'cladenet-scale-'));
    try {
      results[size] = await stagesOf(script, size, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return results;
}

/** The stages that a script prints; what else it prints is not shown. */
async function stagesOf(script: string, size: string, folder: string): Promise<Stage[]> {
  const path = fileURLToPath(new URL(`./scale/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, size, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const stages: Stage[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"stage":')) continue;
    const stage = JSON.parse(line) as Stage;
    stages.push(stage);
    const columns = [
      size.padStart(9),
      stage.stage.padEnd(24),
      stage.cpu.toFixed(2).padStart(9),
      `${stage.peak}`.padStart(7),
    ];
    process.stdout.write(`${columns.join('  ')}\n`);
  }
  if ((await ended) !== 0) throw new Error(`${script} ${size} failed`);
  return stages;
}
