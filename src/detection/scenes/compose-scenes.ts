/** Frames composed of single organisms, whose boxes, masks and overlaps are known exactly. */
import { type Box, sharedArea } from '../../box.js';
import { CladenetError } from '../../errors.js';
import type { GreyImage } from '../../features/grey-image.js';
import { sortByCodePoint } from '../../order.js';
import { hash32, type Random, random } from '../../random.js';
import type { BoxMask } from '../detector.js';
import type { Cutout } from './cutout.js';
import { type SceneOptions, type SceneSettings, sceneSettings } from './options.js';
import { overlapOf, type Place, placeOver } from './overlap.js';
import { paper, withNoise } from './paper.js';
import { type Posed, posed } from './pose.js';

/** An organism in a scene. */
export interface SceneOrganism {
  /** The number of its category. */
  readonly category: number;
  /** The smallest box around its mask, in whole pixels of the frame. */
  readonly box: Box;
  /** Its pixels, whatever lies over them. */
  readonly mask: BoxMask;
  /** It alone on white (255), as large as its box: level / 255 is its transmission. */
  readonly alone: GreyImage;
  /** The number of the crop that it is of. */
  readonly crop: number;
}

/** Two organisms of a scene that share pixels. */
export interface SceneOverlap {
  readonly first: number;
  readonly second: number;
  /** The share of the smaller one's mask that both have. */
  readonly overlap: number;
}

/** A frame and what is in it. */
export interface Scene {
  readonly frame: GreyImage;
  readonly organisms: readonly SceneOrganism[];
  /** The pairs that share pixels. */
  readonly overlaps: readonly SceneOverlap[];
}

/** Scenes, each composed when it is asked for. Going through them composes the first `count`. */
export interface Scenes extends Iterable<Scene> {
  readonly count: number;
  /** The names of the categories, in code point order. */
  readonly categories: readonly string[];
  /** Composes scene `index`, 0 or more, also beyond `count`. The same index gives the same scene. */
  sceneAt(index: number): Scene;
}

/** Draws of crops, poses and places until two organisms overlap as wanted. */
const PAIR_ATTEMPTS = 200;
/** Draws of a place in a random scene. */
const PLACE_ATTEMPTS = 20;

/**
 * Composes frames of organisms. Light passes through all that lies on one place, so transmissions (level / 255) multiply,
 * and where organisms overlap the frame is darker. Paper and noise are drawn for each frame.
 *
 * @param cutouts organisms, as `cutOut` gives them; for a test, of test crops only
 * @throws CladenetError USAGE with all options that are not valid; DATASET without organisms, with one class where pairs are of different
 *   ones; and, from `sceneAt`, when no two organisms overlap as wanted
 */
export function composeScenes(cutouts: readonly Cutout[], options: SceneOptions): Scenes {
  const settings = sceneSettings(options);
  const pool = poolOf(cutouts, settings);
  return {
    count: settings.count,
    categories: pool.categories,
    sceneAt: (index) => sceneAt(index, pool, settings),
    *[Symbol.iterator]() {
      for (let index = 0; index < settings.count; index++) yield sceneAt(index, pool, settings);
    },
  };
}

/** The organisms to draw from. */
interface Pool {
  readonly cutouts: readonly Cutout[];
  readonly categories: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  /** The organisms of each category. */
  readonly byCategory: readonly (readonly Cutout[])[];
}

function poolOf(cutouts: readonly Cutout[], { pairOf, layout }: SceneSettings): Pool {
  const categories = sortByCodePoint([...new Set(cutouts.map(({ category }) => category))]);
  const numbers = new Map(categories.map((name, number) => [name, number]));
  const least = layout === 'pairs' && pairOf === 'different classes' ? 2 : 1;
  if (categories.length < least) {
    const expected = least === 1 ? 'at least one organism' : 'organisms of at least two classes';
    const received = categories.length === 0 ? 'none' : `only ${categories[0]}`;
    throw new CladenetError('DATASET', 'There is nothing to compose scenes of.', [
      { where: 'cutouts', expected, received },
    ]);
  }
  const byCategory = categories.map((name) => cutouts.filter(({ category }) => category === name));
  return { cutouts, categories, numbers, byCategory };
}

