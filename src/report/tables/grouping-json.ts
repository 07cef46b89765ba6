/** A grouping and everything that was worked out with it, as JSON. */
import type { MethodsComparison } from '../../grouping/compare-methods.js';
import type { Confusion } from '../../grouping/confusion.js';
import type { GroupingOptions } from '../../grouping/group-classes.js';
import { mistakesInGroup } from '../../grouping/mistakes.js';
import { namedGroups } from '../../grouping/named-groups.js';
import type { GroupingResults } from './grouping-text.js';

/** Results that were not requested are null. */
export function groupingJson(
  confusion: Confusion,
  options: GroupingOptions,
  { grouping, beta, sweep, specialists, comparison }: GroupingResults,
) {
  const { method, symmetrize, alpha, linkage, groups: wanted, seed } = options;
  const { classes, groups, merges } = grouping;
  const named = namedGroups(grouping).map((one) => ({ ...one, mistakes: mistakesInGroup(confusion, one.classes) }));
  return {
    classes,
    groups,
    merges,
    named,
    mistakesInside: named.reduce((sum, { mistakes }) => sum + mistakes.ofAll, 0),
    options: {
      method,
      symmetrize,
      alpha: alpha ?? null,
      linkage: linkage ?? null,
      beta: beta ?? null,
      groups: wanted ?? null,
      seed,
    },
    recommended: sweep?.recommended ?? null,
    sweep: sweep?.points ?? null,
    specialists: specialists ?? null,
    agreement: comparison === undefined ? null : asTable(comparison),
  };
}

function asTable({ methods, agreement }: MethodsComparison) {
  return {
    methods: methods.map(({ method, grouping }) => ({ method, groups: grouping.groups })),
    adjustedRand: agreement,
  };
}
