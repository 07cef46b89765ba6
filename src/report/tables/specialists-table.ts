/** Specialists as plain text: how each compares with the flat classifier inside its group. */
import type { SpecialistVerdict, TreeDescription } from '../../classifier/schema.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted, percent } from '../../units.js';
import { alignWithRemark } from './columns.js';

/**
 * One line a specialist: its group, the number of classes and validation images, the accuracy of the flat classifier
 * and of the specialist, and whether it was kept. Accuracies are the shares of the group's validation images that are
 * given the right class of the group.
 * @param taxonomy of the tree with the specialists
 */
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

/** The reason, where it is not the accuracy. */
function reason(images: number, after: SpecialistVerdict['after']): string {
  if (images === 0) return ': no images to judge it by';
  return after === null ? ': its training diverged' : '';
}

/** How many were kept, and what that means for the tree. */
export function specialistsLine({ specialists = [] }: Pick<TreeDescription, 'specialists'>): string {
  const kept = specialists.filter(({ accepted }) => accepted).length;
  const of = `${kept} of ${counted(specialists.length, 'specialist')} kept`;
  if (kept === specialists.length) return of;
  return kept === 0
    ? `${of}: none beats the flat classifier, which still decides`
    : `${of}; in the other groups the flat classifier still decides`;
}
