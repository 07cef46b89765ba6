/** `cladenet taxonomy`: checks a taxonomy, against images where they are given, and draws it. */
import { z } from 'zod';
import { imageChoice, tableColumns } from '../../options/images.js';
import { option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { print } from '../../progress.js';
import type { SingleChild } from '../../taxonomy/check.js';
import { drawTree } from '../../taxonomy/draw-tree.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
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
  }),
  run: ({ file }, options) => draw(file, options),
});

interface DrawOptions extends Omit<ImageChoice, 'images'> {
  readonly images?: string | undefined;
  readonly singleChild: SingleChild;
}

async function draw(file: string, { images, singleChild, ...choice }: DrawOptions): Promise<void> {
  refuseOptions(images === undefined ? unusedOptions(choice, CHOICE, 'none, only with `images`') : []);
  const taxonomy = await openTaxonomy(file, singleChild);
  if (images === undefined) {
    print(
      drawTree(taxonomy, {
        annotate: ({ label, path }) => (label === undefined ? `${taxonomy.classesBelow(path).length} classes` : ''),
      }),
    );
  } else {
    const listing = await chooseImages({ ...choice, images });
    orThrow(`${file} does not fit the images of ${images}`, matchClasses(taxonomy, listing.classes));
    const counts = new Map<string, number>();
    for (const { label } of listing.records) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    const below = (path: string) =>
      taxonomy.classesBelow(path).reduce((sum, label) => sum + (counts.get(label) ?? 0), 0);
    print(drawTree(taxonomy, { annotate: ({ path }) => String(below(path)) }));
  }
  const inner = taxonomy.internalNodes().length;
  const depth = taxonomy.node(taxonomy.root).height;
  const { size } = taxonomy.nonBiological;
  const marked = size > 0 ? `; ${size} of them non-biological` : '';
  print(`\n${taxonomy.classes.length} classes below ${inner} internal nodes, at most ${depth} levels down${marked}`);
}
