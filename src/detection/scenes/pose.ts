/** An organism scaled, turned and mirrored. */
import type { GreyImage } from '../../features/grey-image.js';
import type { BoxMask } from '../detector.js';
import type { Cutout } from './cutout.js';
import { bitsOf, type MaskBits } from './mask-bits.js';

/** How an organism lies. */
export interface Pose {
  readonly scale: number;
  /** Radians, clockwise. */
  readonly angle: number;
  /** Whether left and right are exchanged, before it is turned. */
  readonly mirrored: boolean;
}

/** An organism in a pose, cut to its mask. */
export interface Posed {
  /** The organism's grey levels on white, as large as its box. */
  readonly alone: GreyImage;
  readonly mask: BoxMask;
  readonly bits: MaskBits;
  /** Pixels of the mask. */
  readonly area: number;
}

/**
 * The organism in a pose, interpolated between pixels; scaled down by more than two, it is averaged first. Undefined where
 * nothing is left of it.
 *
 * @param longest pixels; an organism whose longer side would be longer is scaled down to it
 */
export function posed(cutout: Cutout, pose: Pose, longest: number): Posed | undefined {
  // However it is turned, its longer side is at least this long.
  const least = Math.max(cutout.width, cutout.height) / Math.SQRT2;
  let scale = Math.min(pose.scale, (longest + 2) / least);
  // The longer side in a pose is known once it is drawn; of a second drawing, it fits.
  for (let attempt = 0; attempt < 4; attempt++) {
    const drawn = drawnIn(cutout, { ...pose, scale });
    const side = drawn === undefined ? 0 : Math.max(drawn.alone.width, drawn.alone.height);
    if (side <= longest) return drawn;
    scale *= (longest - 0.5) / side;
  }
  return undefined;
}

function drawnIn(cutout: Cutout, { scale, angle, mirrored }: Pose): Posed | undefined {
  let [source, factor] = [cutout as Sampled, scale];
  while (factor <= 0.5 && Math.max(source.width, source.height) > 1) {
    source = halved(source);
    factor *= 2;
  }
  const { width, height } = source;
  const stride = width + 3;
  const levels = padded(source.levels, source, 255);
  const mask = padded(source.mask, source, 0);
  const [cos, sin] = [Math.cos(angle) / factor, Math.sin(angle) / factor];
  const outWidth = Math.ceil(factor * factor * (Math.abs(width * cos) + Math.abs(height * sin))) + 2;
  const outHeight = Math.ceil(factor * factor * (Math.abs(width * sin) + Math.abs(height * cos))) + 2;
  const outLevels = new Uint8Array(outWidth * outHeight).fill(255);
  const outMask = new Uint8Array(outWidth * outHeight);
  const [across, down] = [mirrored ? -cos : cos, -sin];
  let [left, right, top, bottom, area] = [outWidth, -1, outHeight, -1, 0];
  for (let y = 0; y < outHeight; y++) {
    const dy = y + 0.5 - outHeight / 2;
    const dx = 0.5 - outWidth / 2;
    // Where the row begins in the source, in pixels of the padded array.
    const startX = (mirrored ? -1 : 1) * (cos * dx + sin * dy) + width / 2 + 0.5;
    const startY = cos * dy - sin * dx + height / 2 + 0.5;
    const [from, to] = within(within([0, outWidth - 1], startX, across, width + 1), startY, down, height + 1);
    for (let x = from; x <= to; x++) {
      const sx = startX + across * x;
      const sy = startY + down * x;
      const x0 = sx | 0;
      const y0 = sy | 0;
      const fx = sx - x0;
      const fy = sy - y0;
      const one = y0 * stride + x0;
      const two = one + stride;
      const w11 = fx * fy;
      const w10 = fy - w11;
      const w01 = fx - w11;
      const w00 = 1 - fx - w10;
      const at = y * outWidth + x;
      outLevels[at] =
        w00 * (levels[one] as number) +
        w01 * (levels[one + 1] as number) +
        w10 * (levels[two] as number) +
        w11 * (levels[two + 1] as number) +
        0.5;
      const inside =
        w00 * (mask[one] as number) +
        w01 * (mask[one + 1] as number) +
        w10 * (mask[two] as number) +
        w11 * (mask[two + 1] as number);
      if (inside < 0.5) continue;
      outMask[at] = 1;
      area++;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (area === 0) return undefined;
  const [boxWidth, boxHeight] = [right - left + 1, bottom - top + 1];
  const cut = (from: Uint8Array) => {
    const to = new Uint8Array(boxWidth * boxHeight);
    for (let y = 0; y < boxHeight; y++) {
      const start = (y + top) * outWidth + left;
      to.set(from.subarray(start, start + boxWidth), y * boxWidth);
    }
    return to;
  };
  const cutMask = cut(outMask);
  return {
    alone: { pixels: cut(outLevels), width: boxWidth, height: boxHeight },
    mask: cutMask,
    bits: bitsOf(cutMask, boxWidth, boxHeight),
    area,
  };
}

/** The part of a range of x in which `start + slope * x` is from 0 up to, not including, `end`. */
function within([from, to]: readonly [number, number], start: number, slope: number, end: number): [number, number] {
  if (Math.abs(slope) < 1e-12) return start >= 0 && start < end ? [from, to] : [0, -1];
  const [a, b] = [-start / slope, (end - start) / slope];
  const [first, last] = [Math.ceil(Math.min(a, b) + 1e-9), Math.floor(Math.max(a, b) - 1e-9)];
  return [Math.max(from, first), Math.min(to, last)];
}

/** With a pixel of paper on the left and above, and two on the right and below. */
function padded(
  from: Uint8Array | Float32Array,
  { width, height }: Sampled,
  beyond: number,
): Uint8Array | Float32Array {
  const stride = width + 3;
  const to = new (from instanceof Uint8Array ? Uint8Array : Float32Array)(stride * (height + 3));
  if (beyond !== 0) to.fill(beyond);
  for (let y = 0; y < height; y++) to.set(from.subarray(y * width, (y + 1) * width), (y + 1) * stride + 1);
  return to;
}

interface Sampled {
  readonly levels: Uint8Array | Float32Array;
  readonly mask: Uint8Array | Float32Array;
  readonly width: number;
  readonly height: number;
}

/** At half the size: means of 2 x 2 pixels; beyond the border is paper. */
function halved({ levels, mask, width, height }: Sampled): Sampled {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const mean = (from: Uint8Array | Float32Array, beyond: number) => {
    const to = new Float32Array(halfWidth * halfHeight);
    for (let y = 0, at = 0; y < halfHeight; y++) {
      const upper = 2 * y * width;
      const lower = upper + width;
      const hasLower = 2 * y + 1 < height;
      for (let x = 0; x < halfWidth; x++, at++) {
        const [left, right] = [2 * x, 2 * x + 1];
        const hasRight = right < width;
        const above = (from[upper + left] as number) + (hasRight ? (from[upper + right] as number) : beyond);
        const below = hasLower ? (from[lower + left] as number) : beyond;
        to[at] = (above + below + (hasLower && hasRight ? (from[lower + right] as number) : beyond)) / 4;
      }
    }
    return to;
  };
  return { levels: mean(levels, 255), mask: mean(mask, 0), width: halfWidth, height: halfHeight };
}
