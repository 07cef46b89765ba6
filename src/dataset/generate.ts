/**
 * The images of the demo: grey organisms drawn along an invented phylogeny, so that a hierarchy helps, and a newcomer
 * needs no data of their own.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../abort.js';
import { formatCsv } from '../csv.js';
import { CladenetError, type Problem } from '../errors.js';
import { writeFolderAtomic } from '../files.js';
import { readRegularFile } from '../regular-file.js';
import { drawOrganism } from './generate/draw.js';
import { organismClasses } from './generate/phylogeny.js';
import { drawsOf } from './generate/random.js';

export { type OrganismClass, organismClasses } from './generate/phylogeny.js';

/** Options of {@link generateOrganisms}. */
export interface GenerateOptions {
  /** The folder to write. Earlier generated organisms in it are replaced; any other content is refused. */
  readonly out: string;
  /** Images of an average class, 2 to 6000; a class has between 0.5 and 1.5 times as many. Default 80. */
  readonly imagesPerClass?: number;
  /** A whole number of 32 bits; the same seed gives the same files. Default 1. */
  readonly seed?: number;
  /** Called after every image. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the work between two images; nothing is written then. */
  readonly signal?: AbortSignal;
}

/** What {@link generateOrganisms} wrote. */
export interface GeneratedOrganisms {
  /** `out/taxonomy.csv`: class,path with `>` between the names. */
  readonly taxonomyFile: string;
  /** `out/images`: one folder per class, `images/CLASS/0000.png`. */
  readonly imagesFolder: string;
  /** The number of images. */
  readonly images: number;
}

/** The taxonomy of the organisms as the text of a `class,path` file. */
export function organismTaxonomyCsv(): string {
  return formatCsv([['class', 'path'], ...organismClasses.map(({ name, lineage }) => [name, lineage.join('>')])]);
}

/**
 * The number of images of class `index`: a low-discrepancy sequence between 0.5 and 1.5 times the average, so that the
 * classes are unbalanced, as real ones are, and the total hardly depends on their number.
 */
function classSize(index: number, imagesPerClass: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Math.max(1, Math.round(imagesPerClass * (0.5 + (((index + 1) * golden) % 1))));
}

/**
 * Draws organisms of 30 species into `out`: `images/CLASS/NNNN.png` and `taxonomy.csv`. The folder appears whole or not
 * at all; it is not synced to disk, since the same call draws it again. A picture depends only on the seed, its class and its number, so a larger set contains the smaller one.
 *
 * @throws CladenetError USAGE when an option is not valid or `out` holds anything else; RUNTIME when sharp cannot be
 *   loaded; ABORTED when `signal` fires
 */
export async function generateOrganisms(options: GenerateOptions): Promise<GeneratedOrganisms> {
  const { out, imagesPerClass = 80, seed = 1, onProgress, signal } = options;
  const problems = [...checkOptions(imagesPerClass, seed), ...(await checkFolder(out))];
  if (problems.length > 0) throw new CladenetError('USAGE', 'The organisms cannot be generated.', problems);

  const pictures = organismClasses.flatMap((organism, index) =>
    Array.from({ length: classSize(index, imagesPerClass) }, (_, number) => ({ organism, index, number })),
  );
  await writeFolderAtomic(
    out,
    async (folder) => {
      await writeFile(join(folder, 'taxonomy.csv'), organismTaxonomyCsv());
      for (const { name } of organismClasses) await mkdir(join(folder, 'images', name), { recursive: true });
      let [next, done] = [0, 0];
      const work = async () => {
        for (let picture = pictures[next++]; picture !== undefined; picture = pictures[next++]) {
          throwIfAborted(signal, 'Generating the organisms');
          const { organism, index, number } = picture;
          const png = await drawOrganism(organism.traits, drawsOf(seed, index, number));
          await writeFile(join(folder, 'images', organism.name, `${String(number).padStart(4, '0')}.png`), png);
          onProgress?.(++done, pictures.length);
        }
      };
      const worker = () =>
        work().catch((error: unknown) => {
          next = pictures.length;
          throw error;
        });
      // A few pictures at once keep sharp's threads busy. All workers end before a failure is thrown, so that none writes
      // into the folder while it is removed.
      const ends = await Promise.allSettled(Array.from({ length: 4 }, worker));
      const failure = ends.find((end) => end.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
    },
    { durable: false },
  );
  return { taxonomyFile: join(out, 'taxonomy.csv'), imagesFolder: join(out, 'images'), images: pictures.length };
}

function checkOptions(imagesPerClass: number, seed: number): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(imagesPerClass) || imagesPerClass < 2 || imagesPerClass > 6000) {
    const expected = 'a whole number from 2 to 6000';
    problems.push({ where: 'imagesPerClass', expected, received: String(imagesPerClass) });
  }
  if (!Number.isInteger(seed) || Math.abs(seed) > 2 ** 31) {
    problems.push({ where: 'seed', expected: 'a whole number of 32 bits', received: String(seed) });
  }
  return problems;
}

/** `out` is replaced as a whole, so it must not hold anything but generated organisms. */
async function checkFolder(out: string): Promise<Problem[]> {
  const foreign = await foreignFilesIn(out);
  if (foreign.length === 0) return [];
  return [
    {
      where: out,
      expected: 'no folder, an empty one or earlier generated organisms (it is replaced as a whole)',
      received: `${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ', ...' : ''}`,
      remedy: 'Name another folder, or remove this one yourself.',
    },
  ];
}

/** Everything except this taxonomy file and the folders of these classes. */
async function foreignFilesIn(out: string): Promise<string[]> {
  const names = await namesIn(out);
  if (names === undefined) return ['a file'];
  if (names.length === 0) return [];
  const own = Buffer.from(organismTaxonomyCsv());
  const there = await readRegularFile(join(out, 'taxonomy.csv'), { maxBytes: own.length }).catch(() => undefined);
  if (!there?.equals(own)) return names;
  const known = new Set(organismClasses.map(({ name }) => name));
  const classes = (await namesIn(join(out, 'images'))) ?? ['images'];
  return [
    ...names.filter((name) => name !== 'images' && name !== 'taxonomy.csv'),
    ...classes.filter((name) => !known.has(name)).map((name) => join('images', name)),
  ];
}

/** The names in a folder; none if there is no folder; undefined if there is a file instead. */
async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') return undefined;
    throw error;
  }
}
