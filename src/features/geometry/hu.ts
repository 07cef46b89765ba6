/** Moments that do not change when an organism is shifted, scaled or turned. */
import type { Moments } from './moments.js';

/**
 * The seven invariants of M.-K. Hu, "Visual pattern recognition by moment invariants", IRE Transactions on Information Theory
 * 8 (1962) 179-187, of normalised central moments. A mirror image has the seventh with the other sign.
 */
export function huMoments({ mass, xx, xy, yy, xxx, xxy, xyy, yyy }: Moments): readonly number[] {
  const [second, third] = [mass ** 2, mass ** 2.5];
  const [n20, n11, n02] = [xx / second, xy / second, yy / second];
  const [n30, n21, n12, n03] = [xxx / third, xxy / third, xyy / third, yyy / third];
  const [a, b, c, d] = [n30 + n12, n21 + n03, n30 - 3 * n12, 3 * n21 - n03];
  const [aa, bb] = [a * a, b * b];
  return [
    n20 + n02,
    (n20 - n02) ** 2 + 4 * n11 * n11,
    c * c + d * d,
    aa + bb,
    c * a * (aa - 3 * bb) + d * b * (3 * aa - bb),
    (n20 - n02) * (aa - bb) + 4 * n11 * a * b,
    d * a * (aa - 3 * bb) - c * b * (3 * aa - bb),
  ];
}
