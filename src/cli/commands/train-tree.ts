/** `cladenet train tree`: a sub-classifier at every node of a taxonomy. */

import type { FlatClassifier } from '../../classifier/flat.js';
import { loadClassifier } from '../../classifier/load.js';
import { trainTree } from '../../classifier/train-tree.js';
import { CladenetError } from '../../errors.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { printPath } from '../../taxonomy/names.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import { deviceOf } from '../device.js';
import { interruptible } from '../interrupt.js';
import { resolveOptions, treeSchema } from '../options.js';
import { duration, lazyProgress, say } from '../progress.js';
import { networkOf, openTrainingData, presetTrainingOf, testLine, trainingOf } from '../training.js';

export async function trainTreeCommand(given: Record<string, unknown>): Promise<void> {
  const command = await resolveOptions(treeSchema, given);
  const device = deviceOf(command);
  const shared = command.trunk === 'shared';
  const taxonomy = await readTaxonomy(command.taxonomy, { singleChild: command.singleChild });
  const from = shared ? await openFlat(command.from, device) : undefined;
  const data = await openTrainingData(command, from?.description.preprocessing, from?.description.split);
  orThrow('The taxonomy does not fit the images', matchClasses(taxonomy, data.images.classes, { allowMissing: true }));
  const progress = lazyProgress('training nodes');
  await interruptible('nothing was saved', async (signal) => {
    try {
      const tree = await trainTree(data, {
        taxonomy,
        trunk: command.trunk,
        from,
        network: networkOf(command),
        training: shared ? headTrainingOf(command) : presetTrainingOf(command),
        deviceMemory: command.deviceMemory * 2 ** 20,
        device,
        hooks: {
          signal,
          onNode: (path, index, nodes) => progress.update(index, nodes, printPath(path)),
        },
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
}

function headTrainingOf(command: Parameters<typeof trainingOf>[0]) {
  const { augmentation: _, ...training } = trainingOf(command);
  return command.rate === undefined
    ? training
    : { ...training, optimiser: { kind: 'adamw' as const, rate: command.rate } };
}

async function openFlat(folder: string | undefined, device: ReturnType<typeof deviceOf>): Promise<FlatClassifier> {
  if (folder === undefined) {
    throw new CladenetError('USAGE', 'A tree with a shared trunk needs a flat classifier', [
      {
        where: '--from',
        expected: 'the folder of a flat classifier, whose CNN block is shared',
        received: 'nothing',
        remedy: 'Train one first (cladenet train flat ...), or give each node a CNN block of its own: --trunk own.',
      },
    ]);
  }
  const classifier = await loadClassifier(folder, { device });
  if (classifier.kind === 'flat') return classifier;
  throw new CladenetError('USAGE', 'A shared trunk comes from a flat classifier', [
    { where: '--from', expected: 'a flat classifier', received: `a tree (${folder})` },
  ]);
}
