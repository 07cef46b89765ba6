/** `cladenet taxonomy`: checks a taxonomy, against images where they are given, draws it, and writes it in another format. */

import { z } from 'zod';
import { acceptedClasses, acceptedNames } from '../../classifier/data/accepted-labels.js';
import { imageChoice, tableColumns } from '../../options/images.js';
import { option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { log, print } from '../../progress.js';
import type { SingleChild } from '../../taxonomy/check.js';
import { drawTree } from '../../taxonomy/draw-tree.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { TAXONOMY_FORMATS, type TaxonomyFormat } from '../../taxonomy/parse.js';
import { writeTaxonomy } from '../../taxonomy/write.js';
import { counted } from '../../units.js';
import { oneOf, text } from '../../value-schemas.js';
import { chooseImages, type ImageChoice } from '../images.js';
import { openTaxonomy } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const CHOICE = ['pathColumn', 'labelColumn', 'strict'] as const;

export const taxonomy = command({
  arguments: z.object({ file: option(taxonomyFile, {}) }),
  options: z.strictObject({
    images: option(imageChoice.images.optional(), {
      description: 'images that the taxonomy has to fit; the tree is drawn with their numbers',
      value: 'dir|table',
    }),
    ...tableColumns,
    strict: imageChoice.strict,
    singleChild,
    out: option(text('a file').optional(), {
      description: 'file to write the taxonomy to; the extension gives the format: .csv, .json or .nwk',
      value: 'file',
      writes: 'file',
    }),
    format: option(oneOf(...TAXONOMY_FORMATS).optional(), {
      description: 'format of the file of --out',
      value: 'name',
      choices: {
        table: 'a path for each class, in CSV',
        json: 'nested nodes',
        'darwin-core': 'a Taxon table, in CSV',
        worms: 'classification records, in JSON',
        newick: 'a tree in parentheses',
      },
    }),
  }),
  run: ({ file }, options) => draw(file, options),
});

interface DrawOptions extends Omit<ImageChoice, 'images'> {
  readonly images?: string | undefined;
  readonly singleChild: SingleChild;
  readonly out?: string | undefined;
  readonly format?: TaxonomyFormat | undefined;
}

async function draw(file: string, { images, singleChild, out, format, ...choice }: DrawOptions): Promise<void> {
  if (out === undefined) refuseOptions(unusedOptions({ format }, ['format'], 'none, only with `out`'));
  refuseOptions(images === undefined ? unusedOptions(choice, CHOICE, 'none, only with `images`') : []);
  const taxonomy = await openTaxonomy(file, singleChild);
  if (images === undefined) {
    print(
      drawTree(taxonomy, {
        annotate: ({ label, path, rank = '', id = '' }) => {
          const classes = label === undefined ? counted(taxonomy.classesBelow(path).length, 'class', 'classes') : '';
          return [rank, id, classes].filter((part) => part !== '').join('  ');
        },
      }),
    );
  } else {
    const listing = await chooseImages({ ...choice, images });
    orThrow(
      `${file} does not fit the images of ${images}`,
      matchClasses(taxonomy, acceptedClasses(listing.classes, taxonomy)),
    );
    const names = acceptedNames(listing.classes, taxonomy);
    const counts = new Map<string, number>();
    for (const { label = '' } of listing.records) {
      const name = names.get(label);
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const below = (path: string) =>
      taxonomy.classesBelow(path).reduce((sum, label) => sum + (counts.get(label) ?? 0), 0);
    print(drawTree(taxonomy, { annotate: ({ path }) => String(below(path)) }));
  }
  const inner = taxonomy.internalNodes().length;
  const depth = taxonomy.node(taxonomy.root).height;
  const { size } = taxonomy.nonBiological;
  const marked = size > 0 ? `; ${size} of them non-biological` : '';
  print(`\n${taxonomy.classes.length} classes below ${inner} internal nodes, at most ${depth} levels down${marked}`);
  if (out === undefined) return;
  const lost = await writeTaxonomy(taxonomy, out, format);
  log(`taxonomy written to ${out}${lost.length === 0 ? '' : `; the format cannot hold ${lost.join(', ')}`}`);
}
