/** The frame of the page: everything inlined, and a policy that forbids the browser to load anything else. */
import { html, Markup } from './markup.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

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

const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** A whole HTML document. */
export function page({ title, about, sections, models, shown, footer }: Page): string {
  const choice =
    models.length < 2
      ? undefined
      : html`<label><span>details of</span> <select id="model" aria-label="model whose details are shown">${models.map(
          (name, i) => html`<option value="${i}"${i === shown ? html` selected` : undefined}>${name}</option>`,
        )}</select></label>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
<noscript><style>[hidden] { display: block !important; } .tools, .buttons, nav label { display: none; }</style></noscript>
</head>
<body>
<header><h1>${title}</h1><p>${about}</p></header>
<nav aria-label="sections"><div><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul>${choice}</div></nav>
<main>
${sections.map(({ content }) => content)}
</main>
<footer>${footer}</footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}
