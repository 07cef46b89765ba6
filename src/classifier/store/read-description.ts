/** Reads the text files of a saved classifier. What is wrong with them is gathered. */
import { join } from 'node:path';
import { z } from 'zod';
import { CladenetError, type Problem } from '../../errors.js';
import { sha256, sha256OfJson } from '../../hash.js';
import { MAX_DOCUMENT_BYTES, MAX_TABLE_BYTES, readProblem, readRegularFile } from '../../regular-file.js';
import { descriptionSchema, FORMAT, type StoredDescription } from '../schema.js';
import { descriptionProblems } from './check-description.js';
import { migrate, READABLE_VERSIONS } from './migrate.js';

/** The file with a classifier's description. */
export const DESCRIPTION = 'classifier.json';

/**
 * @param problems gets what does not keep the description from being used
 * @throws CladenetError MODEL for what is not a classifier, or not one that makes sense
 */
export async function readDescription(folder: string, problems: Problem[]): Promise<StoredDescription> {
  const file = join(folder, DESCRIPTION);
  const text = await readText(file, undefined, problems, MAX_DOCUMENT_BYTES);
  const head = parse(file, text, z.looseObject({ format: z.string(), version: z.number() }), problems);
  if (text === undefined || head === undefined) {
    throw new CladenetError('MODEL', `${folder} is not a classifier that cladenet saved`, problems);
  }
  if (head.format !== FORMAT || !READABLE_VERSIONS.includes(head.version)) {
    throw new CladenetError('MODEL', `${folder} cannot be loaded`, [
      {
        where: file,
        expected: `${FORMAT} of version ${READABLE_VERSIONS.join(' or ')}`,
        received: `${head.format} of version ${head.version}`,
        remedy: 'Load it with the version of cladenet that wrote it.',
      },
    ]);
  }
  // The checksum covers the content as it was written.
  const { sha256: hashes, ...content } = JSON.parse(text) as { sha256?: { description: string }; format: string };
  const migrated = migrate({ ...content, ...(hashes && { sha256: hashes }) });
  const description = check(file, migrated, descriptionSchema, problems);
  if (description === undefined) throw damaged(folder, problems);
  if (hashes !== undefined && sha256OfJson(content) !== hashes.description) problems.push(changed(file));
  const contradictions = descriptionProblems(description);
  if (contradictions.length === 0) return description;
  const located = contradictions.map((problem) => ({ ...problem, where: `${file}: ${problem.where}` }));
  throw new CladenetError('MODEL', `The classifier in ${folder} contradicts itself and was not loaded`, [
    ...problems,
    ...located,
  ]);
}

/** The text of a file; where it cannot be read or is not the one that was saved, a problem. */
export async function readText(
  file: string,
  hash: string | undefined,
  problems: Problem[],
  maxBytes = MAX_TABLE_BYTES,
): Promise<string | undefined> {
  try {
    const text = (await readRegularFile(file, { maxBytes })).toString();
    if (hash !== undefined && sha256(text) !== hash) problems.push(changed(file));
    return text;
  } catch (error) {
    problems.push(readProblem(file, error, 'what cladenet wrote'));
    return undefined;
  }
}

export function parse<S extends z.ZodType>(
  where: string,
  text: string | undefined,
  schema: S,
  problems: Problem[],
): z.output<S> | undefined {
  if (text === undefined) return undefined;
  try {
    return check(where, JSON.parse(text), schema, problems);
  } catch (error) {
    problems.push({ where, expected: 'JSON that cladenet wrote', received: (error as Error).message });
    return undefined;
  }
}

function check<S extends z.ZodType>(
  where: string,
  content: unknown,
  schema: S,
  problems: Problem[],
): z.output<S> | undefined {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) {
    const at = `${where}: ${path.join('.') || 'content'}`;
    problems.push({ where: at, expected: 'what cladenet wrote', received: message });
  }
  return undefined;
}

function changed(file: string): Problem {
  return {
    where: file,
    expected: 'the text that was saved',
    received: 'another one: the file is damaged or was edited',
  };
}

export function damaged(folder: string, problems: readonly Problem[]): CladenetError {
  return new CladenetError('MODEL', `The classifier in ${folder} is damaged and was not loaded`, problems);
}
