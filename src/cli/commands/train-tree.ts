/** `cladenet train tree`: a sub-classifier at every node of a taxonomy. */

import type { FlatClassifier } from '../../classifier/flat.js';
import { loadClassifier } from '../../classifier/load.js';
import { type TreeOptions, trainTree } from '../../classifier/train-tree.js';
import { CladenetError } from '../../errors.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { printPath } from '../../taxonomy/names.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import { deviceOf } from '../device.js';
import { trainFlatInto } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { resolveOptions, treeSchema } from '../options.js';
import { duration, lazyProgress, say } from '../progress.js';
import { networkOf, openTrainingData, presetTrainingOf, testLine, trainingOf } from '../training.js';

export async function trainTreeCommand(given: Record<string, unknown>): Promise<void> {
  const command = await resolveOptions(treeSchema, given);
  const device = deviceOf(command);
  const taxonomy = await readTaxonomy(command.taxonomy, { singleChild: command.singleChild });
  const opened = command.from === undefined ? undefined : await openFlat(command.from, device);
  const data = await openTrainingData(command, opened?.description.preprocessing, opened?.description.split);
  orThrow('The taxonomy does not fit the images', matchClasses(taxonomy, data.images.classes, { allowMissing: true }));
  const progress = lazyProgress('training nodes');
  await interruptible('no tree was saved', async (signal) => {
    try {
      const tree = await trainTree(data, {
        taxonomy,
        trunk: command.trunk,
        network: networkOf(command),
        deviceMemory: command.deviceMemory * 2 ** 20,
        device,
        hooks: {
          signal,
          onNode: (path, index, nodes) => progress.update(index, nodes, printPath(path)),
        },
        ...(command.trunk === 'own' ? { training: presetTrainingOf(command) } : await shareTrunk(signal)),
      });
      progress.stop();
      const { nodes, seconds } = tree.description;
      say(`${nodes.length} nodes trained in ${duration(seconds)}`);
      await tree.save(command.out);
      say(testLine('tree', tree.description.test));
      say(`saved to ${command.out}`);
    } finally {
      progress.stop();
    }
  });

  /** The options of the command are those of the training that it starts with: the heads', or else the flat one's. */
  async function shareTrunk(signal: AbortSignal): Promise<Pick<TreeOptions, 'from' | 'training'>> {
    if (opened !== undefined) return { from: opened, training: headTrainingOf(command) };
    const out = `${command.out}-flat`;
    say(`no --from: training the flat classifier whose CNN block is shared first, into ${out}`);
    return { from: await trainFlatInto(out, command, data, signal), training: { seed: command.seed } };
  }
}

function headTrainingOf(command: Parameters<typeof trainingOf>[0]) {
  const { augmentation: _, ...training } = trainingOf(command);
  return command.rate === undefined
    ? training
    : { ...training, optimiser: { kind: 'adamw' as const, rate: command.rate } };
}

async function openFlat(folder: string, device: ReturnType<typeof deviceOf>): Promise<FlatClassifier> {
  const classifier = await loadClassifier(folder, { device });
  if (classifier.kind === 'flat') return classifier;
  throw new CladenetError('USAGE', 'A shared trunk comes from a flat classifier', [
    { where: '--from', expected: 'a flat classifier', received: `a tree (${folder})` },
  ]);
}
