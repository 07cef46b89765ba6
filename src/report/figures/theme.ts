/** Colours and font of all figures: a light background, and colours that colour-blind readers can distinguish. */

/** Metric-compatible families, so that text is as wide as it was measured wherever the SVG is shown. */
export const FONT = 'Arimo, Arial, Helvetica, Liberation Sans, sans-serif';

export const INK = '#222222';
export const MUTED = '#6b6b6b';
export const FAINT = '#d9d9d9';
export const PAPER = '#ffffff';

/** One colour a series: Okabe and Ito (2008), without the yellow that is too pale for lines. */
export const SERIES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000', '#8c6bb1'] as const;

/** Colours between equally spaced stops (`#rrggbb`), linear in between: the colour of a position 0..1. */
export function ramp(...stops: readonly string[]): (position: number) => string {
  const channels = stops.map((stop) => [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)));
  return (position) => {
    const place = Math.max(0, Math.min(1, position)) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    const mixed = [0, 1, 2].map((channel) => {
      const [from, to] = [channels[below]?.[channel] ?? 0, channels[below + 1]?.[channel] ?? 0];
      const value = Math.round(from + (to - from) * (place - below));
      return value.toString(16).padStart(2, '0');
    });
    return `#${mixed.join('')}`;
  };
}

/** Shares of hits and of mistakes, from the smallest, set off from white, to 1: even steps of lightness. */
export const HITS = ramp('#d6e6f4', '#8fc1e0', '#4292c6', '#1460a8', '#08306b');
export const MISTAKES = ramp('#fde0c5', '#fbb677', '#f0802f', '#c84d08', '#7f2704');

/** Viridis (Smith and van der Walt, matplotlib): keeps its order in grey print and for the colour-blind. */
export const VIRIDIS = ramp(
  '#440154',
  '#472d7b',
  '#3b528b',
  '#2c728e',
  '#21918c',
  '#28ae80',
  '#5ec962',
  '#addc30',
  '#fde725',
);
