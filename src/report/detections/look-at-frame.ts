/** One frame: what is found in it, and what that is. */
import { stat } from 'node:fs/promises';
import type { Classifier } from '../../classifier/classifier.js';
import { DARK } from '../../dataset/traits.js';
import { type ClassifyDetectionsOptions, classifyDetections } from '../../detection/classifying/classify-detections.js';
import type { Detector } from '../../detection/detector.js';
import type { FrameReader, OpenFrame } from '../../detection/frames/frame.js';
import { borderOf } from '../../detection/frames/levels.js';
import { LearnedDetector } from '../../detection/learned/learned-detector.js';
import { detectInTiles, type TileOptions } from '../../detection/tiles.js';
import { organismOf } from './annotations-of.js';
import type { FoundFrame } from './found-frames.js';
import type { NamedFrame } from './frame-names.js';

/** What looks at frames, and how. */
export interface Looking {
  readonly detector: Detector;
  /** Names what is found. Default: nothing is named. */
  readonly classifier?: Classifier | undefined;
  readonly classifying?: Omit<ClassifyDetectionsOptions, 'signal' | 'onProgress'> | undefined;
  readonly tiles?: Pick<TileOptions, 'tile' | 'overlap'> | undefined;
  /** Detections below this score are left out. Default 0. */
  readonly minScore?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Looks at a frame that is open. */
export async function lookAtFrame(
  frame: OpenFrame,
  { detector, classifier, classifying, tiles, minScore = 0, signal }: Looking,
): Promise<Omit<FoundFrame, 'file' | 'version'>> {
  const watched = watching(frame);
  const all = await detectInTiles(watched.reader, detector, { ...tiles, signal });
  // Of what a detector sees beyond the border, less than a pixel may be left in the frame.
  const found = all.filter(({ score, box }) => score >= minScore && Math.min(box.width, box.height) >= 1);
  const named =
    classifier === undefined ? found : await classifyDetections(frame, found, classifier, { ...classifying, signal });
  const notes: string[] = [];
  if (frame.hasPages) notes.push('it has several pages, of which the first is used');
  if (watched.brightest() <= DARK) {
    const remedy = frame.bits === 16 ? '; scale it to 16 bits once, 12 bits by the factor 16' : '';
    notes.push(`its levels reach ${watched.brightest()} of 255, so it looks almost black${remedy}`);
  }
  if (detector instanceof LearnedDetector) {
    const border = await borderOf(frame);
    if (detector.inverts(border)) {
      notes.push(
        `its background is dark (grey level ${border}): inverted for the detector, which was trained on light ones`,
      );
    }
  }
  const { width, height } = frame;
  return { width, height, notes, organisms: named.map((one) => organismOf(one, frame)) };
}

/** A frame, and the brightest level of what was read of it. */
function watching(frame: OpenFrame) {
  let most = 0;
  const reader: FrameReader = {
    ...frame,
    async read(box) {
      const part = await frame.read(box);
      for (const level of part.pixels) if (level > most) most = level;
      return part;
    },
  };
  return { reader, brightest: () => most };
}

/** What tells a changed file from the one that was looked at: its size and when it was changed, and where the image lies in it. */
export async function versionOf({ image: { path, stored } }: NamedFrame): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(stored?.file ?? path);
    const place = stored === undefined || !('offset' in stored) ? '' : ` at ${stored.offset}`;
    return `${size} bytes of ${mtimeMs}${place}`;
  } catch {
    return '';
  }
}
