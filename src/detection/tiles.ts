/** Large frames, tile by tile: memory holds one tile, and what was found. */
import { throwIfAborted } from '../abort.js';
import { type Box, roundedOutwards, sharedArea } from '../box.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Detection, Detector } from './detector.js';
import type { FrameReader } from './frames/frame.js';
import { levelsOf } from './frames/levels.js';

/** Options of {@link detectInTiles}. */
export interface TileOptions {
  /** Side of a tile in pixels, with what it shares with its neighbours. Default 2048. */
  readonly tile?: number | undefined;
  /** Pixels that neighbours share: larger organisms than this may be cut. Default 256. */
  readonly overlap?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Reports the number of tiles done so far, and of all tiles. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** Of two pieces that the border of a tile cut: they are of one organism if they share at least this of the smaller one. */
const SAME = 0.5;

/**
 * Finds the organisms of a frame tile by tile. An organism that two tiles see is found once: one that lies whole in several tiles is
 * taken from the tile whose own part of the frame its centre is in; pieces that the border of a tile cuts are put together
 * where they overlap, and dropped where a whole organism covers them.
 *
 * A frame that is no larger than a tile is one tile. All tiles are looked at by the levels of the whole frame (`Detector.withLevels`).
 *
 * @throws CladenetError CONFIG for a tile that is not larger than twice its overlap; ABORTED; as the detector
 */
export async function detectInTiles(
  frame: FrameReader,
  detector: Detector,
  { tile = 2048, overlap = 256, signal, onProgress }: TileOptions = {},
): Promise<readonly Detection[]> {
  requireTiles(tile, overlap);
  const [columns, rows] = [parts(frame.width, tile, overlap), parts(frame.height, tile, overlap)];
  const whole: Detection[] = [];
  const pieces: Detection[] = [];
  const total = columns.length * rows.length;
  // A single tile is the frame, whose levels it shows.
  const looking =
    total === 1 ? detector : (detector.withLevels?.(await levelsOf(frame, tile * tile, signal)) ?? detector);
  let done = 0;
  for (const down of rows) {
    for (const across of columns) {
      throwIfAborted(signal, 'The detection');
      const box = { x: across.from, y: down.from, width: across.to - across.from, height: down.to - down.from };
      for (const local of await looking.detect(await frame.read(box), signal)) {
        const found = moved(local, box);
        const centre = { x: found.box.x + found.box.width / 2, y: found.box.y + found.box.height / 2 };
        if (isCut(found.box, box, frame)) pieces.push(found);
        else if (isWithin(centre.x, across) && isWithin(centre.y, down)) whole.push(found);
      }
      done++;
      onProgress?.({ done, total });
    }
  }
  const uncovered = pieces.filter((piece) => !whole.some((one) => shareOfSmaller(one.box, piece.box) >= SAME));
  return [...whole, ...joined(uncovered)].sort((a, b) => b.score - a.score);
}

/** A tile along one axis: the pixels that it reads, and those whose organisms are its own. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly ownFrom: number;
  readonly ownTo: number;
}

/** Tiles along an axis of `length` pixels, of equal size. */
function parts(length: number, tile: number, overlap: number): readonly Part[] {
  const count = length <= tile ? 1 : Math.ceil((length - overlap) / (tile - overlap));
  const side = Math.min(length, tile);
  return Array.from({ length: count }, (_, i) => {
    const start = (k: number) => (count === 1 ? 0 : Math.round((k * (length - side)) / (count - 1)));
    const middle = (k: number) => (start(k) + start(k - 1) + side) / 2;
    return {
      from: start(i),
      to: start(i) + side,
      ownFrom: i === 0 ? Number.NEGATIVE_INFINITY : middle(i),
      ownTo: i === count - 1 ? Number.POSITIVE_INFINITY : middle(i + 1),
    };
  });
}

const isWithin = (at: number, { ownFrom, ownTo }: Part): boolean => at >= ownFrom && at < ownTo;

const moved = (found: Detection, { x, y }: Box): Detection => ({
  ...found,
  box: { ...found.box, x: found.box.x + x, y: found.box.y + y },
});

/** Whether a box ends at a border of its tile that is none of the frame. */
function isCut(box: Box, tile: Box, frame: FrameReader): boolean {
  const { x, y, width, height } = roundedOutwards(box);
  return (
    (x <= tile.x && tile.x > 0) ||
    (y <= tile.y && tile.y > 0) ||
    (x + width >= tile.x + tile.width && tile.x + tile.width < frame.width) ||
    (y + height >= tile.y + tile.height && tile.y + tile.height < frame.height)
  );
}

const shareOfSmaller = (a: Box, b: Box): number => sharedArea(a, b) / Math.min(a.width * a.height, b.width * b.height);

/** Pieces that overlap, as one detection each. */
function joined(pieces: readonly Detection[]): readonly Detection[] {
  const result: Detection[] = [];
  for (const piece of pieces) {
    let one = piece;
    // A joined piece may overlap further ones.
    for (let i = result.findIndex(overlaps); i >= 0; i = result.findIndex(overlaps)) {
      one = union(one, result[i] as Detection);
      result.splice(i, 1);
    }
    result.push(one);

    function overlaps(other: Detection): boolean {
      return sharesEdge(other.box, one.box) || shareOfSmaller(other.box, one.box) >= SAME;
    }
  }
  return result;
}

/** Whether two pieces, cut by neighbouring tiles, agree about the strip that both tiles see. */
function sharesEdge(a: Box, b: Box): boolean {
  const shared = sharedArea(a, b);
  if (shared === 0) return false;
  const left = Math.max(a.x, b.x);
  const top = Math.max(a.y, b.y);
  const strip = {
    width: Math.min(a.x + a.width, b.x + b.width) - left,
    height: Math.min(a.y + a.height, b.y + b.height) - top,
  };
  return strip.height >= SAME * Math.min(a.height, b.height) || strip.width >= SAME * Math.min(a.width, b.width);
}

function union(a: Detection, b: Detection): Detection {
  const [x, y] = [Math.min(a.box.x, b.box.x), Math.min(a.box.y, b.box.y)];
  const box = {
    x,
    y,
    width: Math.max(a.box.x + a.box.width, b.box.x + b.box.width) - x,
    height: Math.max(a.box.y + a.box.height, b.box.y + b.box.height) - y,
  };
  const score = Math.max(a.score, b.score);
  if (a.mask === undefined || b.mask === undefined) return { box, score };
  const { width, height } = roundedOutwards(box);
  const mask = new Uint8Array(width * height);
  const alone = a.alone && b.alone && { pixels: new Uint8Array(width * height).fill(paperOf(a)), width, height };
  for (const part of [b, a]) {
    const at = roundedOutwards(part.box);
    const [left, top] = [at.x - Math.floor(x), at.y - Math.floor(y)];
    for (let i = 0; i < (part.mask?.length ?? 0); i++) {
      if (part.mask?.[i] !== 1) continue;
      const to = (top + Math.floor(i / at.width)) * width + left + (i % at.width);
      mask[to] = 1;
      if (alone !== undefined) alone.pixels[to] = part.alone?.pixels[i] ?? 0;
    }
  }
  return { box, score, mask, alone };
}

/** The level around an organism that is alone. */
const paperOf = ({ mask, alone }: Detection): number => alone?.pixels.find((_, i) => mask?.[i] === 0) ?? 255;

function requireTiles(tile: number, overlap: number): void {
  const problems: Problem[] = [];
  if (!(Number.isInteger(overlap) && overlap >= 0)) {
    problems.push({ where: 'overlap', expected: 'a whole number of pixels from 0', received: String(overlap) });
  }
  if (!(Number.isInteger(tile) && tile > 2 * overlap)) {
    const expected = `a whole number of pixels above twice the overlap, ${2 * overlap}`;
    problems.push({ where: 'tile', expected, received: String(tile) });
  }
  if (problems.length > 0) throw new CladenetError('CONFIG', 'These tiles are not valid', problems);
}