/** An organism with its place. */
interface Placed {
  readonly cutout: Cutout;
  readonly posed: Posed;
  readonly place: Place;
}

function sceneAt(index: number, pool: Pool, settings: SceneSettings): Scene {
  if (!Number.isSafeInteger(index) || index < 0) {
    const problem = { where: 'index', expected: 'a whole number of at least 0', received: `${index}` };
    throw new CladenetError('USAGE', 'There is no such scene.', [problem]);
  }
  const draws = random(settings.seed, 'scene', index);
  const placed = settings.layout === 'pairs' ? pairOf(pool, settings, draws) : crowdOf(pool, settings, draws);
  const levels = paper(settings, variation('texture', index, settings), draws);
  for (const { posed, place } of placed) multiply(levels, settings.width, posed.alone, place);
  const pixels = withNoise(levels, variation('noise', index, settings), hash32(settings.seed, 'noise', index));
  return {
    frame: { pixels, width: settings.width, height: settings.height },
    organisms: placed.map(({ cutout, posed: { alone, mask }, place }) => ({
      category: pool.numbers.get(cutout.category) ?? 0,
      box: { ...place, width: alone.width, height: alone.height },
      mask,
      alone,
      crop: cutout.crop,
    })),
    overlaps: overlapsAmong(placed),
  };
}

/** A setting of a scene, by a draw of its own where it has a range. */
function variation(name: 'texture' | 'noise', index: number, settings: SceneSettings): number {
  const [least, most] = settings[name];
  return least === most ? least : least + (most - least) * random(settings.seed, name, 'of scene', index).uniform();
}

function multiply(levels: Float32Array, width: number, { pixels, ...size }: GreyImage, { x, y }: Place): void {
  for (let row = 0, from = 0; row < size.height; row++) {
    const start = (y + row) * width + x;
    for (let column = 0; column < size.width; column++, from++) {
      const level = pixels[from] as number;
      // Much of a box is white around the organism.
      if (level === 255) continue;
      const at = start + column;
      levels[at] = ((levels[at] as number) * level) / 255;
    }
  }
}

function overlapsAmong(placed: readonly Placed[]): SceneOverlap[] {
  return placed.flatMap((a, first) =>
    placed.slice(first + 1).flatMap((b, after) => {
      const overlap = overlapOf(a.posed, a.place, b.posed, b.place);
      return overlap > 0 ? [{ first, second: first + 1 + after, overlap }] : [];
    }),
  );
}

const between = ([least, most]: readonly [number, number], draws: Random) => least + (most - least) * draws.uniform();

/** Any of the organisms, or any of a class. */
function drawn(pool: Pool, { draw }: SceneSettings, draws: Random, among?: readonly Cutout[]): Cutout {
  const category = pool.byCategory[draws.integer(pool.byCategory.length)] ?? [];
  const from = among ?? (draw === 'classes' ? category : pool.cutouts);
  return from[draws.integer(from.length)] as Cutout;
}

function inPose(cutout: Cutout, settings: SceneSettings, draws: Random): Posed | undefined {
  const scale = between(settings.scale, draws);
  const angle = 2 * Math.PI * draws.uniform();
  const mirrored = draws.uniform() < 0.5;
  const pose = { scale, angle: settings.rotate ? angle : 0, mirrored: settings.mirror && mirrored };
  return posed(cutout, pose, settings.longestSide);
}

