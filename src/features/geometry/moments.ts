/** Moments of a mask or of grey levels in a mask. */

/** Central moments up to order 3, about (`x`, `y`), the centre of mass. x runs along rows; the first pixel's centre is 0. */
export interface Moments {
  /** The mass: pixels, or the sum of the weights. */
  readonly mass: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
  readonly xxx: number;
  readonly xxy: number;
  readonly xyy: number;
  readonly yyy: number;
}

/** Moments of the pixels in a mask, each with a weight of 1, or weighted by grey level. */
export function momentsOf(mask: Uint8Array, width: number, grey?: Uint8Array): Moments {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let i = 0, x = 0, y = 0; i < mask.length; i++) {
    if (mask[i] === 1) {
      const weight = grey === undefined ? 1 : (grey[i] as number);
      mass += weight;
      sumX += weight * x;
      sumY += weight * y;
    }
    if (++x === width) {
      x = 0;
      y++;
    }
  }
  const [centreX, centreY] = [sumX / mass, sumY / mass];
  let [xx, xy, yy, xxx, xxy, xyy, yyy] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0, x = 0, y = 0; i < mask.length; i++) {
    if (mask[i] === 1) {
      const weight = grey === undefined ? 1 : (grey[i] as number);
      const [dx, dy] = [x - centreX, y - centreY];
      const [wx, wy] = [weight * dx, weight * dy];
      xx += wx * dx;
      xy += wx * dy;
      yy += wy * dy;
      xxx += wx * dx * dx;
      xxy += wx * dx * dy;
      xyy += wx * dy * dy;
      yyy += wy * dy * dy;
    }
    if (++x === width) {
      x = 0;
      y++;
    }
  }
  return { mass, x: centreX, y: centreY, xx, xy, yy, xxx, xxy, xyy, yyy };
}

/** An ellipse with the second moments of some pixels. Lengths are of whole axes, in pixels. */
export interface Ellipse {
  readonly major: number;
  readonly minor: number;
  /** Degrees from 0 to below 180, counter-clockwise from the x axis to the major axis. */
  readonly angle: number;
}

/**
 * The ellipse that ImageJ fits (`EllipseFitter`): it has the second moments of the pixels, each of which counts as a square
 * (1/12 is added to each variance), scaled to the area of the mask.
 */
export function areaEllipse({ mass, xx, xy, yy }: Moments): Ellipse {
  const [a, b, c] = [xx / mass + 1 / 12, xy / mass, yy / mass + 1 / 12];
  const { large, small, angle } = axes(a, b, c);
  const ratio = Math.sqrt(large / small);
  const minor = Math.sqrt((4 * mass) / (Math.PI * ratio));
  return { major: ratio * minor, minor, angle };
}

/** The ellipse with the second moments of the pixels' centres (scikit-image, `regionprops`). */
export function momentEllipse({ mass, xx, xy, yy }: Moments): Ellipse {
  const { large, small, angle } = axes(xx / mass, xy / mass, yy / mass);
  return { major: 4 * Math.sqrt(large), minor: 4 * Math.sqrt(small), angle };
}

/** The eigenvalues of a covariance matrix, and the angle of the first eigenvector, y counted upwards. */
function axes(
  a: number,
  b: number,
  c: number,
): { readonly large: number; readonly small: number; readonly angle: number } {
  const half = (a + c) / 2;
  const spread = Math.hypot((a - c) / 2, b);
  const angle = (Math.atan2(-2 * b, a - c) * 90) / Math.PI;
  const positive = angle < 0 ? angle + 180 : angle;
  return {
    large: half + spread,
    small: Math.max(0, half - spread),
    angle: positive === 0 || positive >= 180 ? 0 : positive,
  };
}
