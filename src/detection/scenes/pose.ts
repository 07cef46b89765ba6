/** An organism scaled, turned and mirrored. */
import type { GreyImage } from '../../features/grey-image.js';
import type { BoxMask } from '../detector.js';
import type { Cutout } from './cutout.js';

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
  let { scale } = pose;
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
  const { levels, mask, width, height } = source;
  const [cos, sin] = [Math.cos(angle) / factor, Math.sin(angle) / factor];
  const outWidth = Math.ceil(factor * factor * (Math.abs(width * cos) + Math.abs(height * sin))) + 2;
  const outHeight = Math.ceil(factor * factor * (Math.abs(width * sin) + Math.abs(height * cos))) + 2;
  const outLevels = new Uint8Array(outWidth * outHeight).fill(255);
  const outMask = new Uint8Array(outWidth * outHeight);
  let [left, right, top, bottom, area] = [outWidth, -1, outHeight, -1, 0];
  for (let y = 0; y < outHeight; y++) {
    const dy = y + 0.5 - outHeight / 2;
    for (let x = 0; x < outWidth; x++) {
      const dx = x + 0.5 - outWidth / 2;
      const across = cos * dx + sin * dy;
      const sx = (mirrored ? -across : across) + width / 2 - 0.5;
      const sy = cos * dy - sin * dx + height / 2 - 0.5;
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      if (x0 < -1 || y0 < -1 || x0 >= width || y0 >= height) continue;
      const fx = sx - x0;
      const fy = sy - y0;
      let [paper, inside] = [1, 0];
      let level = 0;
      for (let corner = 0; corner < 4; corner++) {
        const cx = x0 + (corner & 1);
        const cy = y0 + (corner >> 1);
        if (cx < 0 || cy < 0 || cx >= width || cy >= height) continue;
        const weight = ((corner & 1) === 1 ? fx : 1 - fx) * (corner >> 1 === 1 ? fy : 1 - fy);
        const at = cy * width + cx;
        level += weight * (levels[at] as number);
        inside += weight * (mask[at] as number);
        paper -= weight;
      }
      const at = y * outWidth + x;
      outLevels[at] = level + 255 * paper + 0.5;
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
  return { alone: { pixels: cut(outLevels), width: boxWidth, height: boxHeight }, mask: cut(outMask), area };
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
    for (let y = 0; y < halfHeight; y++) {
      for (let x = 0; x < halfWidth; x++) {
        let sum = 0;
        for (let corner = 0; corner < 4; corner++) {
          const [cx, cy] = [2 * x + (corner & 1), 2 * y + (corner >> 1)];
          sum += cx < width && cy < height ? (from[cy * width + cx] as number) : beyond;
        }
        to[y * halfWidth + x] = sum / 4;
      }
    }
    return to;
  };
  return { levels: mean(levels, 255), mask: mean(mask, 0), width: halfWidth, height: halfHeight };
}
