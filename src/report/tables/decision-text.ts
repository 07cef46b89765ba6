/** How a tree decides, as plain text. */
import type { TreeDecision } from '../../classifier/schema.js';

/**
 * The routing chosen on the validation images, with the log-loss of each candidate. No line where there were no images
 * to choose on.
 */
export function decisionLines({ routing, flatShare, validation }: TreeDecision): string[] {
  if (validation.length === 0) return [];
  const scores = validation.map((one) => `${one.routing} ${one.logLoss.toFixed(3)}`).join(', ');
  const share = routing === 'combined' && flatShare !== null ? ` with ${(100 * flatShare).toFixed(0)} % flat` : '';
  return [`decides by ${routing} routing${share}, chosen by log-loss on the validation images (${scores})`];
}
