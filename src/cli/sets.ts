/** `--coverage` and `--set-nodes`: sets of taxa that contain the true class as often as promised. */
import type { Classifier } from '../classifier/classifier.js';
import { type ChooseSetsOptions, chooseSets } from '../classifier/judging/choose-sets.js';
import type { ImageSet } from '../dataset/images.js';
import type { PredictionSetOptions } from '../decision/prediction-sets.js';
import { CladenetError } from '../errors.js';
import { refuseOptions, unusedOptions } from '../options/unused.js';
import { log } from '../progress.js';
import { setLines } from '../report/tables/set-text.js';
import { predicting } from './models.js';

interface SetCommand extends Omit<ChooseSetsOptions, 'coverage' | 'nodes' | 'signal' | 'onProgress'> {
  readonly coverage?: number | undefined;
  readonly setNodes?: number | undefined;
}

/**
 * The value of `sets` for `Classifier.classify`; undefined where none are asked for.
 * @param images opens the images that the classifier was trained with; undefined where they were not given
 */
export async function setsOf(
  classifier: Classifier,
  command: SetCommand,
  images: (() => Promise<ImageSet>) | undefined,
  signal: AbortSignal,
): Promise<PredictionSetOptions | undefined> {
  const { coverage, setNodes: nodes, ...deciding } = command;
  if (coverage === undefined) {
    refuseOptions(unusedOptions(command, ['setNodes'], 'none without `coverage`'));
    return undefined;
  }
  if (images === undefined) throw noImages();
  const all = await images();
  const chosen = await predicting('predicting', (onProgress) =>
    chooseSets(classifier, all, { ...deciding, coverage, nodes, signal, onProgress }),
  );
  for (const line of setLines(chosen)) log(line);
  return chosen.sets;
}

const noImages = () =>
  new CladenetError('USAGE', 'There are no images to choose sets on', [
    {
      where: 'images',
      expected: 'the images the classifier was trained with: its validation set chooses how large sets have to be',
      received: 'nothing',
    },
  ]);
