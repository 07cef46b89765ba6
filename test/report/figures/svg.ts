/** What a picture says and how large it is. */
import { expect } from 'vitest';

export function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

/** Every text of the picture, as it is read. */
export function textsOf(svg: string): string[] {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replace(/&(lt|gt|amp);/g, (entity) => entities[entity] ?? entity),
  );
}

export function expectSound(svg: string): void {
  expect(svg).toMatch(/^<svg/);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
}

/** Every text with the point it is anchored to, in pixels of the picture. */
export function placesOf(svg: string): { text: string; x: number; y: number }[] {
  const groups: [x: number, y: number][] = [];
  const places: { text: string; x: number; y: number }[] = [];
  for (const [, closing, tag, attributes = '', content = ''] of svg.matchAll(/<(\/?)(g|text)\b([^>]*)>([^<]*)/g)) {
    if (closing === '/') {
      if (tag === 'g') groups.pop();
      continue;
    }
    const [, x = 0, y = 0] = /transform="translate\(([-\d.]+),([-\d.]+)\)/.exec(attributes) ?? [];
    const [left, top] = groups.at(-1) ?? [0, 0];
    const at: [number, number] = [left + Number(x), top + Number(y)];
    if (tag === 'g') groups.push(at);
    else places.push({ text: content, x: at[0], y: at[1] });
  }
  return places;
}
