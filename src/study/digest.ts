/** What something was computed from, as a short text: equal where everything that matters is equal. */
import { createHash } from 'node:crypto';

/** SHA-256 of a value's JSON, in hexadecimal. */
export const digest = (value: unknown): string => sha256(JSON.stringify(value));

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Undefined for a text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
