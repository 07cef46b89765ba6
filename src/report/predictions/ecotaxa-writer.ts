/**
 * Predictions for EcoTaxa, in a folder: a table that updates the categories of its objects, and where the numbers of objects and
 * taxa are known, the same with scores as JSON for its programming interface.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topK } from '../../decision/top-k.js';
import { CladenetError } from '../../errors.js';
import {
  type EcotaxaUpdate,
  ecotaxaHeader,
  formatClassifyAutoMultiple,
  type RankedTaxa,
  UPDATE_COLUMNS,
  updateRows,
} from '../../formats/ecotaxa/write.js';
import { startFile, type UnfinishedFile } from '../../unfinished-file.js';
import { counted } from '../../units.js';
import { type EcotaxaName, ecotaxaNames } from './ecotaxa-names.js';
import type { PredictedImages, PredictionContext, PredictionWriter } from './prediction-writer.js';

export const ECOTAXA_FILES = { table: 'ecotaxa_update.tsv', scores: 'classify_auto_multiple.json' } as const;

/** Taxa that are listed with scores. */
const TOP = 5;

export async function openEcotaxa(context: PredictionContext): Promise<PredictionWriter> {
  const { out, taxonomy, classes, overwriteValidated = false } = context;
  const table = await startFile(join(out, ECOTAXA_FILES.table));
  const scores = await startFile(join(out, ECOTAXA_FILES.scores));
  const when = new Date();
  const names = ecotaxaNames(taxonomy, classes);
  const written = new Set<string>();
  const ranked: RankedTaxa[] = [];
  let [validated, undecided, unranked] = [0, 0, 0];
  await appendFile(table.temporary, ecotaxaHeader(UPDATE_COLUMNS));

  const write = async ({ images, classification }: PredictedImages) => {
    const { object_id: objects, objid, object_annotation_status: status } = images.fields ?? {};
    if (objects === undefined) throw noObjects(images.paths[0] ?? out);
    const best = topK(classification.probabilities, classes.length, TOP);
    const width = best.length / images.count;
    const updates: EcotaxaUpdate[] = [];
    objects.forEach((object, i) => {
      const key = objid?.[i] || object;
      if (written.has(key)) return;
      written.add(key);
      if (status?.[i]?.toLowerCase() === 'validated' && !overwriteValidated) {
        validated++;
        return;
      }
      const stopped = classification.nodes?.[i];
      const decided = classification.decisions[i] ?? 0;
      const name = stopped === undefined ? names.ofClass(decided) : names.ofNode(stopped.path);
      if (name === undefined) {
        undecided++;
        return;
      }
      updates.push({ object, category: name.category, categoryId: name.id });
      const probabilities = Array.from(best.subarray(i * width, (i + 1) * width), (column) => {
        return [names.ofClass(column), classification.probabilities[i * classes.length + column] ?? 0] as const;
      });
      const own = stopped?.probability ?? classification.probabilities[i * classes.length + decided] ?? 0;
      const taxa = rankedTaxa(objid?.[i] ?? '', [name, own], probabilities);
      if (taxa === undefined) unranked++;
      else ranked.push(taxa);
    });
    await appendFile(table.temporary, updateRows(updates, when));
  };
  return {
    write,
    async commit() {
      const objects = ranked.length + unranked;
      const left = [
        ...(validated > 0 ? [`${counted(validated, 'validated object')} left alone`] : []),
        ...(undecided > 0 ? [`${counted(undecided, 'object')} not decided`] : []),
      ];
      await table.commit();
      const isScored = await commitScores(scores, ranked, unranked);
      const why = isScored ? '' : `; no ${ECOTAXA_FILES.scores}: the numbers of objects (objid) or taxa are not known`;
      const others = left.length === 0 ? '' : `; ${left.join(', ')}`;
      return `${counted(objects, 'object')} written to ${join(out, ECOTAXA_FILES.table)}${others}${why}`;
    },
    async discard() {
      await table.discard();
      await scores.discard();
    },
  };
}

/** Writes scores where all objects have them. */
async function commitScores(file: UnfinishedFile, ranked: readonly RankedTaxa[], unranked: number): Promise<boolean> {
  if (unranked > 0) {
    await file.discard();
    return false;
  }
  await appendFile(file.temporary, formatClassifyAutoMultiple(ranked));
  await file.commit();
  return true;
}

type Scored = readonly [name: EcotaxaName | undefined, probability: number];

/** The taxon that was decided on, then others by their probability; undefined where the number of one is not known. */
function rankedTaxa(objid: string, decided: Scored, others: readonly Scored[]): RankedTaxa | undefined {
  const scored = new Map<string, number>();
  for (const [name, probability] of [decided, ...others]) {
    if (name === undefined || !/^\d+$/.test(name.id)) return undefined;
    if (!scored.has(name.id)) scored.set(name.id, probability);
  }
  if (!/^\d+$/.test(objid)) return undefined;
  const scores = [...scored.values()].map((probability) => Number(probability.toFixed(6)));
  return { objid: Number(objid), taxa: [...scored.keys()].map(Number), scores };
}

const noObjects = (path: string) =>
  new CladenetError('USAGE', 'These predictions cannot be written for EcoTaxa', [
    {
      where: path,
      expected: 'an image of an EcoTaxa table, which names its object (object_id)',
      received: 'an image without an object',
      remedy: 'Predict an EcoTaxa export: a folder or a zip file with ecotaxa*.tsv in it, or such a table.',
    },
  ]);
