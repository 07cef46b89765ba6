/** A random forest: trees, what their numbers mean, and predictions. */
import { append } from '../arrays.js';
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import { type FeatureTable, requireFeatureTable } from '../features/feature-table.js';
import { counted } from '../units.js';
import { valueProblems } from './check-table.js';
import type { ForestSettings } from './options.js';
import type { Trees } from './trees.js';
import { blockOf, votesOf } from './votes.js';

/** What a forest consists of. */
export interface ForestParts {
  readonly names: readonly string[];
  readonly classes: readonly string[];
  readonly settings: ForestSettings;
  readonly trees: Trees;
  readonly medians: Float64Array | undefined;
  readonly impurityImportance: Float64Array;
  readonly outOfBagAccuracy: number | undefined;
}

/** A trained forest. It is made by `fitForest` or `decodeForest`, and does not change. */
export class Forest {
  /** The features, in the order of the trees' numbers. */
  readonly names: readonly string[];
  /** The classes, in the order of the columns of probabilities. */
  readonly classes: readonly string[];
  /** How it was grown. */
  readonly settings: ForestSettings;
  readonly trees: Trees;
  /** Of each feature: the median of its training rows, which replaces NaN. Undefined if NaN is refused. */
  readonly medians: Float64Array | undefined;
  /**
   * How much each feature lowers the Gini impurity, averaged over trees; sums to 1 (Breiman, 2001, with the weighting that
   * scikit-learn uses). Features of many distinct values are favoured; `permutationImportance` does not have that bias.
   */
  readonly impurityImportance: Float64Array;
  /** The share of the training rows that the trees which did not grow on them classify correctly. Undefined without bootstrap. */
  readonly outOfBagAccuracy: number | undefined;

  constructor(parts: ForestParts) {
    this.names = parts.names;
    this.classes = parts.classes;
    this.settings = parts.settings;
    this.trees = parts.trees;
    this.medians = parts.medians;
    this.impurityImportance = parts.impurityImportance;
    this.outOfBagAccuracy = parts.outOfBagAccuracy;
  }

  /**
   * Class probabilities: the mean over the trees of the class shares in the leaf that a row comes to.
   *
   * @param table has the forest's features, in any order; other columns are ignored
   * @returns rows x classes
   * @throws CladenetError DATASET for features that are missing, and for values that are not finite (NaN is allowed if the
   *   forest was trained with `missing: 'median'`)
   */
  predict(table: FeatureTable): Float32Array {
    const columns = this.columnsOf(table);
    const classes = this.classes.length;
    const probabilities = new Float32Array(table.rows.length * classes);
    const block = blockOf(columns.length);
    for (let from = 0; from < table.rows.length; from += block) {
      const to = Math.min(from + block, table.rows.length);
      const sums = votesOf(this.trees, this.valuesOf(table, columns, from, to), columns.length, classes);
      const trees = this.trees.roots.length;
      probabilities.set(
        sums.map((sum) => sum / trees),
        from * classes,
      );
    }
    return probabilities;
  }

  /**
   * The table's values as the trees read them, rows x features.
   *
   * @internal
   */
  inputOf(table: FeatureTable): Float64Array {
    return this.valuesOf(table, this.columnsOf(table), 0, table.rows.length);
  }

  private valuesOf(table: FeatureTable, columns: Int32Array, from: number, to: number): Float64Array {
    const { medians } = this;
    const width = table.names.length;
    const features = columns.length;
    const values = new Float64Array((to - from) * features);
    for (let row = from; row < to; row++) {
      for (let feature = 0; feature < features; feature++) {
        let value = table.values[row * width + (columns[feature] as number)] as number;
        if (medians !== undefined && Number.isNaN(value)) value = medians[feature] as number;
        values[(row - from) * features + feature] = value;
      }
    }
    return values;
  }

  /** Of each feature: its column in the table. */
  private columnsOf(table: FeatureTable): Int32Array {
    requireFeatureTable(table);
    const columns = new Map(table.names.map((name, column) => [name, column]));
    const own = new Set(this.names);
    const others = table.names.filter((name) => !own.has(name));
    const problems: Problem[] = this.names
      .filter((name) => !columns.has(name))
      .map((name) => {
        const where = `names of the table (${counted(table.names.length, 'column')})`;
        return { where, expected: name, received: 'no such column', remedy: didYouMean(name, others) };
      });
    const known = Int32Array.from(this.names, (name) => columns.get(name) ?? -1);
    const used = new Set(known);
    const remedy = "Leave these rows out, or train the forest with missing: 'median'";
    append(
      problems,
      valueProblems(table, this.medians !== undefined, remedy, (column) => used.has(column)),
    );
    if (problems.length > 0) throw new CladenetError('DATASET', 'The forest cannot predict these rows', problems);
    return known;
  }
}
