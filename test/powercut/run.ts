/**
 * `npm run test:powercut`: power cuts during a training and a detection, and around the saving of what they make. Each must
 * leave the last reported checkpoint or a later one, and the images of all frames that count as done; what was reported as saved must be whole.
 *
 * The disk is a file with an ext4 file system. The command is stopped for a moment and the file copied: it holds what has
 * reached the device, and not what is only in memory. The copy is mounted, which replays its journal. Skipped, with the
 * reason, without root or loop devices.
 *
 *     npm run test:powercut -- --seed 1
 *     npm run test:powercut -- --only detection
 *     npm run test:powercut -- --unsynced     the control: without syncing, what was reported must be lost
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { random } from '../../src/random.js';
import { root } from './command.js';
import { Cuts } from './cuts.js';
import { cutDetections } from './detection.js';
import { whyNoDisk } from './disk.js';
import { cutTrainings } from './training.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    unsynced: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const PARTS = { training: cutTrainings, detection: cutDetections };
if (values.only !== undefined && !Object.hasOwn(PARTS, values.only)) {
  throw new RangeError(`--only is ${Object.keys(PARTS).join(' or ')}`);
}

const folder = await mkdtemp(join(tmpdir(), 'cladenet-powercut-'));
try {
  const reason = whyNoDisk(folder);
  if (reason !== undefined) console.log(`skipped: ${reason}`);
  else if (spawnSync(process.execPath, ['bootstrap.mjs', 'cli', '--version'], { cwd: root }).status !== 0) {
    process.exitCode = 1;
  } else await cutAll();
} finally {
  await rm(folder, { recursive: true });
}

async function cutAll(): Promise<void> {
  await generateOrganisms({ out: join(folder, 'organisms'), imagesPerClass: 4 });
  for (const [name, part] of Object.entries(PARTS)) {
    if (values.only !== undefined && values.only !== name) continue;
    const cuts = new Cuts();
    const counted = await part(folder, cuts, random(Number(values.seed), 'powercut'), values.unsynced);
    console.log(`${name}: ${cuts.count} power cuts, ${cuts.faults.length} faults; ${counted}`);
    for (const fault of cuts.faults) console.log(fault);
    if (cuts.faults.length > 0) process.exitCode = 1;
  }
}
