/** How a new tree decides, for a person. */
import type { TreeDecision } from '../../classifier/schema.js';

/** The routing that validation chose, and what it was chosen by; nothing where there were no images to choose on. */
export function decisionLines({ routing, flatShare, validation }: TreeDecision): string[] {
  if (validation.length === 0) return [];
  const scores = validation.map((one) => `${one.routing} ${one.logLoss.toFixed(3)}`).join(', ');
  const share = routing === 'combined' && flatShare !== null ? ` with ${(100 * flatShare).toFixed(0)} % flat` : '';
  return [`decides by ${routing} routing${share}, chosen by the log-loss on the validation images (${scores})`];
}
