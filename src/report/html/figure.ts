/** A figure's SVG in the page: embedded as a separate image, so that its ids cannot clash with another figure's. */
import { html, type Markup } from './markup.js';

export function figure(svg: string, description: string): Markup {
  const [, width = '', height = ''] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const data = Buffer.from(svg).toString('base64');
  return html`<div class="figure"><img src="data:image/svg+xml;base64,${data}" width="${width}" height="${height}" alt="${description}"></div>`;
}
