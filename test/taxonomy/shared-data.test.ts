/** Real taxonomies of plankton, in the folder `CLADENET_DATA` or beside the repository. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { drawTree } from '../../src/taxonomy/draw-tree.js';
import { lcaHeights } from '../../src/taxonomy/lca-heights.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';

const data = process.env.CLADENET_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const isHere = existsSync(join(data, 'ndsb-morphotree.csv'));

describeWhere(isHere, NEEDS.sharedData)('the taxonomies of the 121 plankton classes', () => {
  it('by shape: 47 inner nodes', async () => {
    const taxonomy = await readTaxonomy(join(data, 'ndsb-morphotree.csv'));
    expect(taxonomy.classes).toHaveLength(121);
    expect(taxonomy.internalNodes()).toHaveLength(47);
    expect(taxonomy.root).toBe('');
    for (const { children } of taxonomy.internalNodes()) expect(children.length).toBeGreaterThan(1);
    expect(taxonomy.has('Plankton>Protist>Acantharia_Protist>acantharia_protist')).toBe(true);
    const heights = lcaHeights(taxonomy, taxonomy.classes);
    expect(Math.max(...heights)).toBe(taxonomy.node('').height);
    expect(drawTree(taxonomy).split('\n')).toHaveLength(168);
  });

  it('by Linnaean names: 105 inner nodes with its chains, which are refused by default', async () => {
    const path = join(data, 'ndsb-linnaean.csv');
    const kept = await readTaxonomy(path, { singleChild: 'keep' });
    expect(kept.classes).toHaveLength(121);
    expect(kept.internalNodes()).toHaveLength(105);
    const branching = kept.internalNodes().filter(({ children }) => children.length > 1);
    const collapsed = await readTaxonomy(path, { singleChild: 'collapse' });
    expect(collapsed.internalNodes()).toHaveLength(branching.length);
    expect(collapsed.classes.toSorted()).toEqual(kept.classes.toSorted());
    await expect(readTaxonomy(path)).rejects.toThrow(/ndsb-linnaean\.csv, line 5: expected at least 2 children/);
  });
});
