/** A detector that was trained. */
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../abort.js';
import { type Box, intersectionOverUnion } from '../../box.js';
import { CladenetError } from '../../errors.js';
import type { GreyImage } from '../../features/grey-image.js';
import { medianOfBorder } from '../../features/segmentation/background.js';
import type { Weights } from '../../network/weights.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { EpochRecord } from '../../training/epoch-record.js';
import type { Detection, Detector, FrameLevels } from '../detector.js';
import { USUAL_PAPER } from '../scenes/options.js';
import type { ScoredBox } from './network/candidates.js';
import { type Forward, forwardOf } from './network/forward.js';
import { mapModel, type Parts, partsOf } from './network/network-of.js';
import { aloneIn, separatorObjective } from './network/separator.js';
import { type DetectorReading, type OtherReading, readingOf } from './other-reading.js';
import { organismsInViews } from './reading/mirrored.js';
import type { DetectorDescription } from './schema.js';
import { sampled } from './squares/sample.js';
import { atLevels, isDark, sceneLevels } from './squares/scene-levels.js';
import { lookedAt, SEPARATOR_CHANNELS, SEPARATOR_SIDE } from './squares/separator-view.js';
import { startsOf } from './squares/tiles.js';
import { saveDetector } from './store.js';

/** The part of a tile that its neighbour shows too: organisms up to this size are whole in one of them. */
const SHARED = 3 / 8;

/** Organisms that lie on each other: the boxes of others cover at least this share of one's box. */
const TOUCHING = 0.02;

/** The weights of a detector and of its separator. */
export interface DetectorWeights {
  readonly detector: Weights;
  readonly separator: Weights | undefined;
}

/** Finds organisms with a trained network. Frames larger than its input are looked at in tiles. */
export class LearnedDetector implements Detector {
  private readonly parts: Parts;
  private network: Forward | undefined;
  private separator: Forward | undefined;
  private disposed = false;

  /** How its output is read. */
  readonly reading: DetectorReading;

  /** @internal */
  constructor(
    private readonly make: MakeProgram,
    readonly description: DetectorDescription,
    /** @internal */
    readonly weights: DetectorWeights,
    readonly history: readonly EpochRecord[],
    private readonly other: OtherReading = {},
  ) {
    this.parts = partsOf(description.detector);
    this.reading = readingOf(description, other);
  }

  /**
   * See {@link Detector.detect}. With a separator, each organism that touches another one has its image `alone`. A detector of composed scenes
   * knows dark organisms on paper of one level: a frame with another background is brought to it, and a dark one is inverted.
   */
  async detect(frame: GreyImage, signal?: AbortSignal): Promise<readonly Detection[]> {
    return this.detectOn(medianOfBorder(frame), frame, signal);
  }

  /** See {@link Detector.withLevels}. */
  withLevels({ border }: FrameLevels): Pick<Detector, 'detect'> {
    return { detect: (part, signal) => this.detectOn(border, part, signal) };
  }

  /** Whether a frame whose background has this grey level is inverted before it is looked at. @internal */
  inverts(border: number): boolean {
    return this.description.data.from === 'scenes' && isDark(border);
  }

  /** @param border the level of the background of the whole frame */
  private async detectOn(border: number, frame: GreyImage, signal: AbortSignal | undefined) {
    const { from, scenes } = this.description.data;
    const paper = typeof scenes?.paper === 'number' ? scenes.paper : USUAL_PAPER;
    const levels = from === 'scenes' ? sceneLevels(border, paper) : undefined;
    if (levels === undefined) return this.lookAt(frame, signal);
    const found = await this.lookAt(atLevels(frame, levels.there), signal);
    return found.map((one) => (one.alone === undefined ? one : { ...one, alone: atLevels(one.alone, levels.back) }));
  }

  private async lookAt(frame: GreyImage, signal: AbortSignal | undefined): Promise<readonly Detection[]> {
    if (this.disposed) throw new TypeError('this detector has been disposed');
    const found = await this.boxesIn(frame, signal);
    if (!this.reading.separates) return found;
    const detections: Detection[] = [];
    const paper = medianOfBorder(frame);
    for (const { box, score } of found) {
      throwIfAborted(signal, 'Detection');
      const others = found.flatMap((other) =>
        other.box !== box && intersectionOverUnion(other.box, box) > TOUCHING ? [other.box] : [],
      );
      detections.push(
        others.length > 0 ? { box, score, alone: this.separate(frame, box, others, paper) } : { box, score },
      );
      await setImmediate();
    }
    return detections;
  }

