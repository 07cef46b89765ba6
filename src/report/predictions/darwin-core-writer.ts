/** Predictions as Darwin Core, in a folder: an identification an image, and an archive of the taxa of each sample. */
import { appendFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { formatCsv } from '../../csv.js';
import {
  formatArchive,
  IDENTIFICATION_TERMS,
  type Identification,
  type IdentifiedTaxon,
  type Identifier,
  identificationRows,
  occurrenceId,
} from '../../formats/darwin-core/archive.js';
import { SampleVolume, VOLUME_FIELDS } from '../../formats/sample-volume.js';
import { MAX_DOCUMENT_BYTES, readRegularFile } from '../../regular-file.js';
import { startFile, type UnfinishedFile } from '../../unfinished-file.js';
import { counted } from '../../units.js';
import { VERSION } from '../../version.js';
import { identifiedTaxon } from './darwin-core-taxa.js';
import type { PredictedImages, PredictionContext, PredictionWriter } from './prediction-writer.js';

/** The event of images without a `sample_id`. */
const NO_SAMPLE = 'images';

/** The images of a taxon in a sample, and the individuals that they stand for. */
interface Tally {
  readonly taxon: IdentifiedTaxon;
  count: number;
  individuals: number;
}

interface Sample {
  readonly volume: SampleVolume;
  readonly taxa: Map<string, Tally>;
}

export async function openDarwinCore(context: PredictionContext): Promise<PredictionWriter> {
  const { out, taxonomy, classes } = context;
  const by = await identifierOf(context.model);
  const identifications = await startFile(join(out, 'identification.csv'));
  await appendFile(identifications.temporary, formatCsv([[...IDENTIFICATION_TERMS]]));
  const ofClass = classes.map((name) => taxonomy?.leafOf(name) ?? name);
  const samples = new Map<string, Sample>();
  const taxonOf = remembering((path) => identifiedTaxon(taxonomy, path));
  let [identified, others] = [0, 0];

  const write = async ({ images, classification }: PredictedImages) => {
    const { decisions, nodes, probabilities } = classification;
    const field = (name: string, i: number) => images.fields?.[name]?.[i];
    const found = images.paths.flatMap((image, i): Identification[] => {
      const decided = decisions[i] ?? 0;
      const node = nodes?.[i]?.path ?? ofClass[decided] ?? '';
      const taxon = taxonOf(node);
      const eventID = field('sample_id', i) || NO_SAMPLE;
      const sample = samples.get(eventID) ?? { volume: new SampleVolume(), taxa: new Map<string, Tally>() };
      samples.set(eventID, sample);
      const individuals = sample.volume.add(Object.fromEntries(VOLUME_FIELDS.map((name) => [name, field(name, i)])));
      if (taxon === undefined) {
        others++;
        return [];
      }
      const id = occurrenceId(eventID, taxon);
      const tally = sample.taxa.get(id) ?? { taxon, count: 0, individuals: 0 };
      tally.count++;
      tally.individuals += individuals;
      sample.taxa.set(id, tally);
      const probability = nodes?.[i]?.probability ?? probabilities[i * classes.length + decided] ?? 0;
      return [{ eventID, image, object: field('object_id', i) ?? '', taxon, verbatim: node, probability }];
    });
    identified += found.length;
    await appendFile(identifications.temporary, formatCsv(identificationRows(found, by)));
  };

  return {
    write,
    async commit() {
      const files: UnfinishedFile[] = [];
      try {
        for (const [name, text] of Object.entries(formatArchive(Array.from(samples, occurrencesOf), by))) {
          const file = await startFile(join(out, name));
          files.push(file);
          await appendFile(file.temporary, text);
        }
        for (const file of [identifications, ...files]) await file.commit();
      } catch (error) {
        for (const file of files) await file.discard();
        throw error;
      }
      const left = others === 0 ? '' : `; ${counted(others, 'image')} of no taxon left out`;
      const noVolume = [...samples.values()].filter(({ volume }) => volume.cubicMetres === undefined).length;
      const without = noVolume === 0 ? '' : `; ${counted(noVolume, 'sample')} without a known volume`;
      return `${counted(identified, 'identification')} in ${counted(samples.size, 'sample')} written to ${out}${left}${without}`;
    },
    discard: () => identifications.discard(),
  };
}

const occurrencesOf = ([eventID, { volume, taxa }]: readonly [string, Sample]) => ({
  eventID,
  volume: volume.cubicMetres,
  taxa: Array.from(taxa.values(), ({ taxon, count, individuals }) => ({
    taxon,
    count,
    concentration: volume.cubicMetres === undefined ? undefined : individuals / volume.cubicMetres,
  })),
});

/** The classifier as what identifies: its folder's name, and the hash by which its description can be recognised. */
async function identifierOf(model: string): Promise<Identifier> {
  const description = await readRegularFile(join(model, 'classifier.json'), { maxBytes: MAX_DOCUMENT_BYTES });
  const { sha256 } = JSON.parse(description.toString()) as {
    readonly sha256?: { readonly description?: string };
  };
  const hash = sha256?.description === undefined ? '' : ` (SHA-256 of its description: ${sha256.description})`;
  return {
    identifiedBy: `cladenet ${VERSION}`,
    identificationReferences: `classifier ${basename(resolve(model))}${hash}, run with cladenet ${VERSION}`,
    dateIdentified: new Date().toISOString(),
  };
}

function remembering<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key) as T;
  };
}
