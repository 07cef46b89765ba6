/** Finished epochs of any training in this process, on a diagnostics channel of Node: for whoever started the work from outside. */
import { channel } from 'node:diagnostics_channel';

/** The name of the channel. */
export const EPOCHS = 'cladenet:epoch';

export interface EpochNews {
  readonly epoch: number;
  readonly epochs: number;
  readonly seconds: number;
}

const epochsOf = channel(EPOCHS);

export function publishEpoch(news: EpochNews): void {
  if (epochsOf.hasSubscribers) epochsOf.publish(news);
}
