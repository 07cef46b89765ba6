/** The grey level at which organisms begin in a frame. */
import { type Background, backgroundOf, DEFAULT_THRESHOLDS } from '../../features/segmentation/background.js';
import type { SegmentationOptions } from '../../features/segmentation/options.js';
import { type SeenLevels, separated } from '../../features/segmentation/separated.js';

/** The usual level is no use nearer to the background than so many of its deviations; then organisms begin so far from it. */
const [NEAREST, AWAY] = [2, 4];
/** Grey levels by which organisms differ at least from a background without noise. */
const LEAST = 4;

/**
 * The background and the threshold of a frame, by option or by its levels. Without a threshold it is that of ZooProcess (light) or of the
 * UVP6 (dark), if the background's noise does not reach it. The frames of another instrument are separated at four standard deviations of
 * their background. (Otsu's level lies halfway between background and organisms, so it cuts off what is thin or faint.)
 */
export function frameSeparation(
  levels: SeenLevels,
  how: Pick<SegmentationOptions, 'background' | 'threshold'>,
): { readonly background: Background; readonly threshold: number } {
  const { border } = levels;
  const wanted = how.background ?? 'auto';
  const seen = backgroundOf(border);
  // Of a wrong background, the levels say nothing.
  if (how.threshold !== undefined || (wanted !== 'auto' && wanted !== seen)) return separated(levels, how);
  const usual = DEFAULT_THRESHOLDS[seen];
  const towards = seen === 'light' ? -1 : 1;
  const deviation = deviationBeyond(levels.counts(), border, -towards);
  if (towards * (usual - border) >= Math.max(LEAST, NEAREST * deviation)) return { background: seen, threshold: usual };
  const own = Math.round(border + towards * Math.max(LEAST, AWAY * deviation));
  return { background: seen, threshold: Math.min(254, Math.max(1, own)) };
}

/** The standard deviation of the background, by the levels on its side that is not the organisms'. */
function deviationBeyond(counts: Float64Array, border: number, side: number): number {
  let [squares, pixels] = [0, 0];
  for (let level = border + side; level >= 0 && level <= 255; level += side) {
    const count = counts[level] as number;
    squares += count * (level - border) ** 2;
    pixels += count;
  }
  // Half of the background's own level belongs to that side.
  pixels += (counts[border] as number) / 2;
  return pixels === 0 ? 0 : Math.sqrt(squares / pixels);
}
