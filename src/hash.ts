/** SHA-256 in hexadecimal: of bytes, of a value, of a file. Equal where everything that matters is equal. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Of bytes, or of a text as UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Of a value's JSON: the order of an object's keys counts, keys whose value is undefined do not. */
export function sha256OfJson(value: unknown): string {
  return sha256(JSON.stringify(value));
}

/** Of a file, read in pieces, so that its size does not matter. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 22 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}
