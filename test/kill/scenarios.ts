/** Every kind of training, and a detection, on images and networks so small that a call takes about a second. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ImagesInMemory } from '../../src/dataset/images.js';
import { writeTaxonomy } from '../../src/taxonomy/write.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy } from '../fixtures/shapes.js';

export interface Scenario {
  readonly name: string;
  /** The words after `cladenet`, called in a folder two levels below that of the inputs. Results go to `run/`. */
  readonly args: readonly string[];
  /** Whether a checkpoint is saved within epochs, for which it needs epochs of many steps. */
  readonly savesWithinEpochs: boolean;
}

const INPUTS = '../..';
const at = (name: string) => `${INPUTS}/${name}`;
const images = ['--images', at('images')];
const out = ['--out', 'run/model'];
/** Half of the images validate: a node is tuned only where its versions can be compared. */
const split = ['--split', '0.4/0.5/0.1'];
const network = ['--size', '16', '--batch', '2', ...split];
const tree = ['train', 'tree', ...images, '--taxonomy', at('tree.csv'), ...out];

const scenario = (name: string, args: readonly string[], savesWithinEpochs = true): Scenario => ({
  name,
  args,
  savesWithinEpochs,
});

export const scenarios: readonly Scenario[] = [
  scenario('flat', ['train', 'flat', ...images, ...network, '--epochs', '2', ...out]),
  scenario('tree, shared', [...tree, '--from', at('flat'), '--epochs', '2']),
  scenario('tree, shared, with its flat classifier', [...tree, ...network, '--epochs', '1']),
  scenario('tree, own', [...tree, '--trunk', 'own', ...network, '--epochs', '2']),
  scenario('tree, joint', [...tree, '--trunk', 'joint', ...network, '--epochs', '2']),
  scenario('tree, layered', [...tree, '--trunk', 'layered', ...network, '--epochs', '2']),
  scenario('specialists', [
    ...['train', 'specialists', ...images, '--from', at('flat'), '--groups', at('tree.csv')],
    ...['--trunk', 'own', '--batch', '2', '--epochs', '1', ...out],
  ]),
  scenario('tuning', [
    ...['tune', at('tree'), ...images, '--node', '(root)', '--as', 'network'],
    ...['--batch', '2', '--epochs', '1', '--json', 'run/tuned.json', ...out],
  ]),
  scenario('growing', [...['grow', at('tree'), ...images, '--taxonomy', at('grown.csv'), '--epochs', '1', ...out]]),
  scenario('out of fold', [
    ...['confusion', at('flat'), ...images, '--out-of-fold', '2', '--counts', '--out', 'run/confusion.csv'],
  ]),
  scenario('detector', [
    ...['train', 'detector', ...images, ...split, '--kind', 'centre', '--separator', '--size', '64', '--epochs', '2'],
    ...['--examples', '8', '--judged', '2', '--batch', '2', ...out],
  ]),
  scenario(
    'detection',
    [
      ...['detect', at('frames'), '--with', 'threshold', '--threshold', '128', '--min-area', '8', '--split-depth', '0'],
      ...['--classify', at('flat'), '--draw', '--crops', '--yolo', '--json', 'run/found.json', '--out', 'run/found'],
    ],
    false,
  ),
  scenario('study', ['study', at('study.json'), '--out', 'run/study', '--json', 'run/study-result.json']),
];

const study = {
  images: at('images'),
  taxonomy: at('tree.csv'),
  seeds: [1],
  fractions: { train: 0.6, validation: 0.2, test: 0.2 },
  network: 'compact',
  size: 16,
  training: { epochs: 1, batch: 2 },
  headTraining: { epochs: 1 },
  views: 1,
  arms: [
    { name: 'flat', kind: 'flat' },
    { name: 'tree', kind: 'tree' },
  ],
};

const [FRAMES, PER_FRAME] = [5, 4];

/** A frame with images of a set side by side, from the image `first` on. */
function frameOf({ pixels }: ImagesInMemory, first: number) {
  const [cell, width, height] = [SIDE + 8, PER_FRAME * (SIDE + 8), SIDE + 8];
  const frame = new Uint8Array(width * height).fill(240);
  for (let i = 0; i < PER_FRAME; i++) {
    for (let y = 0; y < SIDE; y++) {
      const at = ((first + i) * SIDE + y) * SIDE;
      frame.set(pixels.subarray(at, at + SIDE), (4 + y) * width + cell * i + 4);
    }
  }
  return { pixels: frame, width, height };
}

/** What all scenarios read, in one folder. */
export async function writeInputs(folder: string): Promise<void> {
  const set = shapes(40);
  for (const name of SHAPES) await mkdir(join(folder, 'images', name), { recursive: true });
  for (let i = 0; i < set.count; i++) {
    const raw = { width: SIDE, height: SIDE, channels: 1 as const };
    const pixels = set.pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
    await sharp(pixels, { raw }).toFile(join(folder, 'images', SHAPES[i % SHAPES.length] ?? '', `${i}.png`));
  }
  await mkdir(join(folder, 'frames'));
  for (let i = 0; i < FRAMES; i++) {
    const { pixels, width, height } = frameOf(set, i * PER_FRAME);
    await sharp(pixels, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .toFile(join(folder, 'frames', `${i}.png`));
  }
  await writeTaxonomy(shapesTaxonomy, join(folder, 'tree.csv'));
  await writeFile(
    join(folder, 'grown.csv'),
    'class,path\nbar-long,bars>bar-long\nbar-short,bars>bar-short\ndisc,disc\nring,ring\n',
  );
  await writeFile(join(folder, 'study.json'), JSON.stringify(study));
}

/** The classifiers that some scenarios start from. @param call calls the command line in a folder */
export async function trainInputs(
  folder: string,
  call: (args: readonly string[], cwd: string) => Promise<void>,
): Promise<void> {
  const cwd = join(folder, 'base', 'base');
  await mkdir(cwd, { recursive: true });
  await call(['train', 'flat', ...images, ...network, '--epochs', '1', '--out', at('flat')], cwd);
  const from = ['--taxonomy', at('tree.csv'), '--from', at('flat'), '--epochs', '1'];
  await call(['train', 'tree', ...images, ...from, '--out', at('tree')], cwd);
}
