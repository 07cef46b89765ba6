/** Checks the ids and ranks of nodes: valid, the same wherever a node is named, and no id on two nodes. */

import { asId, asRank, type Taxon } from '../formats/taxon.js';
import type { Finding, Place } from './findings.js';
import { labelFlaw, SEPARATOR } from './names.js';
import type { PlacedLineage, PlacedName } from './reading.js';

/** A node as far as it is known, and where it was named first. */
interface Known extends Taxon {
  id: string | undefined;
  rank: string | undefined;
  readonly at: Place;
  readonly below: Map<string, Known>;
}

/** One finding per node and per place. */
export function taxonFindings(lineages: readonly PlacedLineage[]): Finding[] {
  const findings: Finding[] = [];
  const owners = new Map<string, { readonly node: Known; readonly path: string }>();
  const top = new Map<string, Known>();
  const checked = new Set<PlacedName>();
  for (const { names } of lineages) {
    let [below, path] = [top, ''];
    for (const written of names) {
      const { name, at } = written;
      const [id, rank] = [asId(written.id), asRank(written.rank)];
      path += path === '' ? name : SEPARATOR + name;
      const node = below.get(name) ?? { id: undefined, rank: undefined, at, below: new Map() };
      below.set(name, node);
      below = node.below;
      if (checked.has(written)) continue;
      checked.add(written);
      for (const [field, article, own] of [['id', 'an', id] as const, ['rank', 'a', rank] as const]) {
        const earlier = node[field];
        const flaw = own === undefined ? undefined : taxonFlaw(own);
        if (flaw !== undefined) {
          const expected = `${article} ${field} without '${SEPARATOR}' and control characters`;
          findings.push({ at, expected, received: flaw });
        } else if (own !== undefined && earlier !== undefined && own !== earlier) {
          const received = `'${own}' besides '${earlier}' (${node.at.where})`;
          findings.push({ at, expected: `one ${field} for '${path}'`, received });
        }
      }
      const owner = id === undefined ? undefined : owners.get(id);
      if (owner !== undefined && owner.node !== node) {
        findings.push({
          at,
          expected: 'each id on one node',
          received: `'${id}' on '${path}' and on '${owner.path}' (${owner.node.at.where})`,
          remedy: 'Give the id to the node above both, or to one of them.',
        });
      } else if (id !== undefined) {
        owners.set(id, { node, path });
      }
      node.id ??= id;
      node.rank ??= rank;
    }
  }
  return findings;
}

function taxonFlaw(value: string): string | undefined {
  return labelFlaw(value) ?? (value.includes(SEPARATOR) ? `a '${SEPARATOR}' in '${value}'` : undefined);
}
