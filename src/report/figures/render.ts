/** Renders a Vega specification as SVG, without a browser. */
import * as vega from 'vega';
import { textWidth } from './pixel-width.js';

interface TextMetrics {
  width: (item: { fontSize?: number; fontWeight?: string | number }, text: unknown) => number;
}

// Vega's hook for hosts that measure text themselves; its type declarations do not have it.
const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
textMetrics.width = ({ fontSize = 11, fontWeight }, text) =>
  text === null || text === undefined
    ? 0
    : textWidth(String(text), fontSize, fontWeight === 'bold' || Number(fontWeight) >= 600);

/** Runs a specification headless and returns its SVG, a complete document. */
export async function renderSvg(spec: vega.Spec): Promise<string> {
  const view = new vega.View(vega.parse(spec), { renderer: 'none', logLevel: vega.Warn });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
