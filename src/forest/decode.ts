/** A forest from bytes and a description, after everything in them was checked. */
import { z } from 'zod';
import { classWeightsSchema } from '../class-weights.js';
import { names, number, share, toggle, whole } from '../value-schemas.js';
import { ARRAYS, aligned } from './encode.js';
import { Forest } from './forest.js';
import { emptyTrees, MOST_CLASSES, MOST_FEATURES, type TreeSizes, type Trees } from './trees.js';
import { treesFault } from './trees-fault.js';

/** The forest, or what is wrong with it, for a message: `leaf 7 names class 3 of 2`. */
export type DecodedForest = Forest | string;

const finite = () => number('a finite number', Number.isFinite);

const DESCRIPTION = z.strictObject({
  format: z.literal(1, 'version 1 of the format'),
  names: names().min(1).max(MOST_FEATURES),
  classes: names().min(1).max(MOST_CLASSES),
  settings: z.strictObject({
    trees: whole(1),
    seed: whole(Number.MIN_SAFE_INTEGER),
    mtry: whole(1),
    minLeaf: whole(1),
    maxDepth: whole(1).optional(),
    classWeights: classWeightsSchema,
    bootstrap: toggle(),
    missing: z.enum(['refuse', 'median'], "'refuse' or 'median'"),
  }),
  sizes: z.strictObject({ trees: whole(1), nodes: whole(0), leaves: whole(1), entries: whole(1) }),
  medians: z.array(finite()).optional(),
  impurityImportance: z.array(share()),
  outOfBagAccuracy: share().optional(),
});

/**
 * Reads what `encodeForest` wrote. Its predictions are the same bit for bit. Nothing is executed, and every number is checked
 * before it is used: references lead forwards to nodes and leaves that exist, each exactly once; features and classes exist;
 * thresholds and shares are finite.
 */
export function decodeForest(bytes: Uint8Array, description: unknown): DecodedForest {
  const parsed = DESCRIPTION.safeParse(description);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'description'}: ${message}`).join('; ');
  }
  const { sizes, settings, medians, impurityImportance, outOfBagAccuracy, ...named } = parsed.data;
  const features = named.names.length;
  if (new Set(named.names).size !== features) return 'names: a feature occurs twice';
  if (new Set(named.classes).size !== named.classes.length) return 'classes: a class occurs twice';
  if (impurityImportance.length !== features) return `impurityImportance: not one for each of ${features} features`;
  if (medians !== undefined && medians.length !== features) return `medians: not one for each of ${features} features`;
  if ((medians !== undefined) !== (settings.missing === 'median')) return 'medians: do not fit settings.missing';
  if (sizes.trees !== settings.trees) return `sizes: ${sizes.trees} trees instead of ${settings.trees}`;
  const trees = read(bytes, sizes);
  if (typeof trees === 'string') return trees;
  const fault = treesFault(trees, features, named.classes.length);
  if (fault !== undefined) return fault;
  return new Forest({
    names: named.names,
    classes: named.classes,
    settings,
    trees,
    medians: medians && Float64Array.from(medians),
    impurityImportance: Float64Array.from(impurityImportance),
    outOfBagAccuracy,
  });
}

/** Takes memory only for what the bytes have. */
function read(bytes: Uint8Array, sizes: TreeSizes): Trees | string {
  const { trees: roots, nodes, leaves, entries } = sizes;
  const expected =
    aligned(8 * nodes) +
    aligned(4 * roots) +
    2 * aligned(4 * nodes) +
    aligned(4 * (leaves + 1)) +
    aligned(4 * entries) +
    aligned(2 * nodes) +
    aligned(2 * entries);
  if (bytes.length !== expected) return `${bytes.length} bytes instead of ${expected}`;
  const trees = emptyTrees(sizes);
  let at = 0;
  for (const { buffer, byteLength } of ARRAYS.map((name) => trees[name])) {
    new Uint8Array(buffer).set(bytes.subarray(at, at + byteLength));
    at += aligned(byteLength);
  }
  return trees;
}
