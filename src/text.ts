/** Text files as text: bytes that are not what their encoding says are refused with their place, not replaced. */
import type { Problem } from './errors.js';

/** The text, or why the bytes are none, with the number of the line and of the byte where they stop to be. */
export type DecodedText =
  | { readonly text: string }
  | { readonly line: number; readonly problem: Omit<Problem, 'where'> };

/**
 * Decodes UTF-8, and UTF-16 that begins with a byte order mark, which is removed. Any other encoding is refused: its bytes
 * would be read as other characters.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  const packed = packedAs(bytes);
  if (packed !== undefined) return { line: 1, problem: { expected: 'text in UTF-8', ...packed } };
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return refusal(bytes, encoding);
  }
  const nul = text.indexOf('\0');
  if (nul < 0) return { text };
  const problem = {
    expected: 'text in UTF-8',
    received: 'a NUL character, as in UTF-16 without a byte order mark',
    remedy: REMEDY,
  };
  return { line: lineAt(text, nul), problem };
}

/** Files that people take for tables, by their first bytes. */
function packedAs(bytes: Uint8Array): Pick<Problem, 'received' | 'remedy'> | undefined {
  const begins = (...magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (begins(0x1f, 0x8b)) return { received: 'a file compressed by gzip', remedy: 'Unpack it: gunzip --keep FILE.' };
  if (!begins(0x50, 0x4b, 3, 4)) return undefined;
  const remedy = 'Save the table of a spreadsheet as "CSV UTF-8".';
  return { received: 'a spreadsheet (.xlsx, .ods) or a zip file', remedy };
}

const REMEDY = 'Save the file as UTF-8 (in a spreadsheet: "CSV UTF-8").';

function refusal(bytes: Uint8Array, encoding: string): DecodedText {
  const name = encoding.toUpperCase().replace(/[LB]E$/, '');
  if (encoding !== 'utf-8') {
    const problem = {
      expected: `text in ${name}, as its byte order mark says`,
      received: 'bytes of another encoding',
      remedy: REMEDY,
    };
    return { line: 1, problem };
  }
  const at = validLength(bytes);
  const byte = `0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
  const received = `bytes of another encoding (${byte}, byte ${at + 1} of the file)`;
  let line = 1;
  for (let i = 0; i < at; i++) if (bytes[i] === 10) line++;
  return { line, problem: { expected: 'text in UTF-8', received, remedy: REMEDY } };
}

/** The length of the longest beginning that is UTF-8, found by halving. */
function validLength(bytes: Uint8Array): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  // The last character may be incomplete.
  while (low > 0 && !isUtf8(bytes.subarray(0, low), false)) low--;
  return low;
}

/** Whether bytes are text in UTF-8 or, as a `beginning`, text whose last character may be incomplete. */
function isUtf8(bytes: Uint8Array, beginning = true): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: beginning });
    return true;
  } catch {
    return false;
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
