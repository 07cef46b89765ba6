/** The learning rate at each step. */
import type { OptimiserConfig } from './config.js';

/** The one-cycle rate starts at peak / 25 and ends at peak / 10,000, as in the paper's implementations. */
const START = 1 / 25;
const END = 1e-4;

/**
 * @param step          steps done so far, from 0
 * @param stepsPerEpoch steps in an epoch
 * @param epochs        epochs in the whole training
 */
export function learningRate(config: OptimiserConfig, step: number, stepsPerEpoch: number, epochs: number): number {
  if (config.kind === 'sgd') {
    return config.rate * config.decay.factor ** Math.floor(step / stepsPerEpoch / config.decay.every);
  }
  const total = stepsPerEpoch * epochs;
  const rise = Math.max(1, config.warmup * total);
  const cosine = (from: number, to: number, share: number) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  if (step < rise) return config.rate * cosine(START, 1, step / rise);
  return config.rate * cosine(1, END, Math.min(1, (step - rise) / Math.max(1, total - rise)));
}
