/** Deep features of plankton images by a CNN block that never saw plankton, computed once and kept in files. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { applyScale, fitScale } from '../../src/classifier/features/scale.js';
import { deepFeatures } from '../../src/classifier/predict/embed.js';
import { preprocessingFor } from '../../src/classifier/preprocessing.js';
import type { ImageSet } from '../../src/dataset/images.js';
import { openImages } from '../../src/dataset/open.js';
import { rotateAndMirror, type View } from '../../src/dataset/rotate-and-mirror.js';
import { applyPca, fitPca } from '../../src/features/pca.js';
import { writeFileAtomic } from '../../src/files.js';
import { initialise } from '../../src/network/initialise.js';
import { createTrunk } from '../../src/network/network.js';
import { presets } from '../../src/network/presets.js';
import { loadTrunk } from '../../src/pretrained/load-trunk.js';
import { random } from '../../src/random.js';
import { readRegularFile } from '../../src/regular-file.js';
import { programsOn } from '../../src/tensorflow/device.js';

/** The network whose CNN block is taken as ImageNet trained it. */
const NETWORK = 'efficientnet_lite0';

/** Views of each image: as it is, and turned or mirrored. The first one is what is judged. */
const VIEWS: readonly View[] = [
  { quarterTurns: 0, mirrored: false },
  { quarterTurns: 1, mirrored: true },
  { quarterTurns: 2, mirrored: false },
  { quarterTurns: 3, mirrored: true },
];

/** The images, and of each view their features: images x width, row-major. */
export interface Embedded {
  readonly images: ImageSet;
  readonly views: readonly Float32Array[];
  readonly width: number;
}

/** @param views how many views of each image: 1 to 4 */
export async function embedded(folder: string, cache: string, views: number): Promise<Embedded> {
  const images = await openImages(folder, preprocessingFor(NETWORK));
  const spec = presets[NETWORK].trunk;
  const trunk = createTrunk(spec);
  await mkdir(cache, { recursive: true });
  const files = VIEWS.slice(0, views).map((_, i) => join(cache, `${NETWORK}-view${i}.f32`));
  const made: Float32Array[] = [];
  for (const [i, file] of files.entries()) {
    const compute = async () => {
      const { weights } = await loadTrunk(NETWORK, spec);
      // What ImageNet weights do not name keeps its initial value, as where a training starts from them.
      const all = { ...initialise(trunk.parameters, 0), ...weights };
      const seen = i === 0 ? images : rotateAndMirror(images, VIEWS[i] as View);
      return deepFeatures({ spec, weights: all, preprocessing: images.preprocessing }, seen, programsOn());
    };
    made.push(await kept(file, compute));
  }
  return { images, views: made, width: trunk.features };
}

/** Numbers that are computed once and kept in a file. */
export async function kept(file: string, compute: () => Promise<Float32Array | Float64Array>): Promise<Float32Array> {
  if (!existsSync(file)) {
    const values = Float32Array.from(await compute());
    await writeFileAtomic(file, new Uint8Array(values.buffer));
    console.error(`${file}: ${values.length} numbers`);
  }
  const bytes = await readRegularFile(file, { maxBytes: Number.POSITIVE_INFINITY });
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Principal components that are kept: heads on them are trained in seconds. */
const COMPONENTS = 192;
/** Images that the components are fitted on. */
const FITTED_ON = 4000;

/**
 * The features along their principal components, each with a deviation of 1: images x components.
 *
 * @param allowed images that the components may be fitted on: none of a class that is held out in any fold
 */
export async function components(
  { views, width, images }: Embedded,
  cache: string,
  allowed: readonly number[],
): Promise<{ readonly values: Float32Array; readonly width: number }> {
  const file = join(cache, `${NETWORK}-components${COMPONENTS}.f32`);
  const values = await kept(file, async () => {
    const features = Float64Array.from(views[0] as Float32Array);
    const rows = random(1, 'components')
      .shuffle([...allowed])
      .slice(0, FITTED_ON);
    const some = new Float64Array(rows.length * width);
    for (const [i, row] of rows.entries()) some.set(features.subarray(row * width, (row + 1) * width), i * width);
    const scale = fitScale(some, width);
    const pca = fitPca(applyScale(scale, some), width, COMPONENTS);
    const projected = applyPca(pca, applyScale(scale, features));
    const fitted = new Float64Array(rows.length * COMPONENTS);
    for (const [i, row] of rows.entries()) {
      fitted.set(projected.subarray(row * COMPONENTS, (row + 1) * COMPONENTS), i * COMPONENTS);
    }
    const explained = pca.explained.reduce((sum, share) => sum + share, 0);
    console.error(`${COMPONENTS} components of ${width} features: ${(100 * explained).toFixed(1)} % of the variance`);
    return applyScale(fitScale(fitted, COMPONENTS), projected);
  });
  return { values: values.subarray(0, images.count * COMPONENTS), width: COMPONENTS };
}
