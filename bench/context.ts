/** What every benchmark is given. */
import { join } from 'node:path';
import type { PresetName } from '../src/network/presets.js';
import { presets } from '../src/network/presets.js';
import type { Precision } from '../src/tensorflow/precision.js';
import { type DataFiles, writeData } from './data.js';
import type { ContenderName, Field } from './field.js';

export interface Context {
  readonly field: Field;
  /** A folder for data, removed at the end. */
  readonly scratch: string;
  readonly rounds: number;
  /** Approximate length of one contender's round. */
  readonly seconds: number;
  /** Whether to measure only the figures of `--quick`. */
  readonly quick: boolean;
  /** Whether to measure cladenet without compiled steps as well. */
  readonly eager: boolean;
  /** Images in a batch. Default: that of the benchmark. */
  readonly batch: number | undefined;
  /** The precision of convolutions in training, for all contenders. */
  readonly precision: Precision;
  /** Reports progress. */
  readonly say: (text: string) => void;
}

/** Images for a network: at least `count`, in whole batches. */
export async function dataFor(
  { scratch }: Context,
  network: PresetName,
  count: number,
  batch: number,
): Promise<DataFiles> {
  const whole = Math.ceil(count / batch) * batch;
  const { size } = presets[network].trunk.input;
  return writeData(join(scratch, `${network}-${whole}`), whole, size);
}

/** A benchmark's title and its targets, which hold for float32 only. */
export function inPrecision<B extends object>(
  precision: Precision,
  title: string,
  bars: B,
): [title: string, bars: Partial<B>] {
  return precision === 'float32' ? [title, bars] : [`${title}, ${precision}`, {}];
}

/** cladenet, then the peers. */
export function contenders({ eager }: Context, peers: readonly ContenderName[]): readonly ContenderName[] {
  return ['ours', ...(eager ? (['oursEager'] as const) : []), ...peers];
}

export const ALL_PEERS = ['kerasOneDnn', 'kerasDefault', 'torch', 'torchChannelsLast'] as const;
