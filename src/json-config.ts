/** Reads configurations. JSON.parse would keep the last of repeated keys in silence; here they are refused with their lines. */
import { append } from './arrays.js';
import { CladenetError, type Problem } from './errors.js';
import { JsonSyntaxError, type JsonValue, parseJson } from './json-lines.js';
import { MAX_DOCUMENT_BYTES, readProblem, readRegularFile } from './regular-file.js';
import { decodeText } from './text.js';

/** Objects and lists inside each other: far more than any configuration has, and few enough for recursive code. */
const MOST_LEVELS = 100;

/**
 * Reads a JSON object, in UTF-8 or with a byte order mark.
 *
 * @param of what the object holds, for the error
 * @throws CladenetError USAGE with every problem if the file is no JSON object, or repeats a key
 */
export async function readJsonObject(file: string, of: string): Promise<Record<string, unknown>> {
  const refuse = (problems: readonly Problem[]) =>
    new CladenetError('USAGE', 'The configuration file cannot be read', problems);
  const expected = `a JSON object of ${of}`;
  const bytes = await readRegularFile(file, { maxBytes: MAX_DOCUMENT_BYTES }).catch((error: unknown) => {
    throw refuse([readProblem(file, error, expected)]);
  });
  const decoded = decodeText(bytes);
  if (!('text' in decoded)) throw refuse([{ where: `${file}:${decoded.line}`, ...decoded.problem }]);
  const problems = problemsOf(decoded.text, file, expected);
  if (problems.length > 0) throw refuse(problems);
  return JSON.parse(decoded.text) as Record<string, unknown>;
}

function problemsOf(text: string, file: string, expected: string): Problem[] {
  if (text.trim() === '') return [{ where: file, expected, received: 'an empty file' }];
  try {
    const top = parseJson(text);
    if (top.kind === 'object') return problemsWithin(top, file);
    return [{ where: `${file}:${top.line}`, expected, received: 'JSON that is not an object' }];
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return [{ where: `${file}:${error.line}`, expected: error.expected, received: error.received }];
  }
}

/** Repeated keys, and too many levels. */
function problemsWithin(top: JsonValue, file: string): Problem[] {
  const problems: Problem[] = [];
  let level: readonly JsonValue[] = [top];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) {
      const where = `${file}:${level[0]?.line ?? 1}`;
      return [...problems, { where, expected: `at most ${MOST_LEVELS} levels`, received: 'more' }];
    }
    for (const value of level) if (value.kind === 'object') append(problems, repeatedKeys(value, file));
    level = level.flatMap(valuesIn);
  }
  return problems;
}

const valuesIn = (value: JsonValue): readonly JsonValue[] => {
  if (value.kind === 'array') return value.items;
  return value.kind === 'object' ? value.members.map((member) => member.value) : [];
};

function repeatedKeys({ members }: JsonValue & { kind: 'object' }, file: string): Problem[] {
  const lineOf = new Map<string, number>();
  return members.flatMap(({ key, line }) => {
    const first = lineOf.get(key);
    lineOf.set(key, first ?? line);
    if (first === undefined) return [];
    const received = `'${key}' again (first in line ${first})`;
    return [{ where: `${file}:${line}`, expected: 'each key once', received, remedy: 'Remove one of them.' }];
  });
}
