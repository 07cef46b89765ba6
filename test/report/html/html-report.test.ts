import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { CladenetError } from '../../../src/errors.js';
import { htmlReport } from '../../../src/report/html/html-report.js';
import { modelOf, NASTY, treeOf, tuningOf } from './sample.js';

const taxonomy = treeOf(4, 6);
const tuning = tuningOf(['all>group 000', 'all>group 001', 'all']);
const models = [modelOf(NASTY, taxonomy, 240, 1), { ...modelOf('second', taxonomy, 240, 2), tuning }];

const VOID = new Set(['meta', 'link', 'img', 'input', 'br', 'wbr', 'line', 'circle', '!doctype']);

/** Every element is closed in its place; texts of scripts and styles are left out. */
function expectBalanced(page: string): void {
  const open: string[] = [];
  const text = page.replace(/(<(script|style)[^>]*>)[\s\S]*?<\/\2>/g, '$1</$2>');
  for (const [, closing, name = ''] of text.matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*>/gi)) {
    const tag = name.toLowerCase();
    if (VOID.has(tag)) continue;
    if (closing === '') open.push(tag);
    else expect(open.pop()).toBe(tag);
  }
  expect(open).toEqual([]);
}

describe('htmlReport', () => {
  const input = { models, taxonomy, seed: 1, title: NASTY };
  let page: string;
  beforeAll(async () => {
    page = await htmlReport(input);
  });

  it('is one sound document with all sections, and loads nothing', async () => {
    expectBalanced(page);
    const ids = [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      'verdict',
      'curves',
      'taxonomy',
      'weak',
      'tuning',
      'confusion',
      'classes',
      'calibration',
      'stopping',
      'configuration',
    ]);
    for (const id of ids) expect(page).toContain(`href="#${id}"`);
    const outside = [...page.matchAll(/(?:src|href)="(?!data:|#)[^"]*"|url\(|@import|fetch\(|XMLHttp/g)];
    expect(outside.map(([found]) => found)).toEqual([]);
    expect(page).toContain("content=\"default-src 'none'; img-src data:;");
    expect(page).not.toContain('{{');
    for (const file of ['page.css', 'no-script.css', 'page.js', 'confusion.js']) {
      const text = await readFile(new URL(`../../../src/report/html/assets/${file}`, import.meta.url), 'utf8');
      expect(page).toContain(text);
      expect(text).not.toMatch(/<\/(script|style)/);
    }
    expect(page).not.toContain(NASTY);
    expect(page.replace(/<script type="module">[\s\S]*<\/script>|base64,[\w+/=]*/g, '')).not.toMatch(
      /\b(undefined|NaN|null)\b/,
    );
  });

  it('is the same for the same input', async () => {
    expect(await htmlReport(input)).toBe(page);
  });

  it('goes without taxonomy, history, weak sub-trees and configuration, and with one model', async () => {
    const { name, variants } = modelOf('alone', taxonomy, 48, 1);
    const page = await htmlReport({ models: [{ name, variants }], seed: 1 });
    expectBalanced(page);
    expect(page).not.toMatch(/id="(taxonomy|weak|curves|configuration|model)"/);
  });

  it('stays below 5 MB with 121 classes and two models', async () => {
    const large = treeOf(11, 11);
    const two = [modelOf('flat', large, 2420, 1), modelOf('tree', large, 2420, 2)];
    const page = await htmlReport({ models: two, taxonomy: large, seed: 1 });
    expect(Buffer.byteLength(page)).toBeLessThan(5e6);
  });

  it('refuses what does not fit together', async () => {
    const model = modelOf('broken', taxonomy, 240, 1);
    const broken = {
      ...model,
      uncalibrated: new Float32Array(3),
      weak: model.weak && { ...model.weak, images: model.weak.images && { ...model.weak.images, count: 5 } },
    };
    const failure = await htmlReport({ models: [broken], taxonomy, seed: 1 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CladenetError);
    expect(failure).toMatchObject({ code: 'EVALUATION' });
    expect((failure as CladenetError).problems.map(({ where }) => where)).toEqual([
      'models[0].weak.images',
      'models[0].uncalibrated',
    ]);
    await expect(htmlReport({ models: [], seed: 1 })).rejects.toThrow(/at least one/);
  });
});
