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
