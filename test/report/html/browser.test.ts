/** The report as a reader has it: in Chromium, from a file, without a network. Skipped where there is no Chromium. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfusionData } from '../../../src/report/html/confusion.js';
import { htmlReport } from '../../../src/report/html/html-report.js';
import { describeWhere, NEEDS } from '../../fixtures/needs.js';
import { findChromium } from './chromium.js';
import { PROBES } from './probes.js';
import { deepTreeOf, modelOf, NASTY, treeOf, tuningOf } from './sample.js';

const executablePath = findChromium() ?? '';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
/** A4 between margins of a centimetre. */
const PAPER = { width: 718, height: 1047 };

describeWhere(executablePath !== '', NEEDS.chromium)('the report in Chromium', () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cladenet-browser-'));
    const [small, large, pairs] = [deepTreeOf(121, 3), deepTreeOf(600, 4), treeOf(60, 2)];
    const [a = '', b = '', c = ''] = small
      .internalNodes()
      .map(({ path }) => path)
      .reverse();
    const threeNodes = [a, b, c] as const;
    const alone = { ...modelOf('alone', pairs, 600, 1), weak: undefined };
    const pages = {
      121: {
        models: [modelOf('flat', small, 1210, 1), { ...modelOf(NASTY, small, 1210, 2), tuning: tuningOf(threeNodes) }],
        taxonomy: small,
      },
      // So many that the matrix must be scrolled on the widest screen as well.
      600: { models: [modelOf('large', large, 2000, 1)], taxonomy: large },
      pairs: { models: [alone], taxonomy: pairs },
      'no tree': { models: [alone] },
    };
    for (const [name, input] of Object.entries(pages)) {
      await writeFile(join(folder, `${name}.html`), await htmlReport({ ...input, seed: 1 }));
    }
    browser = await chromium.launch({ executablePath, headless: true, args: ['--disable-gpu'] });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  const tabs = new Map<object, { page: Page; complaints: string[] }>();
  /** The one tab of each size of screen, since a new one costs more than most checks. */
  async function tabOf(viewport: typeof WIDE) {
    const known = tabs.get(viewport);
    if (known !== undefined) return known;
    const context = await browser.newContext({ viewport, offline: true, hasTouch: viewport === PHONE });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', ({ message }) => complaints.push(`error: ${message}`));
    page.on('request', (request) => complaints.push(`request: ${request.url()}`));
    await page.addInitScript({ content: PROBES });
    const tab = { page, complaints };
    tabs.set(viewport, tab);
    return tab;
  }

  /** Opens a page, checks it, and expects that all the time it neither complained nor asked for anything. */
  async function visit(
    name: string,
    { viewport = WIDE, colorScheme = 'light' }: { viewport?: typeof WIDE; colorScheme?: 'light' | 'dark' },
    check: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { page, complaints } = await tabOf(viewport);
    // Nothing is left of the visit before.
    await page.goto('about:blank');
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, media: null });
    await page.mouse.move(0, 0);
    complaints.length = 0;
    const address = pathToFileURL(join(folder, `${name}.html`)).href;
    await page.goto(address);
    await drawn(page);
    await check(page);
    const asked = `request: ${address}`;
    expect(complaints.filter((complaint) => complaint !== asked && !complaint.startsWith('request: data:'))).toEqual(
      [],
    );
    expect(complaints).toContain(asked);
  }

  const probe = <T = string[]>(page: Page, call: string): Promise<T> => page.evaluate<T>(`probes.${call}`);
  /** Matrices are drawn in the frame after they are measured. */
  const drawn = (page: Page) =>
    page.evaluate<void>('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
  const matrixData = async (page: Page): Promise<ConfusionData> => {
    const [text = ''] = await page.locator('.confusion script').allTextContents();
    return JSON.parse(text) as ConfusionData;
  };

  describe.each(['121', '600', 'no tree'])('the page of %s', (name) => {
    it.each([
      ['1280', WIDE],
      ['390', PHONE],
    ])('can be read at %s pixels, light and dark', async (_, viewport) => {
      await visit(name, { viewport }, async (page) => {
        const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
        expect(await width()).toBe(viewport.width);
        await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
        await drawn(page);
        expect(await width()).toBe(viewport.width);
        const scrolled = await page.locator('.confusion .wide.large:visible').count();
        expect(scrolled).toBe(name === '600' || viewport === PHONE ? 1 : 0);
        expect(await probe(page, 'unreachable()')).toEqual([]);
        expect(await probe(page, 'overlaps()')).toEqual([]);
        expect(await probe(page, 'crowded()')).toEqual([]);
        expect((await probe<number>(page, 'names()')) > 0).toBe(name !== 'no tree');
        for (const [colorScheme, ground] of [
          ['light', 'rgb(255, 255, 255)'],
          ['dark', 'rgb(26, 26, 26)'],
        ] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground);
          expect(await probe(page, 'illegible()')).toEqual([]);
        }
      });
    });

    it('is whole on paper, and light', async () => {
      await visit(name, { colorScheme: 'dark' }, async (page) => {
        await page.emulateMedia({ media: 'print' });
        await page.setViewportSize(PAPER);
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
        expect(await page.locator('nav').isHidden()).toBe(true);
        expect(await probe(page, 'unreachable(true)')).toEqual([]);
        expect(await probe(page, 'overlaps()')).toEqual([]);
        const side = (await page.locator('.matrix:visible').boundingBox())?.width ?? 0;
        expect(side).toBeGreaterThan(PAPER.width / 2);
        expect((await page.pdf({ format: 'A4' })).subarray(0, 4).toString()).toBe('%PDF');
      });
    });
  });

  describe('the table of classes', () => {
    const rows = (page: Page) => page.locator('.classes:visible tbody tr:visible');
    const column = (page: Page, c: number) =>
      page.locator(`.classes:visible tbody tr:visible > :nth-child(${c + 1})`).allTextContents();
    const numbers = async (page: Page, c: number) => (await column(page, c)).map(Number.parseFloat);
    const sorted = (values: readonly number[], sign: number) => [...values].sort((a, b) => sign * (a - b));
    const button = (page: Page, name: string) =>
      page.locator('.classes:visible').getByRole('button', { name, exact: true });

    it('is sorted by numbers from the greatest, then from the least', async () => {
      await visit('121', {}, async (page) => {
        const before = await numbers(page, 2);
        const head = button(page, 'recall').locator('..');
        for (const [sign, said] of [
          [-1, 'descending'],
          [1, 'ascending'],
        ] as const) {
          await button(page, 'recall').click();
          const after = await numbers(page, 2);
          expect(after).not.toEqual(before);
          expect(after).toEqual(sorted(before, sign));
          expect(await head.getAttribute('aria-sort')).toBe(said);
        }
      });
    });

    it('is sorted by names from the keyboard, whole rows at once', async () => {
      await visit('121', { viewport: PHONE }, async (page) => {
        const before = await rows(page).allTextContents();
        await button(page, 'class').focus();
        await page.keyboard.press('Enter');
        const names = await column(page, 0);
        expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')));
        await page.keyboard.press('Space');
        expect(await column(page, 0)).toEqual(names.reverse());
        expect((await rows(page).allTextContents()).sort()).toEqual(before.sort());
      });
    });

    it('shows the rows that have all the words, and all again', async () => {
      await visit('121', {}, async (page) => {
        const search = page.locator('.classes:visible').getByRole('searchbox');
        const status = page.locator('.classes:visible output');
        const before = await rows(page).allTextContents();
        expect(await status.textContent()).toBe('121 classes');
        await search.fill('HALO _7');
        const wanted = before.filter((text) => text.includes('halo') && text.includes('_7'));
        expect(wanted.length).toBeGreaterThan(0);
        expect(await rows(page).allTextContents()).toEqual(wanted);
        expect(await status.textContent()).toBe(`${wanted.length} of 121 classes`);
        await search.fill('nowhere');
        expect(await rows(page).count()).toBe(0);
        await search.fill('');
        expect(await rows(page).allTextContents()).toEqual(before);
      });
    });
  });

  it('folds and unfolds the tree, by buttons, by pointing and from the keyboard', async () => {
    await visit('600', {}, async (page) => {
      const leaves = page.locator('.leaf:visible');
      const inner = page.locator('.tree summary:visible');
      await page.getByRole('button', { name: 'unfold all' }).click();
      expect(await leaves.count()).toBe(600);
      await page.getByRole('button', { name: 'fold all', exact: true }).click();
      // The root and its children.
      expect([await leaves.count(), await inner.count()]).toEqual([0, 4]);
      await inner.nth(1).click();
      expect(await inner.count()).toBe(8);
      await inner.nth(0).focus();
      await page.keyboard.press('Enter');
      expect(await inner.count()).toBe(1);
      await page.keyboard.press('Space');
      expect(await inner.count()).toBe(8);
    });
  });

  describe('the confusion matrix', () => {
    const matrix = (page: Page) => page.locator('.matrix:visible');
    /** Where a cell is in its canvas. */
    async function cellAt(page: Page, row: number, column: number, classes: number) {
      const cell = (((await matrix(page).boundingBox())?.width ?? 0) - 2) / classes;
      return { x: 1 + (column + 0.5) * cell, y: 1 + (row + 0.5) * cell };
    }
    const firstMistake = ({ cells }: ConfusionData): [row: number, column: number, count: number] => {
      for (let i = 0; i < cells.length; i += 3) {
        const [row = 0, column = 0, count = 0] = cells.slice(i, i + 3);
        if (row !== column) return [row, column, count];
      }
      throw new Error('no mistakes');
    };

    it('is drawn: hits, mistakes and empty cells in colours of their own', async () => {
      await visit('no tree', {}, async (page) => {
        const data = await matrixData(page);
        const [row, column] = firstMistake(data);
        const cells = [
          [0, 0],
          [row, column],
          [0, data.names.length - 1],
        ];
        const colours = await probe(page, `coloursOf(${JSON.stringify(cells)}, ${data.names.length})`);
        expect(new Set(colours).size).toBe(3);
      });
    });

    it('names nodes beside it that have room, and not in each other', async () => {
      await visit('pairs', { viewport: PHONE }, async (page) => {
        expect(await probe<number>(page, 'names()')).toBeGreaterThan(20);
        expect(await probe(page, 'crowded()')).toEqual([]);
      });
    });

    it('shows true class, predicted class and count under the pointer', async () => {
      await visit('no tree', {}, async (page) => {
        const data = await matrixData(page);
        const { names, images } = data;
        const tip = page.locator('.tip');
        const [row, column, count] = firstMistake(data);
        const point = async (r: number, c: number) => {
          await matrix(page).hover({ position: await cellAt(page, r, c, names.length) });
          return tip.innerText();
        };
        const share = (of: number) =>
          `${of} of ${images[row]} images, ${((100 * of) / (images[row] ?? 1)).toFixed(1)} %`;
        expect(await point(row, column)).toBe(`${names[row]}\ntaken for ${names[column]}\n${share(count)}`);
        expect(await point(row, row)).toContain(`${names[row]}, right`);
        expect(await point(row, names.length - 1)).toBe(`${names[row]}\ntaken for ${names.at(-1)}\n${share(0)}`);
        await page.mouse.move(2, 2);
        expect(await tip.isHidden()).toBe(true);
      });
    });

    it('shows what was touched', async () => {
      await visit('no tree', { viewport: PHONE }, async (page) => {
        const { names } = await matrixData(page);
        await matrix(page).tap({ position: await cellAt(page, 3, 5, names.length) });
        expect(await page.locator('.confusion output').textContent()).toMatch(
          new RegExp(`^${names[3]} taken for ${names[5]},`),
        );
      });
    });

    it('goes from cell to cell by the arrow keys, and scrolls along beside its names', async () => {
      await visit('121', { viewport: PHONE }, async (page) => {
        const { names } = await matrixData(page);
        const status = page.locator('.confusion:visible output');
        const [canvas, beside] = [matrix(page), page.locator('.beside:visible')];
        const leftOf = async (locator: Locator) => (await locator.boundingBox())?.x ?? Number.NaN;
        const before = [await leftOf(canvas), await leftOf(beside)] as const;
        await canvas.focus();
        for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight']) {
          await page.keyboard.press(key);
        }
        expect(await status.textContent()).toMatch(new RegExp(`^${names[1]}, right,`));
        expect(await leftOf(canvas)).toBe(before[0]);
        // The key is held down and repeats.
        for (let column = 2; column <= 60; column++) await page.keyboard.down('ArrowRight');
        await page.keyboard.up('ArrowRight');
        expect(await status.textContent()).toMatch(new RegExp(`^${names[1]} taken for ${names[60]},`));
        const { x } = await cellAt(page, 1, 60, names.length);
        expect((await leftOf(canvas)) + x).toBeLessThan(PHONE.width - 12);
        expect(await leftOf(canvas)).toBeLessThan(before[0]);
        expect(await leftOf(beside)).toBe(before[1]);
      });
    });
  });

  it('shows one model at a time, the one that is chosen', async () => {
    await visit('121', {}, async (page) => {
      const choice = page.getByLabel('model whose details are shown');
      for (const model of ['flat', NASTY]) {
        await choice.selectOption({ label: model });
        await drawn(page);
        const titles = await page.locator('section > [data-model]:visible > h2').allInnerTexts();
        expect(titles).toEqual(
          ['Taxonomy', 'Weak sub-trees', 'Confusion matrix', 'Classes'].map((title) => `${title} ${model}`),
        );
        expect((await page.locator('.matrix:visible').boundingBox())?.width).toBeGreaterThan(500);
      }
    });
  });

  it('goes to its sections, whose titles the bar does not cover', async () => {
    await visit('121', { viewport: PHONE }, async (page) => {
      for (const id of ['classes', 'verdict']) {
        await page.locator(`nav a[href="#${id}"]`).click();
        const bar = await page.locator('nav').boundingBox();
        const title = await page.locator(`#${id} h2:visible`).boundingBox();
        expect(title?.y).toBeGreaterThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0) - 1);
        expect(title?.y).toBeLessThan(PHONE.height / 2);
      }
    });
  });

  it('fades at the right what goes on there, until it is scrolled to', async () => {
    await visit('121', { viewport: PHONE }, async (page) => {
      const table = "document.querySelector('#verdict .wide')";
      const fading = () => page.evaluate<string>(`getComputedStyle(${table}).maskImage`);
      expect(await fading()).toContain('gradient');
      await page.evaluate(`${table}.scrollLeft = 10000`);
      await drawn(page);
      expect(await fading()).toBe('none');
    });
  });
});
