/** The images that nodes are judged on, with a line that says how many they are. */
import type { Classifier } from '../classifier/classifier.js';
import { type JudgedImages, type JudgedOn, judgedImages } from '../classifier/judging/judged-images.js';
import type { ImageSet } from '../dataset/images.js';
import { log } from '../progress.js';
import { counted } from '../units.js';

export function findJudgedImages(classifier: Classifier, all: ImageSet, on: JudgedOn): JudgedImages {
  const judged = judgedImages(classifier, all, on);
  const { images, expected = 0 } = judged;
  if (images.count < expected) log(`only ${images.count} of its ${expected} ${on} images are here`);
  else log(`${counted(images.count, `${on} image`)} of ${all.count}`);
  return judged;
}
