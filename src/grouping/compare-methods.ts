/** All clustering methods side by side, and how far they agree. */
import { adjustedRandIndex } from './adjusted-rand.js';
import type { Confusion } from './confusion.js';
import { type GroupingMethod, type GroupingOptions, groupClasses } from './group-classes.js';
import type { Grouping } from './grouping.js';

/** The groups of several methods, and how far they agree. */
export interface MethodsComparison {
  readonly methods: readonly { readonly method: GroupingMethod; readonly grouping: Grouping }[];
  /** `agreement[i][j]`: the adjusted Rand index of methods i and j; symmetric, 1 on the diagonal. */
  readonly agreement: readonly (readonly number[])[];
}

/**
 * Beta-threshold clustering at `beta`, and every other method on the same symmetric matrix with the same number of groups,
 * so that a difference in number does not hide how far the methods agree.
 * @throws CladenetError as {@link groupClasses}
 */
export function compareMethods(
  confusion: Confusion,
  options: Omit<GroupingOptions, 'method' | 'groups' | 'beta'> & { readonly beta: number },
): MethodsComparison {
  const { beta, ...common } = options;
  const first = groupClasses(confusion, { ...common, beta });
  const others = (['agglomerative', 'kmeans', 'spectral'] as const).map((method) => ({
    method,
    grouping: groupClasses(confusion, { ...common, method, groups: first.groups.length }),
  }));
  const methods = [{ method: 'beta' as const, grouping: first }, ...others];
  const agreement = methods.map((a) => methods.map((b) => adjustedRandIndex(a.grouping, b.grouping)));
  return { methods, agreement };
}
