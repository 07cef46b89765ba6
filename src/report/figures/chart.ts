/** The common style of all Vega-Lite charts: margins, fonts, pale axes. */
import type { Config } from 'vega-lite';
import { FAINT, FONT, INK, MUTED, PAPER } from './theme.js';

const config: Config = {
  font: FONT,
  view: { stroke: null },
  title: { color: INK, subtitleColor: MUTED, subtitleFontSize: 11, subtitlePadding: 5 },
  axis: {
    labelColor: INK,
    titleColor: MUTED,
    titleFontWeight: 'normal',
    gridColor: '#ececec',
    domainColor: FAINT,
    tickColor: FAINT,
    labelFontSize: 11,
    titleFontSize: 11,
  },
  legend: { labelColor: INK, labelFontSize: 12, titleColor: MUTED, titleFontSize: 11, titleFontWeight: 'normal' },
};

/** The top level of a chart, to be spread into its specification. */
export function chartFrame(text: string, subtitle?: string) {
  const below = subtitle === undefined ? {} : { subtitle };
  const title = { text, ...below, fontSize: 15, anchor: 'start' as const, offset: 12 };
  return { background: PAPER, padding: 14, title, config };
}
