/** The frame of the page: everything inlined, and a policy that forbids the browser to load anything else. */
import { readFile } from 'node:fs/promises';
import { type Content, html, type Markup } from './markup.js';

export interface PageSection {
  /** The id of its element. */
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

export interface Page {
  readonly title: string;
  /** Below the title. */
  readonly about: string;
  readonly sections: readonly PageSection[];
  /** Models to choose among, for the parts that show one of them. */
  readonly models: readonly string[];
  /** Position of the model shown first. */
  readonly shown: number;
  readonly footer: string;
}

const ASSETS = new URL('./assets/', import.meta.url);
/** A text to be put in, or a style sheet or script to be inlined. */
const PLACEHOLDER =
  /\{\{(?<text>\w+)\}\}|<link rel="stylesheet" href="(?<style>[\w.-]+)">|<script type="module" src="(?<script>[\w.-]+)"><\/script>/g;

/** A whole HTML document: the frame `assets/page.html` with everything in its place. */
export async function page({ title, about, sections, models, shown, footer }: Page): Promise<string> {
  const texts: Readonly<Record<string, Content>> = {
    title,
    about,
    links: sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`),
    choice: models.length < 2 ? undefined : modelChoice(models, shown),
    sections: sections.map(({ content }) => content),
    footer,
  };
  const frame = await readAsset('page.html');
  const pieces: string[] = [];
  let end = 0;
  for (const found of frame.matchAll(PLACEHOLDER)) {
    const { text, style, script } = found.groups ?? {};
    pieces.push(frame.slice(end, found.index));
    if (style !== undefined) pieces.push(`<style>\n${await readAsset(style)}</style>`);
    else if (script !== undefined) pieces.push(`<script type="module">\n${await readAsset(script)}</script>`);
    else pieces.push(html`${texts[text ?? '']}`.text);
    end = found.index + found[0].length;
  }
  return pieces.join('') + frame.slice(end);
}

const readAsset = (name: string): Promise<string> => readFile(new URL(name, ASSETS), 'utf8');

function modelChoice(models: readonly string[], shown: number): Markup {
  const options = models.map(
    (name, i) => html`<option value="${i}"${i === shown ? html` selected` : undefined}>${name}</option>`,
  );
  return html`<label><span>details of</span> <select id="model" aria-label="model whose details are shown">${options}</select></label>`;
}
