/** What the trainings of detectors and of separators have in common. */
import type { Fitted } from '../../../training/loop.js';

/** Examples in a forward pass without training. */
export const AT_ONCE = 16;

/** What is kept of how a network was trained. */
export const summaryOf = ({ seconds, history, best }: Fitted) => ({ seconds, epochs: history.length, best });
