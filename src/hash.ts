/** SHA-256 in hexadecimal: of bytes, of a value, of a file. Equal where everything that matters is equal. */
import { createHash } from 'node:crypto';
import { piecesOfRegularFile } from './regular-file.js';

/** Of bytes, or of a text as UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Of a value's JSON: the order of an object's keys counts, keys whose value is undefined do not. */
export function sha256OfJson(value: unknown): string {
  return sha256(JSON.stringify(value));
}

/** Of a regular file, read in pieces, so that its size does not matter. @throws as `openRegularFile` */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of piecesOfRegularFile(path, { pieceBytes: 2 ** 22 })) hash.update(piece);
  return hash.digest('hex');
}
