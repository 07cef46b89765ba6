/** Class scores of IFCB bins, one file a bin: what the field's dashboards, iRfcb and ClassiPyR read. */
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatCsv } from '../../csv.js';
import { type StoppedDecision, thresholdOf } from '../../decision/stop-at-ancestor.js';
import { CladenetError } from '../../errors.js';
import { type ClassScores, UNCLASSIFIED, writeClassScores } from '../../formats/ifcb/class-scores.js';
import { parseTarget, type Target, targetName } from '../../formats/ifcb/names.js';
import { byCodePoint } from '../../order.js';
import { startFile, type UnfinishedFile } from '../../unfinished-file.js';
import { counted } from '../../units.js';
import type { PredictedImages, PredictionContext, PredictionWriter } from './prediction-writer.js';

/** An image, and where its scores are among those that were kept. */
interface Row extends Target {
  readonly index: number;
  readonly decided: number;
  readonly className: string;
}

/**
 * `BIN_class.h5` (`h5`) or `BIN_class_scores.csv` (`csv`: `pid`, then a column for each class, as dashboards export it), and
 * `BIN.csv` (`file_name,class_name,class_name_auto,score`, as ClassiPyR reads it). A class that does not reach the
 * `minConfidence` is the node that was decided on in its place, or `unclassified` at the root.
 *
 * Scores wait in a file until the images of all bins are there, in whatever order they come.
 */
export async function openIfcb(context: PredictionContext, as: 'h5' | 'csv'): Promise<PredictionWriter> {
  const { out, classes } = context;
  const waiting = await startFile(join(out, 'scores'));
  const handle = await open(waiting.temporary, 'w+');
  const rows: Row[] = [];
  const width = classes.length * 4;
  const end = async () => {
    await handle.close();
    await waiting.discard();
  };

  async function scoresOf(bin: readonly Row[]): Promise<Float64Array> {
    const scores = new Float64Array(bin.length * classes.length);
    const row = new Float32Array(classes.length);
    for (const [i, { index }] of bin.entries()) {
      await handle.read(new Uint8Array(row.buffer), 0, width, index * width);
      scores.set(row, i * classes.length);
    }
    return scores;
  }

  return {
    async write(predicted) {
      for (const row of rowsOf(predicted, rows.length)) rows.push(row);
      const { probabilities } = predicted.classification;
      await handle.write(new Uint8Array(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength));
    },
    async commit() {
      const files: UnfinishedFile[] = [];
      const bins = binsOf(rows);
      try {
        for (const [bin, own] of bins) {
          const content = contentOf(own, await scoresOf(own), context);
          const main = await startFile(join(out, as === 'h5' ? `${bin}_class.h5` : `${bin}_class_scores.csv`));
          files.push(main);
          if (as === 'h5') await writeClassScores(main.temporary, content);
          else await writeText(main, scoreRows(own, content));
          const labels = await startFile(join(out, `${bin}.csv`));
          files.push(labels);
          await writeText(labels, labelRows(own, content));
        }
        for (const file of files) await file.commit();
      } catch (error) {
        for (const file of files) await file.discard();
        throw error;
      } finally {
        await end();
      }
      return `class scores of ${counted(rows.length, 'image')} of ${counted(bins.size, 'bin')} written to ${out}`;
    },
    discard: end,
  };
}

/** @throws CladenetError DATASET naming the first images that are in no bin */
function rowsOf({ images, classification }: PredictedImages, first: number): Row[] {
  const { classes, decisions, nodes } = classification;
  const strangers: string[] = [];
  const rows = images.paths.flatMap((path, i): Row[] => {
    const [bin, number] = [images.fields?.bin?.[i], images.fields?.roi_number?.[i]];
    const target = bin && number ? { bin, number: Number(number) } : parseTarget(basename(path));
    if (target === undefined) {
      strangers.push(path);
      return [];
    }
    const decided = decisions[i] as number;
    const node = nodes?.[i];
    const className = node?.doubted ? stoppedAt(node) : (classes[decided] ?? '');
    return [{ ...target, index: first + i, decided, className }];
  });
  if (strangers.length === 0) return rows;
  const remedy = 'Write them with `format: table`.';
  throw new CladenetError(
    'DATASET',
    'Class scores of IFCB bins are of images in bins',
    strangers.map((path) => ({
      where: path,
      expected: 'an image of a bin, or a file named BIN_00012.png',
      received: 'another image',
      remedy,
    })),
  );
}

const stoppedAt = ({ depth, path }: StoppedDecision): string => (depth === 0 ? UNCLASSIFIED : path);

/** The rows of each bin, by number. */
function binsOf(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const bins = new Map<string, Row[]>();
  for (const row of rows) {
    const own = bins.get(row.bin) ?? [];
    own.push(row);
    bins.set(row.bin, own);
  }
  for (const own of bins.values()) own.sort((a, b) => a.number - b.number);
  return new Map([...bins].sort(([a], [b]) => byCodePoint(a, b)));
}

function contentOf(rows: readonly Row[], scores: Float64Array, { classes, model, minConfidence }: PredictionContext) {
  return {
    classes,
    scores,
    roiNumbers: Int32Array.from(rows, ({ number }) => number),
    classifierName: basename(model),
    classNames: rows.map(({ className }) => className),
    classNamesAuto: rows.map(({ decided }) => classes[decided] ?? ''),
    thresholds: Float64Array.from(classes, (_, c) =>
      minConfidence === undefined ? Number.NaN : thresholdOf(minConfidence, c),
    ),
  } satisfies ClassScores;
}

type Cell = string | number;

function scoreRows(rows: readonly Row[], { classes, scores }: ClassScores): Cell[][] {
  const k = classes.length;
  return [
    ['pid', ...classes],
    ...rows.map((row, i): Cell[] => [targetName(row), ...scores.subarray(i * k, (i + 1) * k)]),
  ];
}

function labelRows(rows: readonly Row[], { classes, scores }: ClassScores): Cell[][] {
  return [
    ['file_name', 'class_name', 'class_name_auto', 'score'],
    ...rows.map((row, i): Cell[] => {
      const auto = classes[row.decided] ?? '';
      return [`${targetName(row)}.png`, row.className, auto, scores[i * classes.length + row.decided] ?? 0];
    }),
  ];
}

async function writeText({ temporary }: UnfinishedFile, rows: readonly Cell[][]): Promise<void> {
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(formatCsv(rows));
  } finally {
    await handle.close();
  }
}
