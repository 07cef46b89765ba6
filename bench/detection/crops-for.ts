/** Organisms of a frame as a classifier gets them: cut and lit as `classifyDetections` does it. */
import type { Raster } from '../../src/dataset/decode/raster.js';
import { cropsOf } from '../../src/detection/classifying/crops.js';
import { litAs } from '../../src/detection/classifying/lighting.js';
import type { Detection } from '../../src/detection/detector.js';
import { frameOf } from '../../src/detection/frames/frame.js';
import type { GreyImage } from '../../src/features/grey-image.js';
import { medianOfBorder } from '../../src/features/segmentation/background.js';
import type { Classifier } from '../../src/index.js';
import { cropsOfTraining } from './setting.js';

/** Margin and grey level are those of the training images, also for a classifier that does not record them. */
export async function cropsFor(
  { description: { preprocessing, split } }: Classifier,
  frame: GreyImage,
  detections: readonly Detection[],
): Promise<Raster[]> {
  const { margin, border } = split.crops ?? (await cropsOfTraining());
  const paper = medianOfBorder(frame);
  const crops = await cropsOf(frameOf(frame), detections, { margin, channels: preprocessing.channels, paper });
  return crops.map((crop) => litAs(crop, paper, border));
}