/** Two organisms that overlap as wanted, anywhere in the frame. */
function pairOf(pool: Pool, settings: SceneSettings, draws: Random): Placed[] {
  const { width, height, tolerance } = settings;
  const wanted = between(settings.overlap, draws);
  for (let attempt = 0; attempt < PAIR_ATTEMPTS; attempt++) {
    const one = drawn(pool, settings, draws);
    const other = partnerOf(one, pool, settings, draws);
    const [a, b] = [inPose(one, settings, draws), inPose(other, settings, draws)];
    if (a === undefined || b === undefined) continue;
    const over = placeOver(a, { x: 0, y: 0 }, b, { wanted, tolerance }, draws);
    if (over === undefined) continue;
    const [left, top] = [Math.min(0, over.x), Math.min(0, over.y)];
    const room = {
      x: width - Math.max(a.alone.width, over.x + b.alone.width) + left,
      y: height - Math.max(a.alone.height, over.y + b.alone.height) + top,
    };
    if (room.x < 0 || room.y < 0) continue;
    const [x, y] = [draws.integer(room.x + 1) - left, draws.integer(room.y + 1) - top];
    return [
      { cutout: one, posed: a, place: { x, y } },
      { cutout: other, posed: b, place: { x: x + over.x, y: y + over.y } },
    ];
  }
  const share = `${Math.round(100 * wanted)} % (tolerance ${100 * tolerance} points)`;
  throw new CladenetError('DATASET', 'No two organisms overlap as wanted.', [
    {
      where: 'overlap',
      expected: `two organisms of which ${share} of the smaller one can lie on the other`,
      received: `none in ${PAIR_ATTEMPTS} draws`,
      remedy: 'Give more crops, a smaller overlap or a larger tolerance.',
    },
  ]);
}

function partnerOf(one: Cutout, pool: Pool, settings: SceneSettings, draws: Random): Cutout {
  const own = pool.numbers.get(one.category) ?? 0;
  if (settings.pairOf === 'same class') return drawn(pool, settings, draws, pool.byCategory[own]);
  if (settings.pairOf === 'any') return drawn(pool, settings, draws);
  for (;;) {
    const other = drawn(pool, settings, draws);
    if (other.category !== one.category) return other;
  }
}

/** Organisms anywhere; where they need not lie apart, some of them are laid on another. */
function crowdOf(pool: Pool, settings: SceneSettings, draws: Random): Placed[] {
  const [least, most] = settings.organisms;
  const count = least + draws.integer(most - least + 1);
  const placed: Placed[] = [];
  for (let i = 0; i < count; i++) {
    const cutout = drawn(pool, settings, draws);
    const organism = inPose(cutout, settings, draws);
    if (organism === undefined) continue;
    const isLaid = settings.layout === 'random' && placed.length > 0 && draws.uniform() < settings.laidOnOthers;
    const place =
      (isLaid ? placeOn(placed, organism, settings, draws) : undefined) ?? anywhere(placed, organism, settings, draws);
    if (place !== undefined) placed.push({ cutout, posed: organism, place });
  }
  return placed;
}

function placeOn(
  placed: readonly Placed[],
  organism: Posed,
  settings: SceneSettings,
  draws: Random,
): Place | undefined {
  const wanted = between(settings.overlap, draws);
  for (let attempt = 0; attempt < PLACE_ATTEMPTS; attempt++) {
    const other = placed[draws.integer(placed.length)] as Placed;
    const { tolerance } = settings;
    const place = placeOver(other.posed, other.place, organism, { wanted, tolerance }, draws);
    if (place !== undefined && isFree(placed, organism, place, settings)) return place;
  }
  return undefined;
}

function anywhere(
  placed: readonly Placed[],
  organism: Posed,
  settings: SceneSettings,
  draws: Random,
): Place | undefined {
  for (let attempt = 0; attempt < PLACE_ATTEMPTS; attempt++) {
    const x = draws.integer(settings.width - organism.alone.width + 1);
    const y = draws.integer(settings.height - organism.alone.height + 1);
    if (isFree(placed, organism, { x, y }, settings)) return { x, y };
  }
  return undefined;
}

/** Whether it lies in the frame, and not on or near another one where it must not. */
function isFree(placed: readonly Placed[], organism: Posed, place: Place, settings: SceneSettings): boolean {
  const { width, height, overlap, tolerance, layout, gap } = settings;
  const { alone } = organism;
  if (place.x < 0 || place.y < 0 || place.x + alone.width > width || place.y + alone.height > height) return false;
  if (layout === 'apart') {
    const around = { x: place.x - gap, y: place.y - gap, width: alone.width + 2 * gap, height: alone.height + 2 * gap };
    return placed.every(({ posed: { alone: other }, place: at }) => {
      return sharedArea({ ...at, width: other.width, height: other.height }, around) === 0;
    });
  }
  const [, most] = overlap;
  return placed.every((other) => overlapOf(other.posed, other.place, organism, place) <= most + tolerance);
}
