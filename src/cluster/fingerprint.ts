/** What a plan was made for: the code, the images, and the files that the command reads. A job refuses to work on anything else. */
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImageListing } from '../dataset/listing.js';
import { CladenetError, type Problem } from '../errors.js';
import { isNotFound } from '../files.js';
import { sha256, sha256OfFile, sha256OfJson } from '../hash.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { VERSION } from '../version.js';

/** Digests by what they are of: `code`, `images`, and the names of the files. */
export type Fingerprints = Readonly<Record<string, string>>;

/** The code that jobs run. */
const CODE = join(PACKAGE_ROOT, 'dist');

/**
 * @param files  what the command reads beside images: files, and folders of classifiers or taxonomies
 * @param images the listing, before any image is decoded
 */
export async function fingerprintsOf(
  files: readonly string[],
  images: ImageListing | undefined,
): Promise<Fingerprints> {
  const ofFiles = await Promise.all(files.map(async (file) => [file, await digestOf(file)] as const));
  return {
    code: `${VERSION} ${await codeDigest()}`,
    ...(images && { images: `${images.records.length} images ${listingDigest(images)}` }),
    ...Object.fromEntries(ofFiles),
  };
}

/** @throws CladenetError USAGE naming everything that has changed */
export function requireSame(plan: string, made: Fingerprints, now: Fingerprints): void {
  const names = [...new Set([...Object.keys(made), ...Object.keys(now)])];
  const problems = names.flatMap((where): Problem[] => {
    const [expected = 'nothing', received = 'nothing'] = [made[where], now[where]];
    if (expected === received) return [];
    return [{ where, expected: `${expected}, as when the plan was made`, received }];
  });
  if (problems.length === 0) return;
  const remedy = `Restore it; or cladenet cancel ${plan}, remove that folder, and submit again. What was trained of other data is refused.`;
  throw new CladenetError(
    'USAGE',
    'What the plan was made for has changed',
    problems.map((problem) => ({ ...problem, remedy })),
  );
}

/** Which images there are and what they are labelled, but not their pixels: listing takes seconds. */
function listingDigest({ source, records }: ImageListing): string {
  return short(sha256OfJson(records.map(({ path, label }) => [relative(source, path), label ?? null])));
}

/** The content of a file; of a classifier its description; of another folder the names below it. */
async function digestOf(path: string): Promise<string> {
  try {
    if (!(await stat(path)).isDirectory()) return short(await sha256OfFile(path));
    const description = await sha256OfFile(join(path, 'classifier.json')).catch(() => undefined);
    if (description !== undefined) return short(description);
    return short(sha256((await readdir(path, { recursive: true })).sort().join('\n')));
  } catch (error) {
    if (isNotFound(error)) return 'nothing';
    throw error;
  }
}

async function codeDigest(): Promise<string> {
  const names = (await readdir(CODE, { recursive: true })).filter((name) => name.endsWith('.js'));
  const digests = await Promise.all(
    names.sort().map(async (name) => `${name.split(sep).join('/')} ${await sha256OfFile(join(CODE, name))}`),
  );
  return short(sha256(digests.join('\n')));
}

const short = (digest: string) => digest.slice(0, 16);
