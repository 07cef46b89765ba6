/** Detectors as folders: `detector.json`, `history.jsonl`, `weights/*.bin`. Written whole or not at all. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { append } from '../../arrays.js';
import { CladenetError, type Problem } from '../../errors.js';
import { currentFolder, readSaved, writeFolderAtomic } from '../../files.js';
import { sha256OfJson } from '../../hash.js';
import type { Parameter } from '../../network/layer.js';
import { type Weights, weightProblems } from '../../network/weights.js';
import { decodeWeights, encodeWeights, type WeightsDescription } from '../../network/weights-file.js';
import { withOutputs } from '../../outputs/with-outputs.js';
import { MAX_DOCUMENT_BYTES, readProblem, readRegularFile } from '../../regular-file.js';
import { programsOn } from '../../tensorflow/device.js';
import type { RuntimeOptions } from '../../tensorflow/runtime.js';
import { type EpochRecord, epochRecordSchema } from '../../training/epoch-record.js';
import { LearnedDetector } from './learned-detector.js';
import { mapModel, partsOf } from './network/network-of.js';
import type { OtherReading } from './other-reading.js';
import { type DetectorDescription, FORMAT, FORMAT_VERSION, storedDetectorSchema } from './schema.js';
import { SEPARATOR_CHANNELS } from './squares/separator-view.js';

const DESCRIPTION = 'detector.json';
const HISTORY = 'history.jsonl';
const WEIGHTS = join('weights', 'detector.bin');
const SEPARATOR = join('weights', 'separator.bin');

/** @internal */
export async function saveDetector(
  folder: string,
  { description, weights, history }: Pick<LearnedDetector, 'description' | 'weights' | 'history'>,
): Promise<void> {
  const own = encodeWeights(weights.detector);
  const separator = weights.separator && encodeWeights(weights.separator);
  const content = {
    ...description,
    weights: own.description,
    separatorWeights: separator?.description ?? null,
  };
  await withOutputs([{ where: 'folder', path: folder, kind: 'detector' }], [], () =>
    writeFolderAtomic(folder, async (temporary) => {
      await mkdir(join(temporary, 'weights'));
      await writeFile(join(temporary, WEIGHTS), own.bytes);
      if (separator !== undefined) await writeFile(join(temporary, SEPARATOR), separator.bytes);
      await writeFile(join(temporary, HISTORY), history.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const stored = { ...content, sha256: sha256OfJson(content) };
      await writeFile(join(temporary, DESCRIPTION), `${JSON.stringify(stored, null, 2)}\n`);
    }),
  );
}

/** How a detector is loaded: where it computes, and how it is read. */
export interface LoadDetectorOptions extends Pick<RuntimeOptions, 'device'>, OtherReading {}

/**
 * Loads a detector that was trained.
 *
 * @throws CladenetError MODEL when the folder holds none of a readable version, or what it holds is damaged; USAGE for a
 *   reading that is not valid, as `withReading`; RUNTIME
 */
export async function loadDetector(
  folder: string,
  { device, ...reading }: LoadDetectorOptions = {},
): Promise<LearnedDetector> {
  const current = await currentFolder(folder);
  const stored = await readDescription(join(current, DESCRIPTION), folder);
  const { weights: described, separatorWeights, sha256: hash, ...description } = stored.description;
  const problems: Problem[] = [];
  if (sha256OfJson(stored.content) !== hash) {
    problems.push({ where: DESCRIPTION, expected: 'the content as it was saved', received: 'other content' });
  }
  const detector = await readWeights(
    current,
    WEIGHTS,
    described,
    partsOf(description.detector).model.parameters,
    problems,
  );
  const network = description.separator?.network;
  const separator =
    network === undefined || separatorWeights === null
      ? undefined
      : await readWeights(current, SEPARATOR, separatorWeights, mapModel(network, 1).parameters, problems);
  if ((network === undefined) !== (separatorWeights === null)) {
    problems.push({
      where: `${DESCRIPTION}: separator`,
      expected: 'a network and its weights',
      received: 'one of both',
    });
  }
  if (network !== undefined && network.input.channels !== SEPARATOR_CHANNELS) {
    problems.push({
      where: `${DESCRIPTION}: separator`,
      expected: `a network of ${SEPARATOR_CHANNELS} channels: grey levels, the box, the boxes of others`,
      received: `one of ${network.input.channels}, as an earlier version trained it`,
      remedy: 'Train it again.',
    });
  }
  const history = await readHistory(join(current, HISTORY), problems);
  if (problems.length > 0 || detector === undefined) {
    const remedy = 'Train it again, or copy it again from where it is intact.';
    throw new CladenetError(
      'MODEL',
      `The detector in ${folder} cannot be used`,
      problems.map((problem) => ({ remedy, ...problem })),
    );
  }
  return new LearnedDetector(programsOn({ device }), description, { detector, separator }, history, reading);
}

async function readDescription(file: string, folder: string) {
  const problem = (expected: string, received: string): Problem => ({ where: file, expected, received });
  const refuse = (problems: readonly Problem[]) =>
    new CladenetError('MODEL', `${folder} is not a detector that cladenet can load`, problems);
  let json: unknown;
  try {
    json = JSON.parse((await readRegularFile(file, { maxBytes: MAX_DOCUMENT_BYTES })).toString());
  } catch (error) {
    throw refuse([readProblem(file, error, 'the description of a detector')]);
  }
  const head = z.looseObject({ format: z.string(), version: z.number() }).safeParse(json).data;
  if (head?.format !== FORMAT || head.version !== FORMAT_VERSION) {
    const found = head === undefined ? 'another file' : `${head.format} of version ${head.version}`;
    throw refuse([problem(`${FORMAT} of version ${FORMAT_VERSION}`, found)]);
  }
  const { data, error } = storedDetectorSchema.safeParse(json);
  if (data !== undefined) {
    // The checksum covers the content as it was written.
    const { sha256: _, ...content } = json as typeof data;
    return { description: data, content };
  }
  throw refuse(
    error.issues.map(({ path, message }) => problem(message, `another value of ${path.join('.') || 'the content'}`)),
  );
}

/** The weights in a file, checked against the parameters of their network. */
async function readWeights(
  folder: string,
  name: string,
  described: WeightsDescription,
  parameters: readonly Parameter[],
  problems: Problem[],
): Promise<Weights | undefined> {
  const file = join(folder, name);
  const bytes = await readSaved(file, 'MODEL', described.bytes);
  const weights = typeof bytes === 'string' ? bytes : decodeWeights(bytes, described);
  if (typeof weights === 'string') {
    problems.push({ where: file, expected: 'the weights as they were saved', received: weights });
    return undefined;
  }
  const wanted = Object.fromEntries(parameters.map(({ name: own, shape }) => [own, [...shape]]));
  const found = Object.fromEntries(Object.entries(weights).map(([own, { shape }]) => [own, [...shape]]));
  if (!isDeepStrictEqual(found, wanted)) {
    problems.push({ where: file, expected: 'the arrays of its network', received: 'other names or shapes' });
  }
  append(problems, weightProblems(file, weights));
  return weights;
}

async function readHistory(file: string, problems: Problem[]): Promise<EpochRecord[]> {
  try {
    const text = (await readRegularFile(file, { maxBytes: MAX_DOCUMENT_BYTES })).toString();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => epochRecordSchema.parse(JSON.parse(line)));
  } catch (error) {
    problems.push(readProblem(file, error, 'the epochs of its training'));
    return [];
  }
}

export type { DetectorDescription };