  /**
   * The organism in a box alone on the frame's background, without what lies over it, of the box rounded outwards to whole pixels.
   *
   * @param others boxes of the organisms that lie on it, as far as they are known
   * @param paper  grey level of the background. Default: the median of the frame's border
   * @throws CladenetError USAGE for a detector without a separator
   */
  separate(frame: GreyImage, box: Box, others: readonly Box[] = [], paper = medianOfBorder(frame)): GreyImage {
    const { separator } = this.description;
    const weights = this.weights.separator;
    if (separator === null || weights === undefined) {
      throw new CladenetError('USAGE', 'This detector has no separator', [
        { where: 'separator', expected: 'a detector that was trained with one', received: 'one without' },
      ]);
    }
    this.separator ??= forwardOf(this.make, mapModel(separator.network, 1), separatorObjective, weights, {
      side: SEPARATOR_SIDE,
      channels: SEPARATOR_CHANNELS,
    });
    return aloneIn(frame, box, this.separator.run(lookedAt(frame, box, others)), Math.max(1, paper));
  }

  /**
   * The same detector, read otherwise: it leaves out detections below another score, takes edges from elsewhere, does not separate, looks at
   * mirrored views, or scales frames otherwise. They share the weights; each is disposed by itself.
   *
   * @throws CladenetError USAGE with all that is not valid, and for four views where no score was chosen for them and none is given
   */
  withReading(other: OtherReading): LearnedDetector {
    const { make, description, weights, history } = this;
    return new LearnedDetector(make, description, weights, history, { ...this.other, ...other });
  }

  /** Saves it as a folder, whole or not at all. @throws CladenetError USAGE, OUTPUT */
  async save(folder: string): Promise<void> {
    await saveDetector(folder, this);
  }

  dispose(): void {
    this.network?.dispose();
    this.separator?.dispose();
    [this.network, this.separator] = [undefined, undefined];
    this.disposed = true;
  }

  private async boxesIn(frame: GreyImage, signal: AbortSignal | undefined): Promise<ScoredBox[]> {
    const { side } = this.parts;
    const { views, scale, threshold, edges } = this.reading;
    const { suppression } = this.description;
    const reading = { threshold, suppression, edges };
    const { model, objective } = this.parts;
    this.network ??= forwardOf(this.make, model, objective, this.weights.detector, { side, channels: 1 });
    const { run } = this.network;
    const shared = Math.round(SHARED * side);
    const [width, height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
    const columns = startsOf(width, side, shared);
    const rows = startsOf(height, side, shared);
    const found: ScoredBox[] = [];
    for (const [row, y] of rows.entries()) {
      for (const [column, x] of columns.entries()) {
        throwIfAborted(signal, 'Detection');
        const pixels = sampled(frame, { x: x / scale, y: y / scale, step: 1 / scale, width: side, height: side });
        const tile = { pixels, width: side, height: side };
        for (const { box, score } of organismsInViews(tile, run, this.parts, views, reading)) {
          const at = { ...box, x: box.x + x, y: box.y + y };
          const isOwn = owns(columns, column, side, at.x + at.width / 2) && owns(rows, row, side, at.y + at.height / 2);
          const inside = isOwn ? insideOf(at, width, height) : undefined;
          if (inside !== undefined) found.push({ box: scaled(inside, 1 / scale), score });
        }
        await setImmediate();
      }
    }
    return merged(found, columns.length * rows.length === 1 ? 1 : suppression);
  }
}

/** Whether a tile keeps what has its centre there: of two neighbours the one whose middle is nearer. */
function owns(starts: readonly number[], tile: number, side: number, centre: number): boolean {
  const border = (left: number, right: number) => ((starts[left] as number) + side + (starts[right] as number)) / 2;
  return (
    (tile === 0 || centre >= border(tile - 1, tile)) && (tile === starts.length - 1 || centre < border(tile, tile + 1))
  );
}

const scaled = ({ x, y, width, height }: Box, factor: number): Box => ({
  x: x * factor,
  y: y * factor,
  width: width * factor,
  height: height * factor,
});

/** The part of a box that lies in the frame. A frame smaller than a tile is continued beyond its border. */
function insideOf({ x, y, width, height }: Box, frameWidth: number, frameHeight: number): Box | undefined {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(frameWidth, x + width), Math.min(frameHeight, y + height)];
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/** The surest first, without what two tiles found twice. Within a tile this has been done by sets. */
function merged(found: readonly ScoredBox[], suppression: number): ScoredBox[] {
  const sorted = [...found].sort((a, b) => b.score - a.score);
  if (suppression === 1) return sorted;
  const kept: ScoredBox[] = [];
  for (const one of sorted) {
    if (!kept.some(({ box }) => intersectionOverUnion(box, one.box) > suppression)) kept.push(one);
  }
  return kept;
}
