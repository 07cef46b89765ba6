/** What is wrong with trees that come from a file. */
import type { Trees } from './trees.js';

/** How far the shares of a leaf may be from a sum of 1: they are rounded to 24 bits each. */
const TOLERANCE = 1e-3;

/** The first fault, or undefined if predictions can follow the trees. */
export function treesFault(trees: Trees, features: number, classes: number): string | undefined {
  return nodesFault(trees, features) ?? referencesFault(trees) ?? leavesFault(trees, classes);
}

function nodesFault({ features: compared, thresholds }: Trees, features: number): string | undefined {
  for (let node = 0; node < compared.length; node++) {
    const feature = compared[node] as number;
    if (feature >= features) return `node ${node} compares feature ${feature} of ${features}`;
    if (!Number.isFinite(thresholds[node])) return `the threshold of node ${node} is not a finite number`;
  }
  return undefined;
}

/** References lead from a node to a later one, so no path is endless, and to each node and leaf exactly once. */
function referencesFault({ roots, left, right, leafStarts }: Trees): string | undefined {
  const nodes = left.length;
  const leaves = leafStarts.length - 1;
  const seen = new Uint8Array(nodes + leaves);
  const follow = (reference: number, from: number, where: string): string | undefined => {
    const isNode = reference >= 0;
    if (isNode ? reference >= nodes : ~reference >= leaves)
      return `${where} refers to ${named(reference)}, which does not exist`;
    if (isNode && reference <= from) return `${where} refers back to ${named(reference)}`;
    const at = isNode ? reference : nodes + ~reference;
    if (seen[at] === 1) return `${where} refers to ${named(reference)}, which belongs elsewhere`;
    seen[at] = 1;
    return undefined;
  };
  for (let tree = 0; tree < roots.length; tree++) {
    const fault = follow(roots[tree] as number, -1, `tree ${tree}`);
    if (fault !== undefined) return fault;
  }
  for (let node = 0; node < nodes; node++) {
    const where = `node ${node}`;
    const fault = follow(left[node] as number, node, where) ?? follow(right[node] as number, node, where);
    if (fault !== undefined) return fault;
  }
  const lost = seen.indexOf(0);
  return lost < 0 ? undefined : `${named(lost < nodes ? lost : ~(lost - nodes))} is in no tree`;
}

const named = (reference: number) => (reference >= 0 ? `node ${reference}` : `leaf ${~reference}`);

function leavesFault({ leafStarts, leafClasses, leafShares }: Trees, classes: number): string | undefined {
  if (leafStarts[0] !== 0) return 'the first leaf does not begin at 0';
  for (let leaf = 0; leaf < leafStarts.length - 1; leaf++) {
    const start = leafStarts[leaf] as number;
    const end = leafStarts[leaf + 1] as number;
    if (end <= start || end > leafClasses.length) return `leaf ${leaf} has no entries, or more than there are`;
    let sum = 0;
    for (let entry = start; entry < end; entry++) {
      const k = leafClasses[entry] as number;
      const share = leafShares[entry] as number;
      if (k >= classes) return `leaf ${leaf} names class ${k} of ${classes}`;
      if (entry > start && k <= (leafClasses[entry - 1] as number)) return `leaf ${leaf} has classes out of order`;
      if (!(share > 0 && share <= 1)) return `leaf ${leaf} has a share of ${share}`;
      sum += share;
    }
    if (Math.abs(sum - 1) > TOLERANCE) return `the shares of leaf ${leaf} sum to ${sum}`;
  }
  return leafStarts.at(-1) === leafClasses.length ? undefined : 'the leaves do not use all entries';
}
