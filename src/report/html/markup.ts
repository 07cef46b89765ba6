/** HTML from tagged templates: what is put in is escaped, unless it is markup itself. */

/** HTML that goes into a page unescaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What can be put into a template; `undefined` leaves nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and in quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** html`<b>${name}</b>`: lists are joined without anything between. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, piece, i) => text + render(values[i - 1]) + piece));
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeHtml(String(content));
}

/** A name or a path whose lines may break after each `_` and `>`, so that narrow columns do not cut words. */
export function breakable(name: string): Markup {
  return new Markup(
    name
      .split(/(?<=[_>])/)
      .map(escapeHtml)
      .join('<wbr>'),
  );
}

/** Data for the page's script. No text in it can end the element: `<` is written as an escape. */
export function jsonData(value: unknown): Markup {
  const text = JSON.stringify(value).replaceAll('<', '\\u003c');
  return new Markup(`<script type="application/json">${text}</script>`);
}
