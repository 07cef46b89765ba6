/** The tables of features that arms name. They are read before anything is trained, so that a fault in one is reported first. */
import type { TableChoice } from '../classifier/train/feature-options.js';
import { readNamedTable } from '../classifier/train/named-table.js';
import type { FeatureTable } from '../features/feature-table.js';
import { sha256, sha256OfJson } from '../hash.js';
import { sourcesNamed } from '../options/feature-sources.js';
import type { StudyConfig } from './config.js';
import type { ArmPlan, ModelPlan } from './plan.js';
import type { SourcesPlan, TablePlan } from './plan-sources.js';

export interface StudyTables {
  /** The table, as trainings take it. */
  of(plan: TablePlan): TableChoice;
  /** Equal for tables with the same names and numbers. */
  digestOf(plan: TablePlan): string;
}

/** The files that arms on features name. */
export const tableFiles = ({ arms }: Pick<StudyConfig, 'arms'>): ReadonlySet<string> =>
  new Set(
    arms.flatMap((arm) => {
      if (!('features' in arm)) return [];
      return sourcesNamed(arm.features).flatMap((source) => (typeof source === 'string' ? [] : [source.file]));
    }),
  );

/** @throws CladenetError USAGE or DATASET as `readNamedTable` */
export async function readStudyTables(arms: readonly Pick<ArmPlan, 'model'>[]): Promise<StudyTables> {
  const read = new Map<string, TableChoice & { readonly digest: string }>();
  const keyOf = ({ file, column }: TablePlan) => JSON.stringify([file, column]);
  for (const plan of arms.flatMap(({ model }) => tablesOf(model))) {
    if (read.has(keyOf(plan))) continue;
    const { file, column: tableColumn } = plan;
    const table = await readNamedTable(file, tableColumn);
    read.set(keyOf(plan), { table, file, tableColumn, digest: digestOf(table) });
  }
  const required = (plan: TablePlan) => {
    const table = read.get(keyOf(plan));
    if (table === undefined) throw new TypeError('a table was not read');
    return table;
  };
  return {
    of(plan) {
      const { digest: _, ...choice } = required(plan);
      return choice;
    },
    digestOf: (plan) => required(plan).digest,
  };
}

/** Tables among the sources of a model, or of those that it fuses. */
function tablesOf(model: ModelPlan): TablePlan[] {
  if (model.kind === 'fusion') return model.of.flatMap(tablesOf);
  const sources: Partial<SourcesPlan> =
    model.kind === 'tree' ? (model.forests ?? {}) : model.kind === 'features' ? model : {};
  return (sources.features ?? []).flatMap((source) => (typeof source === 'string' ? [] : [source]));
}

const digestOf = ({ names, rows, values }: FeatureTable): string =>
  sha256OfJson([names, rows, sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))]);
