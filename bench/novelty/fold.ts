/** What heads are trained and judged on in a fold, wherever its features come from. */
import type { HeadSpec } from '../../src/network/spec.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import type { TrainingConfigInput } from '../../src/training/config.js';
import type { Source } from '../../src/training/source.js';
import type { Said } from './heads.js';

export interface Fold {
  /** From 1. */
  readonly number: number;
  /** The tree without the held-out classes, and the parent of each of these in it. */
  readonly known: Taxonomy;
  readonly parents: ReadonlyMap<string, string>;
  /** Known classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** The features, of which the first rows are those of the images as they are, in their order. */
  readonly source: Source;
  readonly width: number;
  /** Of each row; -1 for images of held-out classes. */
  readonly labels: Int32Array;
  /** Rows that heads are trained on: images, and views of them. */
  readonly train: Int32Array;
  /** Images of known classes by which epochs and temperatures are chosen. */
  readonly validation: Int32Array;
  /** Images that are judged: of known classes, and of held-out ones. */
  readonly test: Int32Array;
  readonly unseen: Int32Array;
  /** The class of each of these. */
  readonly unseenNames: readonly string[];
  readonly head: HeadSpec;
  readonly training: TrainingConfigInput;
  /** The network's own head, which was trained together with its CNN block. Undefined: a flat head is trained as the others are. */
  readonly own?: ((rows: Int32Array) => Said) | undefined;
}
