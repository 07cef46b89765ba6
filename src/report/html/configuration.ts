/** Section: the resolved configuration that each model was trained with. */
import type { ReportModel } from './input.js';
import { html, type Markup } from './markup.js';

/** Undefined where the configuration of no model is known. */
export function configurationSection(
  models: readonly Pick<ReportModel, 'name' | 'configuration'>[],
): Markup | undefined {
  const known = models.filter(({ configuration }) => configuration !== undefined);
  if (known.length === 0) return undefined;
  const folds = known.map(
    ({ name, configuration }) =>
      html`<details class="fold"><summary>${name}</summary><pre tabindex="0">${JSON.stringify(configuration, null, 2)}</pre></details>\n`,
  );
  return html`<section id="configuration"><h2>Configuration</h2>${folds}</section>`;
}
