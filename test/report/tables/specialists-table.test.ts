import { describe, expect, it } from 'vitest';
import { specialistsTable } from '../../../src/report/tables/specialists-table.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

describe('the table of specialists', () => {
  it('says of each what became of it, and why where accuracy is not the reason', () => {
    const nodes = ['kept', 'worse', 'unseen', 'wild'];
    const taxonomy = Taxonomy.fromLineages(
      nodes.flatMap((node) =>
        ['a', 'b'].map((one) => ({ label: `${node}-${one}`, lineage: [node, `${node}-${one}`] })),
      ),
    );
    const score = (accuracy: number) => ({ accuracy, logLoss: 1 });
    const verdict = { decidedBy: 'head', images: 10, before: score(0.5), after: score(0.5), seconds: 1 } as const;
    const table = specialistsTable(
      [
        { ...verdict, node: 'kept', after: score(0.6), accepted: true },
        { ...verdict, node: 'worse', accepted: false },
        { ...verdict, node: 'unseen', images: 0, before: null, after: null, accepted: false },
        { ...verdict, node: 'wild', after: null, accepted: false },
      ],
      taxonomy,
    );
    expect(table.split('\n').map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      'specialist',
      'kept',
      'dropped',
      'dropped: no images to judge it by',
      'dropped: its training diverged',
    ]);
  });
});
