/** How the taxonomy of a tree changes. */
import { z } from 'zod';
import type { Problem } from '../errors.js';
import { MAX_LOSS } from '../growing/prototypes/options.js';
import { EDIT_FORMS, parseEdit, type TaxonomyEdit } from '../taxonomy/edit.js';
import { share, toggle } from '../value-schemas.js';
import { grouped, option } from './option.js';
import { singleChild, taxonomyFile } from './taxonomy.js';
import { refuseOptions } from './unused.js';

const changes = z.array(z.string('changes to the tree'), 'changes to the tree').min(1).optional();

export const changeOptions = grouped('Changes', {
  add: option(changes, {
    description: 'a new class below a node; its images are among --images',
    value: 'class=parent',
    repeatable: true,
  }),
  move: option(changes, {
    description: 'move a node, with all below it, below another one',
    value: 'node=parent',
    repeatable: true,
  }),
  merge: option(changes, {
    description: 'merge inner nodes into one of this name',
    value: 'name=node,node',
    repeatable: true,
  }),
  taxonomy: option(taxonomyFile.optional(), {
    description: 'in place of these: the new taxonomy, with all classes of the tree',
    value: 'file',
  }),
  singleChild,
});

/** New classes of few images, instead of trainings. */
export const prototypeOptions = grouped('Prototypes', {
  prototypes: option(toggle().default(false), {
    description: 'new classes join by the mean of their images, in seconds, and no node is trained',
  }),
  maxLoss: option(share().optional(), {
    description: 'share of the validation images that new classes may cost',
    unit: 'share',
    default: String(MAX_LOSS),
  }),
});

/**
 * The edits, in an order in which what comes after can name what is there by then: nodes are merged first and moved then.
 *
 * @throws CladenetError USAGE for edits of another form, and unless there are either edits or a new taxonomy
 */
export function editsOf(options: z.output<z.ZodObject<typeof changeOptions>>): TaxonomyEdit[] {
  const typed = (['merge', 'move', 'add'] as const).flatMap((kind) =>
    (options[kind] ?? []).map((text) => ({ kind, text, edit: parseEdit(kind, text) })),
  );
  const problems = typed.flatMap(({ kind, text, edit }): Problem[] =>
    edit === undefined ? [{ where: kind, expected: EDIT_FORMS[kind], received: text }] : [],
  );
  if (typed.length > 0 === (options.taxonomy !== undefined)) {
    problems.push({
      where: 'add, move, merge, taxonomy',
      expected: 'changes to the tree, or the new taxonomy',
      received: typed.length > 0 ? 'both' : 'neither',
    });
  }
  refuseOptions(problems);
  return typed.flatMap(({ edit }) => edit ?? []);
}
