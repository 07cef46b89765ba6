/** Section: the learning curves of each model and of its weakest nodes that were trained separately. */
import type { HistoryLine } from '../../classifier/store/store.js';
import { printPath } from '../../taxonomy/names.js';
import { type CurveHistory, learningCurves } from '../figures/learning-curves.js';
import { SERIES } from '../figures/theme.js';
import { figure } from './figure.js';
import { counted } from './format.js';
import type { ReportModel } from './input.js';
import { html, type Markup } from './markup.js';

/** What a model's history is drawn from. */
export interface CurvesInput extends Pick<ReportModel, 'name' | 'history'> {
  /** Paths of nodes to show first; others follow in the order of their training. */
  readonly nodes: readonly string[];
}

/** Undefined where no model has a history. */
export async function curvesSection(models: readonly CurvesInput[]): Promise<Markup | undefined> {
  const whole = models.flatMap(({ name, history = [] }) => {
    const lines = history.filter(({ node }) => node === undefined);
    return lines.length === 0 ? [] : [{ name, epochs: lines }];
  });
  const byNode = await Promise.all(models.map(nodeCurves));
  const drawn = byNode.flatMap((fold) => fold ?? []);
  if (whole.length === 0 && drawn.length === 0) return undefined;
  const together =
    whole.length === 0
      ? undefined
      : figure(await learningCurves(whole, { title: 'Networks trained as a whole' }), curvesText(whole));
  return html`<section id="curves"><h2>Learning curves</h2>
${together}
${drawn}
</section>`;
}

/** Folded: the curves of nodes that were trained separately, as many as there are colours. */
async function nodeCurves({ name, history = [], nodes }: CurvesInput): Promise<Markup | undefined> {
  const lines = new Map<string, HistoryLine[]>();
  for (const line of history) {
    if (line.node === undefined) continue;
    const own = lines.get(line.node);
    if (own === undefined) lines.set(line.node, [line]);
    else own.push(line);
  }
  if (lines.size === 0) return undefined;
  const first = nodes.filter((path) => lines.has(path));
  const paths = [...new Set([...first, ...lines.keys()])].slice(0, SERIES.length);
  const curves = paths.map((path) => ({ name: shortName(path), epochs: lines.get(path) ?? [] }));
  const svg = await learningCurves(curves, { title: `Node classifiers of ${name}` });
  const which = first.length > 0 ? 'the weakest' : 'the first';
  const summary = `${name}: ${counted(lines.size, 'node')} trained separately${lines.size > paths.length ? `, ${which} ${paths.length} of them` : ''}`;
  return html`<details class="fold"><summary>${summary}</summary>${figure(svg, curvesText(curves))}</details>\n`;
}

/** The last two names of a path, enough to identify a node in a legend. */
const shortName = (path: string): string => printPath(path).split('>').slice(-2).join('>');

const curvesText = (curves: readonly CurveHistory[]): string =>
  `Loss and accuracy over the epochs: ${curves.map(({ name }) => name).join(', ')}`;
