/** What `train specialists` prints: how each specialist compares with the flat classifier inside its group. */
import type { SpecialistVerdict, TreeDescription } from '../../classifier/schema.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted, percent } from '../../units.js';
import { alignWithRemark } from './columns.js';

/** Accuracies are shares of the validation images of the group that are given the right one of its classes. */
export function specialistsTable(specialists: readonly SpecialistVerdict[], taxonomy: Taxonomy): string {
  const accuracy = (score: SpecialistVerdict['after']) => (score === null ? '-' : percent(score.accuracy));
  const rows = specialists.map(({ node, images, before, after, accepted }) => [
    printPath(node),
    String(taxonomy.classesBelow(node).length),
    String(images),
    accuracy(before),
    accuracy(after),
    accepted ? 'kept' : `dropped${reason(images, after)}`,
  ]);
  const head = ['group', 'classes', 'validation images', 'flat inside', 'specialist', ''];
  return alignWithRemark([head, ...rows], 1).join('\n');
}

/** Where it is no matter of accuracy. */
function reason(images: number, after: SpecialistVerdict['after']): string {
  if (images === 0) return ': no images to judge it by';
  return after === null ? ': its training diverged' : '';
}

/** What became of them all. */
export function specialistsLine({ specialists = [] }: Pick<TreeDescription, 'specialists'>): string {
  const kept = specialists.filter(({ accepted }) => accepted).length;
  const of = `${kept} of ${counted(specialists.length, 'specialist')} kept`;
  if (kept === specialists.length) return of;
  return kept === 0
    ? `${of}: none is better than the flat classifier, which decides as before`
    : `${of}; in the other groups the flat classifier decides as before`;
}
