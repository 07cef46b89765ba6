/** Section: whether the confidence of each model matches its accuracy, before and after temperature scaling. */
import { logLosses } from '../../evaluation/log-loss.js';
import { mean } from '../../evaluation/mean.js';
import { type Reliability, reliability } from '../../evaluation/reliability.js';
import { reliabilityDiagram } from '../figures/reliability-diagram.js';
import { figure } from './figure.js';
import { numberText, shareText } from './format.js';
import type { ReportModel } from './input.js';
import { html, type Markup } from './markup.js';

/** Scores of a model's probabilities, before or after temperature scaling. */
interface Calibrated {
  readonly logLoss: number;
  readonly reliability: Reliability;
}

export async function calibrationSection(models: readonly ReportModel[]): Promise<Markup> {
  const rows: Markup[] = [];
  const figures: Markup[] = [];
  for (const { name, variants, uncalibrated } of models) {
    const [{ predictions }] = variants;
    const judge = (probabilities: typeof predictions.probabilities): Calibrated => {
      const judged = { ...predictions, probabilities };
      return { logLoss: mean(logLosses(judged)), reliability: reliability(judged) };
    };
    const after = judge(predictions.probabilities);
    const before = uncalibrated === undefined ? undefined : judge(uncalibrated);
    rows.push(html`<tr><th scope="row">${name}</th><td class="number">${shareText(before?.reliability.ece ?? null)}</td><td class="number">${shareText(after.reliability.ece)}</td>
<td class="number">${numberText(before?.logLoss ?? null)}</td><td class="number">${numberText(after.logLoss)}</td></tr>\n`);
    const series =
      before === undefined
        ? [{ name: 'uncalibrated', reliability: after.reliability }]
        : [
            { name: 'before', reliability: before.reliability },
            { name: 'after', reliability: after.reliability },
          ];
    figures.push(figure(await reliabilityDiagram(series, { title: name }), `Reliability of ${name}`));
  }
  return html`<section id="calibration"><h2>Calibration</h2>
<div class="wide"><table><thead><tr><th scope="col">model</th><th scope="col" class="number">calibration error before</th><th scope="col" class="number">after</th>
<th scope="col" class="number">log-loss before</th><th scope="col" class="number">after</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="note">Before and after temperature scaling with the temperatures fitted on the validation images; – where a model has
no temperature. Calibration error: mean distance between accuracy and confidence over 15 bins (ECE).</p>
<div class="figures">${figures}</div></section>`;
}
