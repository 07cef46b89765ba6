/** What a separator learns from: one organism of a pair, whose density is known alone. */
import type { Box } from '../../../box.js';
import { type Random, random } from '../../../random.js';
import type { Scenes } from '../../scenes/compose-scenes.js';
import { sampled } from '../squares/sample.js';
import { lookedAt, SHARE_SIDE, surroundings } from '../squares/separator-view.js';
import type { Examples, Looked } from './examples.js';
import { sceneOf } from './scene-examples.js';

/** How far the boxes of a training are from the true ones, at most, in their sides. */
const JITTER = 0.08;
/** Share of the organisms on it of which a training does not know, as a detector misses some. */
const MISSED = 0.2;

/** The density of each grey level, of which 255 is white; black counts as level 1. */
const DENSITIES = Float32Array.from({ length: 256 }, (_, level) => -Math.log(Math.max(1, level) / 255));

function densities(levels: Uint8Array): Float32Array {
  const result = new Float32Array(levels.length);
  for (let i = 0; i < levels.length; i++) result[i] = DENSITIES[levels[i] as number] as number;
  return result;
}

/** An organism among others. */
export interface SeparatorExample extends Looked {
  /** Density of all that is there, and of the organism alone [32 x 32]. */
  readonly total: Float32Array;
  readonly own: Float32Array;
}

/** @param scenes of pairs of organisms */
export function separatorExamples(scenes: Scenes, count = scenes.count): Examples<SeparatorExample> {
  return {
    count,
    exampleAt(index, seed) {
      const number = seed === undefined ? index : sceneOf(seed);
      const { frame, organisms } = scenes.sceneAt(number);
      const draw = random('separator', number);
      const organism = organisms[draw.integer(organisms.length)] as (typeof organisms)[number];
      const { x, y } = organism.box;
      const box = nearly(organism.box, draw);
      const others = organisms.filter((other) => other !== organism && draw.uniform() >= MISSED);
      const window = surroundings(box, SHARE_SIDE);
      return {
        pixels: lookedAt(
          frame,
          box,
          others.map((other) => nearly(other.box, draw)),
        ),
        total: densities(sampled(frame, window)),
        own: densities(sampled(organism.alone, { ...window, x: window.x - x, y: window.y - y }, 255)),
      };
    },
  };
}

/** A box as a detector might find it. */
function nearly({ x, y, width, height }: Box, draw: Random): Box {
  const jitter = () => 1 + JITTER * (2 * draw.uniform() - 1);
  const [w, h] = [width * jitter(), height * jitter()];
  return {
    x: x + (width - w) / 2 + width * (jitter() - 1),
    y: y + (height - h) / 2 + height * (jitter() - 1),
    width: w,
    height: h,
  };
}
