/** The convolutions of a CNN block with their batch normalisation, by what they are in their architecture. */
import type { TrunkSpec } from '../network/spec.js';

/** What a convolution is: the first or last one of the network, or a part of a block. */
export type Site =
  | { readonly part: 'stem' }
  /** @property blocks the number of blocks before it */
  | { readonly part: 'last'; readonly blocks: number }
  | {
      /** Of an inverted residual block. */
      readonly part: 'expand' | 'depthwise' | 'project';
      readonly stage: number;
      readonly block: number;
      /** Among all blocks of the network, from 0. */
      readonly index: number;
      /** Whether the block has an `expand`. */
      readonly expands: boolean;
    }
  | {
      /** Of a residual block. */
      readonly part: 'first' | 'second' | 'shortcut';
      readonly stage: number;
      readonly block: number;
    };

/** A convolution, and the names of its kernel and of its normalisation among cladenet's parameters. */
export interface NamedConvolution {
  readonly site: Site;
  readonly kernel: string;
  readonly norm: string;
}

/**
 * The convolutions of a network of stages between two convolutions, in order; undefined for other networks, whose layers have no
 * names in other programs.
 */
export function convolutionsOf({ layers }: TrunkSpec): readonly NamedConvolution[] | undefined {
  const found: NamedConvolution[] = [];
  const named = (name: string, site: Site) => ({ site, kernel: `${name}/kernel`, norm: `${name}/norm` });
  let [stage, index] = [0, 0];
  for (const [i, layer] of layers.entries()) {
    const name = `trunk/${i}`;
    if (layer.type === 'conv' && layer.norm) {
      found.push(named(name, found.length === 0 ? { part: 'stem' } : { part: 'last', blocks: index }));
    } else if (layer.type === 'inverted-residual-stage') {
      const expands = layer.expansion > 1;
      for (let block = 0; block < layer.blocks; block++, index++) {
        for (const part of expands ? INVERTED : INVERTED.slice(1)) {
          found.push(named(`${name}/${block}/${part}`, { part, stage, block, index, expands }));
        }
      }
      stage++;
    } else if (layer.type === 'residual-stage') {
      for (let block = 0; block < layer.blocks; block++, index++) {
        for (const [k, part] of [[1, 'first'] as const, [2, 'second'] as const]) {
          const at = `${name}/${block}`;
          found.push({ site: { part, stage, block }, kernel: `${at}/kernel${k}`, norm: `${at}/norm${k}` });
        }
        found.push(named(`${name}/${block}/shortcut`, { part: 'shortcut', stage, block }));
      }
      stage++;
    } else if (layer.type !== 'dropout' && layer.type !== 'max-pool') return undefined;
  }
  return found;
}

const INVERTED = ['expand', 'depthwise', 'project'] as const;
