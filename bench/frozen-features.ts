/** The features of images by a CNN block that never saw them: EfficientNet-Lite0 as ImageNet trained it, at 96 pixels. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { startingWeights } from '../src/classifier/train/starting-weights.js';
import type { ImageSet } from '../src/dataset/images.js';
import { initialise } from '../src/network/initialise.js';
import { createTrunk } from '../src/network/network.js';
import { presets } from '../src/network/presets.js';
import { programsOn } from '../src/tensorflow/device.js';
import { createInference } from '../src/training/inference.js';
import { trunkModel } from '../src/training/model.js';

export const NETWORK = 'efficientnet_lite0';

/** The features [images x features], read from `file` if it is there, else computed and kept there. @throws Error for those of other images */
export async function frozenFeatures(images: ImageSet, file: string): Promise<Float32Array> {
  const spec = presets[NETWORK].trunk;
  const trunk = createTrunk(spec);
  if (!existsSync(file)) {
    const { weights } = await startingWeights({ trunkWeights: NETWORK }, spec);
    const all = { ...initialise(trunk.parameters, 1), ...weights };
    const { forward } = trunkModel(trunk);
    const made = createInference(programsOn({}), images.preprocessing, all, trunk.features, forward, {
      augmented: false,
    });
    const rows = await made.run(images);
    made.dispose();
    writeFileSync(file, new Uint8Array(rows.buffer));
  }
  const features = new Float32Array(new Uint8Array(readFileSync(file)).buffer);
  if (features.length !== images.count * trunk.features) throw new Error(`${file} has the features of other images`);
  return features;
}
