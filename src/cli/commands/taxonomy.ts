/** `cladenet taxonomy`: checks a taxonomy, against images where they are given, and draws it. */
import { z } from 'zod';
import { listImages } from '../../dataset/list.js';
import { imageChoice } from '../../options/images.js';
import { option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { log, print } from '../../progress.js';
import { listingProblemLines, tableLines } from '../../report/tables/image-text.js';
import type { SingleChild } from '../../taxonomy/check.js';
import { drawTree } from '../../taxonomy/draw-tree.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import { command } from '../toolkit/command.js';

export const taxonomy = command({
  arguments: z.object({ file: option(taxonomyFile, {}) }),
  options: z.strictObject({
    images: option(imageChoice.images.optional(), {
      description: 'images that the taxonomy has to fit; the tree is drawn with their numbers',
      value: 'dir|table',
    }),
    singleChild,
  }),
  run: ({ file }, { images, singleChild }) => draw(file, images, singleChild),
});

async function draw(file: string, images: string | undefined, singleChild: SingleChild): Promise<void> {
  const taxonomy = await readTaxonomy(file, { singleChild });
  if (images === undefined) {
    print(
      drawTree(taxonomy, {
        annotate: ({ label, path }) => (label === undefined ? `${taxonomy.classesBelow(path).length} classes` : ''),
      }),
    );
  } else {
    const listing = await listImages(images);
    for (const line of [...tableLines(listing), ...listingProblemLines(listing.problems)]) log(line);
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
